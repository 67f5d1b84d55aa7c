#include "linker/content_symbols.h"
#include "linker/symbols.h"

#include <algorithm>

namespace wald {

namespace {

constexpr unsigned kAhead = 12; // hashes whose slots are being fetched

} // namespace

inline ContentSymbols::Slot &ContentSymbols::find_slot(Hash hash) {
  for (size_t i = hash.low & mask_;; i = (i + 1) & mask_) {
    Slot &slot = slots_[i];
    if (slot.entry == 0 ||
        (slot.tag == uint32_t(hash.high) && entries_[slot.entry - 1].hash == hash))
      return slot;
  }
}

void ContentSymbols::resolve() {
  uint64_t num_definitions = 0;
  for (const auto &object : ctx_.objects)
    num_definitions += object->obj.num_hashed_defs();
  // A good third of them are the first of their kind.
  size_t capacity = 1 << 10;
  while (capacity < num_definitions / 2)
    capacity *= 2;
  resize(capacity);
  entries_.reset(num_definitions);
  entries_.prefault(num_definitions / 3);
  for (const auto &object : ctx_.objects)
    resolve_object(*object);
}

void ContentSymbols::resolve_object(const InputObject &object) {
  const objfile::Object &obj = object.obj;
  uint32_t first = obj.first_hashed(), first_other = first - obj.num_symdefs();
  SymId first_id = object.first_other + first_other;
  SymId *others = object.others + first_other;
  const uint8_t *hashes = obj.hash(first).data();
  const uint8_t interesting = objfile::kFlag2UsedInIface | ctx_.version->flag2_wasm_export;
  for (uint32_t i = 0, count = obj.num_hashed_defs(); i < count; i++) {
    if (i + kAhead < count)
      __builtin_prefetch(
          &slots_[objfile::load<uint64_t>(hashes + 16 * uint64_t(i + kAhead)) & mask_]);
    Hash hash = {objfile::load<uint64_t>(hashes + 16 * uint64_t(i)),
                 objfile::load<uint64_t>(hashes + 16 * uint64_t(i) + 8)};
    objfile::SymbolRecord record = obj.symbol(first + i);
    uint32_t size = record.size(), alignment = record.alignment();
    Slot *slot = &find_slot(hash);
    if (slot->entry == 0) {
      if (num_entries_ * size_t(3) > slots_.size() * 2) {
        resize(2 * slots_.size());
        slot = &find_slot(hash);
      }
      entries_[num_entries_++] = {hash, first_id + i, size, alignment};
      *slot = {uint32_t(hash.high), num_entries_};
    }
    Entry &entry = entries_[slot->entry - 1];
    others[i] = entry.id;
    if (record.flag2() & interesting) [[unlikely]]
      note_flags(record.flag2(), entry.id);
    if (size > entry.size) [[unlikely]] {
      entry.size = size;
      moved_.push_back({entry.id, {object.index, first + i}});
    }
    if (alignment != entry.alignment) [[unlikely]] {
      entry.alignment = std::max(entry.alignment, alignment);
      raised_alignment_.push_back({entry.id, entry.alignment});
    }
  }
}

void ContentSymbols::note_flags(uint8_t flag2, SymId id) {
  if (flag2 & objfile::kFlag2UsedInIface)
    set_attribute(ctx_, id, kUsedInIface);
  if (flag2 & ctx_.version->flag2_wasm_export)
    exports_.push_back(id);
}

void ContentSymbols::resize(size_t capacity) {
  slots_.reset(capacity);
  slots_.prefault(capacity);
  mask_ = capacity - 1;
  for (uint32_t i = 0; i < num_entries_; i++)
    find_slot(entries_[i].hash) = {uint32_t(entries_[i].hash.high), i + 1};
}

void ContentSymbols::finish() {
  for (auto [id, definition] : moved_) {
    ctx_.moved[number(id)] = definition;
    set_attribute(ctx_, id, kMoved);
  }
  for (auto [id, alignment] : raised_alignment_)
    ctx_.raised_alignment[number(id)] = alignment;
  ctx_.wasm_exports.insert(ctx_.wasm_exports.end(), exports_.begin(), exports_.end());
}

} // namespace wald

#include "linker/content_symbols.h"
#include "linker/symbols.h"

#include <algorithm>

namespace wald {

namespace {

constexpr unsigned kAhead = 12; // hashes whose slots are being fetched

} // namespace

ContentSymbols::ContentSymbols(Context &ctx) : ctx_(ctx) {
  uint64_t num_definitions = 0;
  for (const auto &object : ctx.objects)
    num_definitions += object->obj.num_hashed_defs();
  // A good third of them are the first of their kind.
  size_t capacity = 1 << 10;
  while (capacity < num_definitions / 2)
    capacity *= 2;
  resize(capacity);
  entries_.reset(num_definitions);
  entries_.prefault(num_definitions / 3);
}

void ContentSymbols::resolve() {
  for (const auto &object : ctx_.objects)
    resolve_object(*object);
}

void ContentSymbols::resolve_object(const InputObject &object) {
  const objfile::Object &obj = object.obj;
  uint32_t num_hashed = obj.num_hashed_defs(), first = obj.first_hashed();
  auto hash_of = [&](uint32_t i) {
    const uint8_t *at = obj.hash(first + i).data();
    return Hash{objfile::load<uint64_t>(at), objfile::load<uint64_t>(at + 8)};
  };
  for (uint32_t i = 0; i < num_hashed; i++) {
    if (i + kAhead < num_hashed)
      __builtin_prefetch(&slots_[hash_of(i + kAhead).low & mask_]);
    add(object, first + i, hash_of(i));
  }
}

void ContentSymbols::add(const InputObject &object, uint32_t local, Hash hash) {
  objfile::SymbolRecord record = object.obj.symbol(local);
  uint32_t other = local - object.obj.num_symdefs();
  SymId own = object.first_other + other;
  if (num_entries_ * size_t(3) > slots_.size() * 2)
    resize(2 * slots_.size());
  Slot &slot = find_slot(hash);
  if (slot.entry == 0) {
    entries_[num_entries_++] = {hash, own, record.size(), record.alignment()};
    slot = {uint32_t(hash.high), num_entries_};
  }
  Entry &entry = entries_[slot.entry - 1];
  object.others[other] = entry.id;
  uint8_t flag2 = record.flag2();
  if (flag2 & objfile::kFlag2UsedInIface)
    set_attribute(ctx_, entry.id, kUsedInIface);
  if (flag2 & ctx_.version->flag2_wasm_export)
    exports_.push_back(entry.id);
  if (record.size() > entry.size) {
    entry.size = record.size();
    moved_.push_back({entry.id, {object.index, local}});
  }
  if (record.alignment() != entry.alignment) {
    entry.alignment = std::max(entry.alignment, record.alignment());
    raised_alignment_.push_back({entry.id, entry.alignment});
  }
}

ContentSymbols::Slot &ContentSymbols::find_slot(Hash hash) {
  for (size_t i = hash.low & mask_;; i = (i + 1) & mask_) {
    Slot &slot = slots_[i];
    if (slot.entry == 0 ||
        (slot.tag == uint32_t(hash.high) && entries_[slot.entry - 1].hash == hash))
      return slot;
  }
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

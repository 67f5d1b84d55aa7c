#include "linker/input/content_symbols.h"
#include "linker/core/symbols.h"

#include <algorithm>

namespace wald {

void ContentSymbols::resolve() {
  uint64_t num_short = 0, num_hashed = 0;
  for (const auto &object : ctx_.objects) {
    num_short += object->obj.num_hashed64_defs();
    num_hashed += object->obj.num_hashed_defs();
  }
  short_contents_.reset(num_short, num_short / 2);
  // A good third of them have a name, and half of these are the first of their kind.
  hashed_.reset(num_hashed, num_hashed / 5);
  for (const auto &object : ctx_.objects) {
    resolve_short(*object);
    resolve_hashed(*object);
  }
}

void ContentSymbols::resolve_short(const InputObject &object) {
  const objfile::Object &obj = object.obj;
  for (uint32_t local = obj.first_hashed64(); local < obj.first_hashed(); local++) {
    uint64_t content = obj.hash64(local), mixed = content * 0x9e3779b97f4a7c15;
    enter(short_contents_, {mixed ^ mixed >> 32, content},
          object.first_other + (local - obj.num_symdefs()), {object.index, local});
  }
}

void ContentSymbols::resolve_hashed(const InputObject &object) {
  const objfile::Object &obj = object.obj;
  uint32_t first = obj.first_hashed(), first_other = first - obj.num_symdefs();
  SymId first_id = object.first_other + first_other;
  SymId *others = object.others + first_other;
  const uint8_t *hashes = obj.hash(first).data();
  const uint8_t interesting = objfile::kFlag2UsedInIface | ctx_.version->flag2_wasm_export;
  for (uint32_t i = 0, count = obj.num_hashed_defs(); i < count; i++) {
    objfile::SymbolRecord record = obj.symbol(first + i);
    bool is_function = objfile::is_text(obj.kind(first + i));
    if (record.name_size() == 0 && !is_function && !(record.flag2() & interesting)) {
      others[i] = first_id + i;
      continue;
    }
    if (is_function)
      functions_.push_back({object.index, first + i});
    enter(hashed_, ContentHash::at(hashes + 16 * uint64_t(i)), first_id + i,
          {object.index, first + i});
  }
}

[[gnu::always_inline]] inline void
ContentSymbols::enter(ContentTable<Entry> &table, ContentHash hash, SymId own, Definition def) {
  const InputObject &object = *ctx_.objects[def.object];
  objfile::SymbolRecord record = object.obj.symbol(def.local);
  uint32_t size = record.size(), alignment = record.alignment();
  bool is_new;
  Entry &entry = table.find_or_insert(hash, is_new);
  if (is_new)
    entry = {hash, own, size, alignment};
  object.others[def.local - object.obj.num_symdefs()] = entry.id;
  if (record.flag2() & (objfile::kFlag2UsedInIface | ctx_.version->flag2_wasm_export)) [[unlikely]]
    note_flags(record.flag2(), entry.id);
  if (size > entry.size) [[unlikely]] {
    entry.size = size;
    moved_.push_back({entry.id, def});
  }
  if (alignment != entry.alignment) [[unlikely]] {
    entry.alignment = std::max(entry.alignment, alignment);
    raised_alignment_.push_back({entry.id, entry.alignment});
  }
}

void ContentSymbols::note_flags(uint8_t flag2, SymId id) {
  if (flag2 & objfile::kFlag2UsedInIface)
    set_attribute(ctx_, id, kUsedInIface);
  if (flag2 & ctx_.version->flag2_wasm_export)
    exports_.push_back(id);
}

void ContentSymbols::finish() {
  for (auto [id, definition] : moved_)
    move_definition(ctx_, id, definition);
  for (auto [id, alignment] : raised_alignment_)
    ctx_.raised_alignment[number(id)] = alignment;
  ctx_.content_functions = std::move(functions_);
  ctx_.wasm_exports.insert(ctx_.wasm_exports.end(), exports_.begin(), exports_.end());
}

} // namespace wald

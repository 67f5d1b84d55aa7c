#include "linker/tables/pclntab/funcdata.h"

#include "linker/layout/layout.h"
#include "linker/layout/relocate.h"
#include "wasm/data_sink.h"

#include <algorithm>

namespace wald {

using namespace objfile;
using pclntab_layout::kNoOffset;

bool Funcdata::is_missing(const Function &function, uint32_t slot, SymId data) const {
  if (data == SymId::kNone)
    return true;
  return (slot == funcdata::kArgsMaps || slot == funcdata::kArgInfo) &&
         ctx_.objects[function.unit]->obj.from_assembly() && SymbolView(ctx_, data).data().empty();
}

// -- As symbols

void FuncdataSymbols::arrange() {
  llvm::ArrayRef<Function> functions = facts_.functions();
  tree_symbols_.resize(functions.size());
  for (uint32_t i = 0; i < functions.size(); i++) {
    if (!functions[i].has_inlined_calls())
      continue;
    SymId id = create_symbol(ctx_, "");
    OwnedSymbol &tree = make_owned(ctx_, id);
    tree.group = Group::kGoFunc;
    tree.alignment = 4;
    tree.size = InlineTrees::size_of(functions[i]);
    tree.source = &trees_;
    tree.source_part = i;
    set_attribute(ctx_, id, kReachable);
    tree_symbols_[i] = id;
  }
}

void FuncdataSymbols::write_offsets(FuncIndex index, uint8_t *at) const {
  const Function &function = facts_.functions()[number(index)];
  llvm::ArrayRef<SymId> slots = facts_.funcdata(function);
  if (head_ == SymId::kNone)
    head_ = known(ctx_, KnownSymbol::kFuncHead);
  uint64_t base = number(ctx_.values.address(head_));
  for (uint32_t slot = 0; slot < slots.size(); slot++) {
    SymId data = is_inline_tree(function, slot) ? tree_symbols_[number(index)] : slots[slot];
    store(at + 4 * slot, is_missing(function, slot, data) ? kNoOffset : offset_of(data, base));
  }
}

uint32_t FuncdataSymbols::offset_of(SymId data, uint64_t base) const {
  if (ctx_.groups[data] != Group::kGoFunc)
    ctx_.diag.error("funcdata symbol " + name_of(ctx_, data) + " has no usable name");
  return number(ctx_.values.address(data)) - base;
}

// -- As a table

void FuncdataTable::arrange() {
  entries_.reserve(3 * facts_.functions().size());
  tree_offsets_.resize(facts_.functions().size());
  for (uint32_t i = 0; i < facts_.functions().size(); i++)
    if (!list_entries(FuncIndex(i)))
      return;
  place_entries();
}

// False for what is something else already.
bool FuncdataTable::list_entries(FuncIndex index) {
  const Function &function = facts_.functions()[number(index)];
  llvm::ArrayRef<SymId> slots = facts_.funcdata(function);
  for (uint32_t slot = 0; slot < slots.size(); slot++) {
    uint32_t order = entries_.size();
    if (is_inline_tree(function, slot)) {
      entries_.push_back(
          {SymId::kNone, number(index), 4, order, 0, uint32_t(InlineTrees::size_of(function))});
      continue;
    }
    SymId id = slots[slot];
    if (is_missing(function, slot, id))
      continue;
    uint8_t attributes = ctx_.attributes[number(id)];
    if (attributes & kInFuncdata)
      continue;
    SymbolView symbol(ctx_, id);
    // Its offset becomes the symbol's number, which others have already.
    if (attributes & kInPctab || symbol.is_text() || symbol.is_owned()) {
      report_fault(*ctx_.objects[function.unit], "funcdata of another kind");
      return false;
    }
    set_attribute(ctx_, id, kInFuncdata);
    uint32_t size = symbol.size();
    if (size == 0)
      ctx_.diag.error("funcdata without size: " + symbol.name());
    entries_.push_back(
        {id, number(index), alignment_of(symbol.explicit_alignment(), size), order, 0, size});
  }
  return true;
}

void FuncdataTable::place_entries() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry &a, const Entry &b) {
    return a.alignment != b.alignment ? a.alignment > b.alignment : a.order < b.order;
  });
  for (Entry &entry : entries_) {
    size_ = llvm::alignTo(size_, entry.alignment);
    entry.offset = size_;
    if (entry.id == SymId::kNone)
      tree_offsets_[entry.function] = FuncdataOffset(entry.offset);
    else
      ctx_.values.set(entry.id, FuncdataOffset(entry.offset), Key<FuncdataTable>());
    size_ += entry.size;
  }
}

void FuncdataTable::write_offsets(FuncIndex index, uint8_t *at) const {
  const Function &function = facts_.functions()[number(index)];
  llvm::ArrayRef<SymId> slots = facts_.funcdata(function);
  for (uint32_t slot = 0; slot < slots.size(); slot++) {
    uint32_t offset = kNoOffset;
    if (is_inline_tree(function, slot))
      offset = number(tree_offsets_[number(index)]);
    else if (!is_missing(function, slot, slots[slot]))
      offset = number(ctx_.values.funcdata_offset(slots[slot]));
    store(at + 4 * slot, offset);
  }
}

void FuncdataTable::write(uint32_t, const Relocator &relocator, wasm::DataSink &out) const {
  uint64_t position = 0;
  for (const Entry &entry : entries_) {
    out.feed_zeros(entry.offset - position);
    if (entry.id == SymId::kNone) {
      trees_.write_tree(facts_.functions()[entry.function], out.reserve(entry.size));
      out.advance(entry.size);
    } else {
      SymbolView symbol(ctx_, entry.id);
      out.feed_changed(symbol.data().take_front(entry.size), entry.size,
                       [&](llvm::MutableArrayRef<uint8_t> bytes) {
                         relocator.apply_to_funcdata(symbol, bytes);
                       });
    }
    position = entry.offset + entry.size;
  }
}

void FuncdataTable::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  for (const Entry &entry : entries_)
    fn({entry.offset, entry.size, facts_.functions()[entry.function].id});
}

} // namespace wald

#include "linker/tables/pclntab/pc_tables.h"

#include "wasm/data_sink.h"

namespace wald {

PcTables::PcTables(Context &ctx, const FunctionFacts &facts) : ctx_(ctx), facts_(facts) {
  uint64_t num_hashed = 0;
  for (const auto &object : ctx_.objects)
    num_hashed += object->obj.num_hashed_defs();
  tables_.reserve(6 * ctx_.text.size());
  by_hash_.reset(num_hashed, 3 * ctx_.text.size());
}

// Numbers tell equal tables of up to eight bytes, hashes the others.
PctabOffset PcTables::add(const InputObject &object, objfile::SymRef ref) {
  if (ref.package == objfile::kPackageHashed && ref.index < object.obj.num_hashed_defs())
      [[likely]] {
    uint32_t local = object.obj.first_hashed() + ref.index;
    bool is_new;
    Hashed &table = by_hash_.find_or_insert(ContentHash::at(object.obj.hash(local).data()), is_new);
    if (is_new)
      table.offset = append(object.obj.data(local));
    return table.offset;
  }
  SymId id = resolve(ctx_, object, ref);
  return id == SymId::kNone ? PctabOffset(0) : add_symbol(object, id);
}

PctabOffset PcTables::add_symbol(const InputObject &object, SymId id) {
  if (ctx_.attributes[number(id)] & kInPctab)
    return ctx_.values.pctab_offset(id);
  // Its offset becomes the symbol's number, which functions and what the linker makes have already.
  SymbolView symbol(ctx_, id);
  if (symbol.is_text() || symbol.is_owned()) {
    report_fault(object, "pc table of another kind");
    return PctabOffset(0);
  }
  set_attribute(ctx_, id, kInPctab);
  PctabOffset offset = append(symbol.data());
  ctx_.values.set(id, offset, Key<PcTables>());
  return offset;
}

Bytes PcTables::contents(const Context &ctx, const InputObject &object, objfile::SymRef ref) {
  if (ref.package == objfile::kPackageHashed && ref.index < object.obj.num_hashed_defs())
    return object.obj.data(object.obj.first_hashed() + ref.index);
  SymId id = resolve(ctx, object, ref);
  return id == SymId::kNone ? Bytes() : SymbolView(ctx, id).data();
}

PctabOffset PcTables::append(Bytes table) {
  if (table.empty())
    return PctabOffset(0);
  PctabOffset offset = PctabOffset(size_);
  size_ += table.size();
  tables_.push_back(table);
  return offset;
}

void PcTables::finish() {
  by_hash_ = {};
  // Nobody asks for hashes after this.
  for (const auto &object : ctx_.objects)
    if (object->file)
      object->file->drop(object->obj.hashes());
}

void PcTables::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  out.feed_zeros(1);
  for (Bytes table : tables_)
    out.feed(table);
}

// A table belongs to the function that brought it in, which is the one whose offset is the next in
// order: functions are asked in the order in which they were collected.
void PcTables::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  uint64_t next = 1;
  size_t num_passed = 0;
  fn({0, 1, SymId::kNone});
  for (const Function &function : facts_.functions()) {
    auto pass = [&](PctabOffset offset) {
      if (number(offset) != next || num_passed == tables_.size())
        return;
      fn({next, tables_[num_passed].size(), function.id});
      next += tables_[num_passed++].size();
    };
    for (PctabOffset offset : {function.pcsp, function.pcfile, function.pcline})
      pass(offset);
    for (PctabOffset offset : facts_.pcdata(function))
      pass(offset);
    pass(function.pcinline);
  }
}

} // namespace wald

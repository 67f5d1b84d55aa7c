#include "linker/tables/pclntab/func_table.h"

#include "wasm/data_sink.h"

namespace wald {

using namespace objfile;
using namespace objfile::pclntab_layout;

FuncTable::FuncTable(Context &ctx, const FunctionFacts &facts, const FuncNames &names,
                     const UnitFiles &files, const Funcdata &funcdata)
    : ctx_(ctx), facts_(facts), names_(names), files_(files), funcdata_(funcdata),
      defer_return_(known(ctx, KnownSymbol::kDeferReturn)) {}

// The linker makes the table of inlined calls, where there are any.
uint32_t FuncTable::num_pcdata_slots(const Function &function) {
  return function.has_inlined_calls() ? std::max(function.num_pcdata, pcdata::kInlineTree + 1)
                                      : function.num_pcdata;
}

uint64_t FuncTable::record_size(const Function &function) {
  return kRecordSize + 4ull * num_pcdata_slots(function) + 4ull * function.num_funcdata;
}

void FuncTable::arrange() {
  llvm::ArrayRef<Function> functions = facts_.functions();
  record_offsets_.reserve(functions.size());
  size_ = kIndexEntrySize * functions.size() + 4;
  for (const Function &function : functions) {
    size_ = llvm::alignTo(size_, 8);
    record_offsets_.push_back(size_);
    size_ += record_size(function);
  }
  if (size_ > UINT32_MAX)
    ctx_.diag.error("too many functions: their table does not fit 4 GiB");
}

uint32_t FuncTable::table_pc(FuncIndex index) const {
  uint64_t pc = number(entry_pc(ctx_, index)) - ctx_.text_start;
  return ctx_.version->func_pcs_are_indices ? pc >> kPcBits : pc;
}

uint32_t FuncTable::end_pc() const {
  const Function &last = facts_.functions().back();
  return table_pc(FuncIndex(facts_.functions().size() - 1)) +
         (ctx_.version->func_pcs_are_indices ? 1 : SymbolView(ctx_, last.id).size());
}

void FuncTable::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  llvm::ArrayRef<Function> functions = facts_.functions();
  for (uint32_t i = 0; i < functions.size(); i++) {
    uint8_t *at = out.reserve(kIndexEntrySize);
    store(at, table_pc(FuncIndex(i)));
    store(at + 4, record_offsets_[i]);
    out.advance(kIndexEntrySize);
  }
  store(out.reserve(4), end_pc());
  out.advance(4);
  uint64_t position = kIndexEntrySize * functions.size() + 4;
  for (uint32_t i = 0; i < functions.size(); i++) {
    out.feed_zeros(record_offsets_[i] - position);
    uint64_t size = record_size(functions[i]);
    write_record(FuncIndex(i), out.reserve(size));
    out.advance(size);
    position = record_offsets_[i] + size;
  }
}

void FuncTable::write_record(FuncIndex index, uint8_t *record) const {
  const Function &function = facts_.functions()[number(index)];
  uint32_t num_pcdata = num_pcdata_slots(function);
  auto put = [&](uint64_t at, uint32_t value) { store(record + at, value); };
  put(kEntry, table_pc(index));
  put(kName, names_.offset(names_.name_of(index)));
  put(kArgs, function.args);
  put(kDeferReturn, defer_return_of(function.id));
  put(kPcsp, number(function.pcsp));
  put(kPcfile, number(function.pcfile));
  put(kPcline, number(function.pcline));
  put(kNumPcdata, num_pcdata);
  put(kUnit, function.unit == Function::kNoUnit ? kNoOffset : files_.first_entry(function.unit));
  put(kStartLine, function.start_line);
  record[kFuncId] = function.func_id;
  record[kFuncFlags] = function.flags;
  record[kFuncFlags + 1] = 0;
  record[kNumFuncdata] = function.num_funcdata;
  llvm::ArrayRef<PctabOffset> pcdata_offsets = facts_.pcdata(function);
  for (uint32_t i = 0; i < num_pcdata; i++)
    put(kRecordSize + 4 * i, i < pcdata_offsets.size() ? number(pcdata_offsets[i]) : 0);
  if (function.has_inlined_calls())
    put(kRecordSize + 4 * pcdata::kInlineTree, number(function.pcinline));
  funcdata_.write_offsets(index, record + kRecordSize + 4 * num_pcdata);
}

// The resume point of the call to runtime.deferreturn, which the compiler stores right before it.
uint32_t FuncTable::defer_return_of(SymId function) const {
  if (!(ctx_.attributes[number(function)] & kCallsDeferReturn))
    return 0;
  uint32_t last_address = 0, result = 0;
  bool found = false;
  SymbolView(ctx_, function).for_each_reloc([&](const Reloc &reloc) {
    uint16_t type = reloc.type & ~kRelocWeak;
    if (found)
      return;
    if (type == kRelocAddr)
      last_address = reloc.addend;
    if (type == kRelocCall && reloc.target == defer_return_) {
      result = last_address - 1;
      found = true;
    }
  });
  return result;
}

void FuncTable::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  llvm::ArrayRef<Function> functions = facts_.functions();
  for (uint32_t i = 0; i < functions.size(); i++)
    fn({kIndexEntrySize * i, kIndexEntrySize, functions[i].id});
  fn({kIndexEntrySize * functions.size(), 4, SymId::kNone});
  for (uint32_t i = 0; i < functions.size(); i++)
    fn({record_offsets_[i], record_size(functions[i]), functions[i].id});
}

} // namespace wald

// functab: for each function its entry pc and the offset of its record, in order of pcs and with
// one pc more for the end; then the records. A record has what is one number a function, the
// offsets of its pc tables in pctab, and those of its funcdata.
#pragma once

#include "linker/tables/pclntab/file_tables.h"
#include "linker/tables/pclntab/func_names.h"
#include "linker/tables/pclntab/funcdata.h"

namespace wald {

class FuncTable final : public RuntimeTable {
public:
  FuncTable(Context &ctx, const FunctionFacts &facts, const FuncNames &names,
            const UnitFiles &files, const Funcdata &funcdata);

  void arrange();

  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  static uint32_t num_pcdata_slots(const Function &function);
  static uint64_t record_size(const Function &function);
  uint32_t table_pc(FuncIndex index) const;
  uint32_t end_pc() const;
  uint32_t defer_return_of(SymId function) const;
  void write_record(FuncIndex index, uint8_t *record) const;

  Context &ctx_;
  const FunctionFacts &facts_;
  const FuncNames &names_;
  const UnitFiles &files_;
  const Funcdata &funcdata_;
  std::vector<uint32_t> record_offsets_; // by FuncIndex
  SymId defer_return_;
  uint64_t size_ = 0;
};

} // namespace wald

// pcheader: what kind of pclntab this is, how many functions and files it has, and where its other
// tables begin, counted from here.
#pragma once

#include "linker/core/context.h"
#include "linker/tables/pclntab/runtime_table.h"
#include "objfile/go_abi.h"

namespace wald {

class PclntabHeader final : public RuntimeTable {
public:
  explicit PclntabHeader(const Context &ctx) : ctx_(ctx) {}

  void set_counts(uint64_t num_functions, uint64_t num_files) {
    num_functions_ = num_functions;
    num_files_ = num_files;
  }
  // The header itself, and the tables that it points to, in its order.
  void set_symbols(SymId header, std::array<SymId, 5> tables) {
    header_ = header;
    tables_ = tables;
  }

  uint64_t size() const override { return objfile::pclntab_layout::kHeaderSize; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override {
    fn({0, size(), SymId::kNone});
  }

private:
  const Context &ctx_;
  uint64_t num_functions_ = 0, num_files_ = 0;
  SymId header_ = SymId::kNone;
  std::array<SymId, 5> tables_{};
};

} // namespace wald

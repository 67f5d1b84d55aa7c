// pctab: what a function's frame size, file, line, stack map, inlined call … is at each of its pcs,
// as the compiler wrote it. Functions name such tables by their offset; equal ones stand here once.
#pragma once

#include "linker/core/content_table.h"
#include "linker/core/symbols.h"
#include "linker/tables/pclntab/function_facts.h"
#include "linker/tables/pclntab/runtime_table.h"

namespace wald {

class PcTables final : public RuntimeTable {
public:
  PcTables(Context &ctx, const FunctionFacts &facts);

  // The offset of the table that `object` refers to, which is entered if it is new. 0, an
  // empty table of one byte, if there is none.
  PctabOffset add(const InputObject &object, objfile::SymRef ref);
  // The bytes of such a table, whether it has been entered or not.
  static Bytes contents(const Context &ctx, const InputObject &object, objfile::SymRef ref);
  // Nothing is added any more.
  void finish();

  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  // A table of more than a few bytes.
  struct Hashed {
    ContentHash hash;
    PctabOffset offset;
  };

  PctabOffset add_symbol(const InputObject &object, SymId id);
  PctabOffset append(Bytes table);

  Context &ctx_;
  const FunctionFacts &facts_;
  ContentTable<Hashed> by_hash_;
  std::vector<Bytes> tables_; // in order
  uint64_t size_ = 1;
};

} // namespace wald

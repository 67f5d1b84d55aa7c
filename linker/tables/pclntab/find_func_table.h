// findfunctab: the index by which the runtime finds, for a pc, the place in functab where to begin
// looking. Text is cut into buckets of 4096 pcs; a bucket has a function and, for each of its 16
// parts of 256 pcs, a number of one byte that is added to it. `../README.md` has an example.
#pragma once

#include "linker/tables/pclntab/function_facts.h"
#include "linker/tables/pclntab/runtime_table.h"

namespace wald {

// Another index is another class of these; PclntabVariants chooses.
class FindFuncTable : public RuntimeTable {
public:
  virtual ~FindFuncTable() = default;
  // Settles the size. Facts have been collected by now, and entry pcs are known.
  virtual void arrange() = 0;
};

// The reference's. A function owns 1 << 16 pcs, which are 16 buckets, begins one, and no two share
// one, so that the finer numbers are all zero.
class BucketFindTable final : public FindFuncTable {
public:
  BucketFindTable(const Context &ctx, const FunctionFacts &facts) : ctx_(ctx), facts_(facts) {}

  void arrange() override;

  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  uint32_t function_of(uint64_t bucket) const;

  const Context &ctx_;
  const FunctionFacts &facts_;
  uint64_t num_buckets_ = 0, size_ = 0;
};

} // namespace wald

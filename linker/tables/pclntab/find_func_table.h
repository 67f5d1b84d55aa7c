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
class BucketFindTable : public FindFuncTable {
public:
  BucketFindTable(const Context &ctx, const FunctionFacts &facts) : ctx_(ctx), facts_(facts) {}

  void arrange() override;

  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

protected:
  const Context &ctx_;
  const FunctionFacts &facts_;
  uint64_t num_buckets_ = 0, size_ = 0;

private:
  uint32_t function_of(uint64_t bucket) const;
};

// The same with zeros in buckets in which no function has resume points. As the runtime goes from
// the function that it finds there forward to the right one, the first function is right in any
// bucket; but it is a long way, so buckets that are asked for have their own.
//
// Which these are depends on the Go version (ref: findfunc in runtime/symtab.go). From Go 1.25 on
// the runtime asks with PC_F alone, for the first of a function's buckets. Up to Go 1.24 it asks
// with the pc, for one of the others where a function has 4096 resume points and more.
class ReachableFindTable final : public BucketFindTable {
public:
  using BucketFindTable::BucketFindTable;
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;

private:
  uint64_t num_asked_for(FuncIndex function) const; // buckets
};

} // namespace wald

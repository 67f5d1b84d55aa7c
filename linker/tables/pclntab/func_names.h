// funcnametab: the names of functions, one after the other, each with a zero byte at its end. A
// function is in it once, also one that is not in the text, but inlined somewhere.
#pragma once

#include "linker/tables/pclntab/function_facts.h"
#include "linker/tables/pclntab/runtime_table.h"

namespace wald {

class FuncNames final : public RuntimeTable {
public:
  FuncNames(Context &ctx, const FunctionFacts &facts) : ctx_(ctx), facts_(facts) {}

  // Names stand in order of first mention: a function's own, then those of what is inlined into it.
  void arrange(ObjectBudget &budget);

  // Names are numbered in that order.
  uint32_t num_names() const { return names_.size(); }
  uint32_t name_of(FuncIndex function) const { return by_function_[number(function)]; }
  uint32_t name_of(SymId function) const; // of one in the text or inlined
  StringRef text(uint32_t name) const { return names_[name].text; }
  uint32_t offset(uint32_t name) const { return names_[name].offset; }

  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  struct Name {
    StringRef text;
    uint32_t offset;
    SymId function;
  };
  static constexpr uint32_t kNoName = UINT32_MAX;

  void add(uint32_t &place, SymId function, uint32_t unit, ObjectBudget &budget);

  Context &ctx_;
  const FunctionFacts &facts_;
  std::vector<Name> names_;
  std::vector<uint32_t> by_function_;            // by FuncIndex
  llvm::DenseMap<SymId, uint32_t> inlined_only_; // of functions that are not in the text
  uint64_t size_ = 0;
};

} // namespace wald

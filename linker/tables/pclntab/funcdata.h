// Funcdata: what the runtime knows of a function as a whole, such as the stack maps that its pcdata
// chooses from, and its inline tree. A function's record has an offset from go:func.* for each
// slot. What go:func.* is depends on the Go version: a table of pclntab (Go 1.26 and later), or the
// head of a group of data symbols.
#pragma once

#include "linker/tables/pclntab/inline_trees.h"
#include "linker/tables/pclntab/runtime_table.h"

namespace wald {

class Funcdata {
public:
  virtual ~Funcdata() = default;

  // Finds a place for all of it.
  virtual void arrange() = 0;
  // The table, if it is one, and its alignment.
  virtual RuntimeTable *table() { return nullptr; }
  virtual uint32_t alignment() const { return 1; }
  // The offsets of the function's slots, four bytes each. After layout.
  virtual void write_offsets(FuncIndex function, uint8_t *at) const = 0;

protected:
  Funcdata(Context &ctx, const FunctionFacts &facts, const InlineTrees &trees)
      : ctx_(ctx), facts_(facts), trees_(trees) {}

  static bool is_inline_tree(const Function &function, uint32_t slot) {
    return slot == objfile::funcdata::kInlineTree && function.has_inlined_calls();
  }
  // Nothing there. An assembly function may refer to maps that nothing defines.
  bool is_missing(const Function &function, uint32_t slot, SymId data) const;

  Context &ctx_;
  const FunctionFacts &facts_;
  const InlineTrees &trees_;
};

// Go 1.24 and 1.25: funcdata is laid out with the data, so that only what is live has a place, and
// inline trees are symbols of their own there.
class FuncdataSymbols final : public Funcdata {
public:
  FuncdataSymbols(Context &ctx, const FunctionFacts &facts, const InlineTrees &trees)
      : Funcdata(ctx, facts, trees) {}

  void arrange() override;
  void write_offsets(FuncIndex function, uint8_t *at) const override;

private:
  uint32_t offset_of(SymId data, uint64_t base) const;

  std::vector<SymId> tree_symbols_;   // by FuncIndex
  mutable SymId head_ = SymId::kNone; // go:func.*, which build_module_data makes
};

// Go 1.26 and later: all of it one after the other, largest alignment first, equal ones in order of
// first use.
class FuncdataTable final : public Funcdata, public RuntimeTable {
public:
  FuncdataTable(Context &ctx, const FunctionFacts &facts, const InlineTrees &trees)
      : Funcdata(ctx, facts, trees) {}

  void arrange() override;
  RuntimeTable *table() override { return this; }
  void write_offsets(FuncIndex function, uint8_t *at) const override;

  uint32_t alignment() const override { return entries_.empty() ? 1 : entries_.front().alignment; }
  uint64_t size() const override { return size_; }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  // The data of a symbol, or the inline tree of a function.
  struct Entry {
    SymId id; // kNone: an inline tree
    uint32_t function;
    uint32_t alignment;
    uint32_t order; // of first use
    uint32_t offset;
    uint32_t size;
  };

  bool list_entries(FuncIndex index);
  void place_entries();

  std::vector<Entry> entries_;
  std::vector<FuncdataOffset> tree_offsets_; // by FuncIndex
  uint64_t size_ = 0;
};

} // namespace wald

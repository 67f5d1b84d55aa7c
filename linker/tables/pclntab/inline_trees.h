// Inline trees: for each function that has inlined calls a list of these. Its pcinline table says
// which of them a pc is in, and each says which function was called and where from.
#pragma once

#include "linker/tables/pclntab/func_names.h"

namespace wald {

class InlineTrees final : public TableSource {
public:
  InlineTrees(Context &ctx, const FunctionFacts &facts, const FuncNames &names)
      : ctx_(ctx), facts_(facts), names_(names) {}

  static uint64_t size_of(const Function &function) {
    return function.info.num_inline_nodes() * objfile::pclntab_layout::kInlineNodeSize;
  }
  // size_of() bytes.
  void write_tree(const Function &function, uint8_t *at) const;
  // As the source of symbols of their own: the tree of function `part`.
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;

private:
  // What a tree says of a function that is called.
  struct Callee {
    bool is_known, is_valid;
    uint8_t func_id;
    uint32_t start_line;
  };
  const Callee &callee(SymId function, uint32_t name) const;

  Context &ctx_;
  const FunctionFacts &facts_;
  const FuncNames &names_;
  mutable std::vector<Callee> callees_; // by name, filled when first asked for
};

} // namespace wald

#include "linker/tables/pclntab/inline_trees.h"

#include "wasm/data_sink.h"

namespace wald {

using namespace objfile::pclntab_layout;

void InlineTrees::write_tree(const Function &function, uint8_t *at) const {
  for (uint32_t i = 0; i < function.info.num_inline_nodes(); i++, at += kInlineNodeSize) {
    SymId id = facts_.callee(function, i);
    uint32_t name = names_.name_of(id);
    const Callee &called = callee(id, name);
    if (!called.is_valid)
      ctx_.diag.error("no function information for " + name_of(ctx_, id) + ", which is inlined",
                      {"into " + describe(ctx_, function.id)});
    objfile::store<uint32_t>(at + kInlineFuncId, called.func_id);
    objfile::store<uint32_t>(at + kInlineName, names_.offset(name));
    objfile::store<uint32_t>(at + kInlineParentPc, function.info.inline_node(i).parent_pc);
    objfile::store<uint32_t>(at + kInlineStartLine, called.start_line);
  }
}

void InlineTrees::write(uint32_t part, const Relocator &, wasm::DataSink &out) const {
  const Function &function = facts_.functions()[part];
  uint64_t size = size_of(function);
  write_tree(function, out.reserve(size));
  out.advance(size);
}

const InlineTrees::Callee &InlineTrees::callee(SymId function, uint32_t name) const {
  if (callees_.empty())
    callees_.resize(names_.num_names());
  Callee &result = callees_[name];
  if (!result.is_known) {
    result.is_known = true;
    if (std::optional<objfile::FuncInfoView> info = func_info_of(ctx_, function))
      result = {true, true, info->func_id(),
                ctx_.plan.has_lines ? uint32_t(info->start_line()) : 0};
  }
  return result;
}

} // namespace wald

#include "wasm/code/peepholes.h"

namespace wald::code {

const RuleIndex &peephole_rule_index() {
  static const RuleIndex index = [] {
    RuleIndex result{};
    llvm::ArrayRef<Rule> rules = peephole_rules();
    for (size_t i = rules.size(); i-- > 0;) {
      result[rules[i].last].first = i;
      result[rules[i].last].count++;
    }
    return result;
  }();
  return index;
}

size_t Window::length_of_value(size_t above) const {
  constexpr size_t kMost = 48;
  size_t needed = 1;
  for (size_t length = 1; length < kMost && above + length <= code_.size(); length++) {
    Op opcode = (*this)[above + length - 1].op;
    // Calls and control have effects that the table does not know.
    if (opcode < op::kDrop)
      return 0;
    const OpInfo &info = op_info(opcode);
    if (info.pushes > needed)
      return 0;
    needed += info.pops - info.pushes;
    if (needed == 0)
      return length;
  }
  return 0;
}

} // namespace wald::code

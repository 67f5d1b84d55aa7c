#include "wasm/code/peepholes.h"

#include <array>
#include <limits>

namespace wald::code {

namespace {

// Rules by the instruction that they end with.
struct RuleIndex {
  std::array<uint16_t, op::kNumOps> first{}; // in peephole_rules(), 1 more; 0: none
  RuleIndex() {
    llvm::ArrayRef<Rule> rules = peephole_rules();
    for (size_t i = rules.size(); i-- > 0;)
      first[rules[i].last] = i + 1;
  }
};

const RuleIndex &rule_index() {
  static const RuleIndex index;
  return index;
}

} // namespace

void Window::append(const Instruction &instruction) {
  code_.push_back(instruction);
  uint16_t first = rule_index().first[instruction.op];
  if (first == 0)
    return;
  llvm::ArrayRef<Rule> rules = peephole_rules();
  for (size_t i = first - 1; i < rules.size() && rules[i].last == instruction.op; i++)
    if (rules[i].apply(*this))
      return;
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

void apply_peepholes(Body &body) {
  body.spare.clear();
  body.spare.swap(body.code);
  Window window(body.code);
  for (const Instruction &instruction : body.spare)
    window.append(instruction);
}

} // namespace wald::code

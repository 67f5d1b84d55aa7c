// Shorter ways to say the same, found in a window at the end of what has been written:
//
//     … local.get 1 │ i64.extend_i32_u  i64.const 24  i64.add  i32.wrap_i64     just read: wrap
//     … local.get 1 │ i32.const 24  i32.add                                      i64.load
//     … local.get 1 │ i64.load offset=24
//
// One pass; what a rule writes is looked at again by the same rules.
#pragma once

#include "wasm/code/body.h"

#include "llvm/ADT/ArrayRef.h"

#include <array>

namespace wald::code {

class Window;

struct Rule {
  Op last; // the instruction that ends the pattern
  const char *text;
  bool (*apply)(Window &window); // false: does not fit, nothing changed
};

// In functions of Go's calling convention: local 1 is the stack pointer, and global 0 has it for
// others. Ordered by the last instruction.
llvm::ArrayRef<Rule> peephole_rules();

// By an instruction: the rules that end with it.
struct RuleRange {
  uint8_t first = 0, count = 0;
};
using RuleIndex = std::array<RuleRange, op::kNumOps>;
const RuleIndex &peephole_rule_index();

// The instructions written so far. Control instructions are never part of a pattern but as its last
// one, so nothing can jump into the middle of one.
class Window {
public:
  explicit Window(std::vector<Instruction> &code) : code_(code) {}

  // Writes an instruction and applies the rules that end with it.
  void append(const Instruction &instruction) {
    code_.push_back(instruction);
    if (RuleRange range = index_[instruction.op]; range.count != 0)
      apply_rules(range);
  }

  size_t size() const { return code_.size(); }
  // The instruction `back` places before the last one.
  const Instruction &operator[](size_t back) const { return code_[code_.size() - 1 - back]; }
  bool is(size_t back, Op opcode) const {
    return back < code_.size() && (*this)[back].op == opcode;
  }
  bool is(size_t back, Op opcode, uint32_t index) const {
    return back < code_.size() && (*this)[back].is(opcode, index);
  }
  void drop(size_t count) { code_.resize(code_.size() - count); }
  std::vector<Instruction> &code() { return code_; }
  // How many instructions make up the value on top of the stack, not counting `above` at the end.
  // 0 if it is not plain code of known effect.
  size_t length_of_value(size_t above) const;

private:
  void apply_rules(RuleRange range) {
    for (const Rule *rule = rules_ + range.first, *end = rule + range.count; rule != end; rule++)
      if (rule->apply(*this))
        return;
  }

  std::vector<Instruction> &code_;
  const Rule *rules_ = peephole_rules().data();
  const RuleIndex &index_ = peephole_rule_index();
};

} // namespace wald::code

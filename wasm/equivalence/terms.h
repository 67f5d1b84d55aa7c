// Values as terms: what a body computes, written down instead of computed.
//
// A term is one number. The same term is never kept twice, so two values are known to be equal when
// their numbers are. What makes different instructions equal is a small set of rewrites that every
// term goes through when it is made; terms.cc lists them. Each holds for all values.
#pragma once

#include "wasm/code/body.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wald::equivalence {

using code::Op;
namespace op = code::op;

using TermId = uint32_t;
inline constexpr TermId kNoTerm = 0;

// Beside the opcodes of instructions.
inline constexpr Op kSymbol = 0xf000; // a value that is not known
inline constexpr Op kKnown = 0xf001;  // a constant that control flow may rely on

struct Term {
  Op op = 0;
  uint16_t lane = 0; // of vectors; of a symbol: it is a stack pointer
  TermId a = kNoTerm, b = kNoTerm, c = kNoTerm;
  int64_t value = 0; // of a constant; of a load: the offset

  bool operator==(const Term &) const = default;
};

// Where an access goes: `base`, a 32-bit number without sign, plus `offset`, without a carry.
// If the base is a stack pointer, all constants that are added to it are part of the offset.
struct Address {
  TermId base = kNoTerm;
  int64_t offset = 0;
  bool operator==(const Address &) const = default;
};

// Symbols of one origin have different numbers.
enum class Origin : uint32_t {
  kState, // what is known where a stretch of code begins
  kDead,  // never read
  kEvent, // + n: made by the nth call or the like
};

class Terms {
public:
  Terms() { clear(); }
  void clear();
  size_t size() const { return terms_.size(); }
  const Term &operator[](TermId id) const { return terms_[id]; }

  TermId i32(int64_t value) { return make({.op = op::kI32Const, .value = int32_t(value)}); }
  TermId i64(int64_t value) { return make({.op = op::kI64Const, .value = value}); }
  TermId known(uint32_t value) { return make({.op = kKnown, .value = int32_t(value)}); }
  TermId symbol(uint32_t origin, uint32_t number, bool is_stack_pointer = false) {
    return make({.op = kSymbol, .lane = is_stack_pointer, .a = origin, .b = number});
  }
  TermId constant(const code::Instruction &instruction, const code::Body &body);
  TermId unary(Op opcode, TermId a, uint32_t lane);
  TermId binary(Op opcode, TermId a, TermId b, uint32_t lane);
  TermId ternary(Op opcode, TermId a, TermId b, TermId c);
  TermId shuffle(TermId a, TermId b, const std::array<uint8_t, 16> &lanes);
  // A value read from memory as it is after `version` changes.
  TermId load(Op opcode, Address address, uint32_t version, uint32_t lane, TermId vector);

  bool is_i32_const(TermId id) const { return terms_[id].op == op::kI32Const; }
  bool is_i64_const(TermId id) const { return terms_[id].op == op::kI64Const; }
  bool is_known(TermId id) const { return terms_[id].op == kKnown; }
  // The stack pointer, or it and a constant.
  bool is_stack_pointer(TermId id) const {
    const Term &term = terms_[id];
    if (term.op == op::kI32Add && is_i32_const(term.b))
      id = term.a;
    return terms_[id].op == kSymbol && terms_[id].lane;
  }
  // The value alone: a known constant is a constant.
  TermId plain(TermId id) { return is_known(id) ? i32(terms_[id].value) : id; }

  Address address(TermId base, uint32_t offset) const;

  // What is not zero when the condition holds; `holds` flips when it is the opposite.
  TermId condition(TermId value, bool &holds) const;

private:
  TermId make(const Term &term);
  void grow();
  TermId wrap(TermId a, unsigned depth);
  TermId add(Op opcode, TermId a, TermId b);
  TermId compare(bool is_wide, unsigned which, TermId a, TermId b);
  TermId equal(bool is_wide, TermId a, TermId b);
  TermId less(bool is_wide, bool is_signed, TermId a, TermId b);
  TermId is_zero(bool is_wide, TermId a);
  TermId negation(TermId a);
  TermId narrowed(TermId a);
  bool is_truth(TermId a) const;

  std::vector<Term> terms_;     // the first one is none
  std::vector<TermId> wrapped_; // by term: its low 32 bits, once they were asked for
  std::vector<TermId> table_;   // by hash
  std::vector<uint32_t> slots_; // by term: where it is in the table
};

} // namespace wald::equivalence

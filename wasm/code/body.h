// A function's body as a flat list of instructions, which is what every step here works on.
//
//   bytes ──decode──▶ Body ──(flow graph, structure, peepholes)──▶ Body ──encode──▶ bytes
//
// Blocks stay what they are in the bytes: instructions that open and close.
#pragma once

#include "wasm/code/opcodes.h"

#include <array>
#include <cstdint>
#include <vector>

namespace wald::code {

struct Instruction {
  Op op = op::kNop;
  uint16_t extra = 0; // memory access: alignment's exponent; call_indirect: the table
  uint32_t index = 0; // label, local, global, function, type; lane; place in a list of Body
  int64_t value = 0;  // constant (a float's bits), memory offset, block type, number of targets

  bool operator==(const Instruction &) const = default;
  bool is(Op opcode, uint32_t at) const { return op == opcode && index == at; }
};
static_assert(sizeof(Instruction) == 16);

inline constexpr uint8_t kI32Type = 0x7f;
inline constexpr int64_t kVoid = -64; // block type without parameters and results, 0x40

struct LocalGroup {
  uint32_t count;
  uint8_t type;
  bool operator==(const LocalGroup &) const = default;
};

struct Body {
  std::vector<LocalGroup> locals; // without parameters
  std::vector<Instruction> code;  // the last one is the body's end
  // Labels of a br_table: `value` of them from `index` on, the default last.
  std::vector<uint32_t> targets;
  std::vector<std::array<uint8_t, 16>> vectors; // of v128.const and shuffles
  // Room for the next version of `code`. Memory that is kept costs less than memory that is got
  // from the system for each function.
  std::vector<Instruction> spare;

  void clear() {
    locals.clear();
    code.clear();
    targets.clear();
    vectors.clear();
  }
};

} // namespace wald::code

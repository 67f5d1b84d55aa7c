// The instructions that Go's compiler and assembler write, and what each does to the value stack.
// Vectors are there with GOEXPERIMENT=simd.
#pragma once

#include "wasm/opcode_numbers.h"

#include <array>
#include <cstdint>

namespace wald::code {

using wasm::Op;

namespace op = wasm::op;

// What follows the opcode in the bytes.
enum class Immediate : uint8_t {
  kUnknown, // not an instruction that Go writes
  kNone,
  kBlockType,
  kIndex, // one number: a label, local, global or function
  kBrTable,
  kCallIndirect, // type and table
  kMemory,       // alignment and offset
  kMemoryLane,   // these and a lane
  kLane,
  kI32,
  kI64,
  kF32,
  kF64,
  kV128,  // sixteen bytes: a constant, or the lanes of a shuffle
  kZero,  // one zero byte: the memory
  kZeros, // two
};

struct OpInfo {
  Immediate immediate = Immediate::kUnknown;
  // Values taken off the stack and put on it; those of calls depend on the type.
  uint8_t pops = 0, pushes = 0;
};

// By opcode; the last entry is for all numbers above.
extern const std::array<OpInfo, op::kNumOps + 1> kOpInfos;

// Immediate::kUnknown for numbers that mean nothing here.
inline const OpInfo &op_info(Op opcode) {
  return kOpInfos[opcode < op::kNumOps ? opcode : op::kNumOps];
}

// Most instructions are plain, with numbers of one byte: opcode, then at most two of these. Said in
// masks, so that reading and writing one takes no branch that depends on what it is:
//
//                    first byte         second byte
//   local.get 3      index 3
//   i64.const -1     constant, signed
//   i64.load         alignment (extra)  offset
struct ShortForm {
  // The largest bytes of the form; no first byte is small enough where there is none.
  int16_t most_first = -1;
  uint8_t most_second = 0xff;
  // -1 for what a byte is, 0 for what none is.
  int8_t index = 0, extra = 0, constant = 0, offset = 0;
  uint8_t length = 0; // with the opcode
};
extern const std::array<ShortForm, 256> kShortForms;

inline bool is_load(Op opcode) {
  return opcode >= op::kI32Load && opcode <= op::kI64Load32U;
}
inline bool is_store(Op opcode) {
  return opcode >= op::kI32Store && opcode <= op::kI64Store32;
}

} // namespace wald::code

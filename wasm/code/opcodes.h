// The instructions that Go's compiler and assembler write, and what each does to the value stack.
//
// An opcode is one number: the byte itself, 0x100 + n for n behind the prefix 0xFC (saturating
// conversions, bulk memory), 0x200 + n behind 0xFD (vectors, with GOEXPERIMENT=simd).
#pragma once

#include <array>
#include <cstdint>

namespace wald::code {

using Op = uint16_t;

namespace op {

inline constexpr Op kUnreachable = 0x00, kNop = 0x01, kBlock = 0x02, kLoop = 0x03, kIf = 0x04,
                    kElse = 0x05, kEnd = 0x0b, kBr = 0x0c, kBrIf = 0x0d, kBrTable = 0x0e,
                    kReturn = 0x0f, kCall = 0x10, kCallIndirect = 0x11, kDrop = 0x1a,
                    kSelect = 0x1b;
inline constexpr Op kLocalGet = 0x20, kLocalSet = 0x21, kLocalTee = 0x22, kGlobalGet = 0x23,
                    kGlobalSet = 0x24;
inline constexpr Op kI32Load = 0x28, kI64Load = 0x29, kF32Load = 0x2a, kF64Load = 0x2b,
                    kI32Load8S = 0x2c, kI32Load8U = 0x2d, kI32Load16S = 0x2e, kI32Load16U = 0x2f,
                    kI64Load8S = 0x30, kI64Load8U = 0x31, kI64Load16S = 0x32, kI64Load16U = 0x33,
                    kI64Load32S = 0x34, kI64Load32U = 0x35, kI32Store = 0x36, kI64Store = 0x37,
                    kF32Store = 0x38, kF64Store = 0x39, kI32Store8 = 0x3a, kI32Store16 = 0x3b,
                    kI64Store8 = 0x3c, kI64Store16 = 0x3d, kI64Store32 = 0x3e, kMemorySize = 0x3f,
                    kMemoryGrow = 0x40;
inline constexpr Op kI32Const = 0x41, kI64Const = 0x42, kF32Const = 0x43, kF64Const = 0x44;
inline constexpr Op kI32Eqz = 0x45, kI32Eq = 0x46, kI32Ne = 0x47, kI32LtS = 0x48, kI32LtU = 0x49,
                    kI32GtS = 0x4a, kI32GtU = 0x4b, kI32LeS = 0x4c, kI32LeU = 0x4d, kI32GeS = 0x4e,
                    kI32GeU = 0x4f, kI64Eqz = 0x50, kI64Eq = 0x51, kI64Ne = 0x52, kI64LtS = 0x53,
                    kI64LtU = 0x54, kI64GtU = 0x56, kI64LeU = 0x58, kI64GeU = 0x5a, kF32Eq = 0x5b,
                    kF64Ge = 0x66;
inline constexpr Op kI32Add = 0x6a, kI32Sub = 0x6b, kI32Mul = 0x6c, kI32And = 0x71, kI32Or = 0x72,
                    kI32Xor = 0x73, kI32Shl = 0x74, kI32ShrU = 0x76, kI64Add = 0x7c, kI64Sub = 0x7d,
                    kI64Mul = 0x7e, kI64And = 0x83, kI64Or = 0x84, kI64Xor = 0x85, kI64Shl = 0x86,
                    kI64ShrU = 0x88;
inline constexpr Op kI32WrapI64 = 0xa7, kI64ExtendI32S = 0xac, kI64ExtendI32U = 0xad;
inline constexpr Op kMemoryCopy = 0x10a, kMemoryFill = 0x10b;
inline constexpr Op kV128Const = 0x20c, kI8x16Shuffle = 0x20d;

inline constexpr Op kPrefixFC = 0xfc, kPrefixFD = 0xfd;
inline constexpr Op kNumOps = 0x314;

} // namespace op

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

inline bool is_load(Op opcode) {
  return opcode >= op::kI32Load && opcode <= op::kI64Load32U;
}
inline bool is_store(Op opcode) {
  return opcode >= op::kI32Store && opcode <= op::kI64Store32;
}

} // namespace wald::code

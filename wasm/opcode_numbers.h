// The numbers of instructions. Those of the plain ones are their bytes; 0x100 + n is n after the
// prefix 0xFC (saturating conversions, bulk memory), 0x200 + n after 0xFD (vectors).
#pragma once

#include <cstdint>

namespace wald::wasm {

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
inline constexpr Op kI32WrapI64 = 0xa7, kI64ExtendI32S = 0xac, kI64ExtendI32U = 0xad,
                    kI64Extend32S = 0xc4;
inline constexpr Op kFirstAfterFC = 0x100, kI64TruncSatF64U = 0x107;
inline constexpr Op kMemoryCopy = 0x10a, kMemoryFill = 0x10b;
inline constexpr Op kV128Const = 0x20c, kI8x16Shuffle = 0x20d;

inline constexpr Op kPrefixFC = 0xfc, kPrefixFD = 0xfd;
inline constexpr Op kNumOps = 0x314;

} // namespace op

} // namespace wald::wasm

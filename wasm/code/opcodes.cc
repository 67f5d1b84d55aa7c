// The table of instructions, by ranges of opcodes that look alike (WebAssembly specification,
// appendix "Index of Instructions"; the vectors' part from the relaxed SIMD proposal's numbering).
#include "wasm/code/opcodes.h"

#include <cstddef>

namespace wald::code {

namespace {

using Table = std::array<OpInfo, op::kNumOps + 1>;

struct Range {
  Op first, last;
  OpInfo info;
};

using enum Immediate;

constexpr Range kPlain[] = {
    {0x00, 0x01, {kNone, 0, 0}},         // unreachable, nop
    {0x02, 0x03, {kBlockType, 0, 0}},    // block, loop
    {0x04, 0x04, {kBlockType, 1, 0}},    // if
    {0x05, 0x05, {kNone, 0, 0}},         // else
    {0x0b, 0x0b, {kNone, 0, 0}},         // end
    {0x0c, 0x0c, {kIndex, 0, 0}},        // br
    {0x0d, 0x0d, {kIndex, 1, 0}},        // br_if
    {0x0e, 0x0e, {kBrTable, 1, 0}},      // br_table
    {0x0f, 0x0f, {kNone, 0, 0}},         // return
    {0x10, 0x10, {kIndex, 0, 0}},        // call
    {0x11, 0x11, {kCallIndirect, 1, 0}}, // call_indirect
    {0x1a, 0x1a, {kNone, 1, 0}},         // drop
    {0x1b, 0x1b, {kNone, 3, 1}},         // select
    {0x20, 0x20, {kIndex, 0, 1}},        // local.get
    {0x21, 0x21, {kIndex, 1, 0}},        // local.set
    {0x22, 0x22, {kIndex, 1, 1}},        // local.tee
    {0x23, 0x23, {kIndex, 0, 1}},        // global.get
    {0x24, 0x24, {kIndex, 1, 0}},        // global.set
    {0x28, 0x35, {kMemory, 1, 1}},       // loads
    {0x36, 0x3e, {kMemory, 2, 0}},       // stores
    {0x3f, 0x3f, {kZero, 0, 1}},         // memory.size
    {0x40, 0x40, {kZero, 1, 1}},         // memory.grow
    {0x41, 0x41, {kI32, 0, 1}},          // constants
    {0x42, 0x42, {kI64, 0, 1}},          //
    {0x43, 0x43, {kF32, 0, 1}},          //
    {0x44, 0x44, {kF64, 0, 1}},          //
    {0x45, 0x45, {kNone, 1, 1}},         // i32.eqz
    {0x46, 0x4f, {kNone, 2, 1}},         // i32 comparisons
    {0x50, 0x50, {kNone, 1, 1}},         // i64.eqz
    {0x51, 0x66, {kNone, 2, 1}},         // i64, f32, f64 comparisons
    {0x67, 0x69, {kNone, 1, 1}},         // i32 clz, ctz, popcnt
    {0x6a, 0x78, {kNone, 2, 1}},         // i32 arithmetic
    {0x79, 0x7b, {kNone, 1, 1}},         // i64 clz, ctz, popcnt
    {0x7c, 0x8a, {kNone, 2, 1}},         // i64 arithmetic
    {0x8b, 0x91, {kNone, 1, 1}},         // f32 abs … sqrt
    {0x92, 0x98, {kNone, 2, 1}},         // f32 add … copysign
    {0x99, 0x9f, {kNone, 1, 1}},         // f64 abs … sqrt
    {0xa0, 0xa6, {kNone, 2, 1}},         // f64 add … copysign
    {0xa7, 0xc4, {kNone, 1, 1}},         // conversions, sign extensions
    {0x100, 0x107, {kNone, 1, 1}},       // saturating conversions
    {0x10a, 0x10a, {kZeros, 3, 0}},      // memory.copy
    {0x10b, 0x10b, {kZero, 3, 0}},       // memory.fill
};

// After the prefix 0xFD.
constexpr Range kVectors[] = {
    {0, 10, {kMemory, 1, 1}},      // loads, with widening or splat
    {11, 11, {kMemory, 2, 0}},     // v128.store
    {12, 12, {kV128, 0, 1}},       // v128.const
    {13, 13, {kV128, 2, 1}},       // shuffle
    {14, 14, {kNone, 2, 1}},       // swizzle
    {15, 20, {kNone, 1, 1}},       // splats
    {21, 22, {kLane, 1, 1}},       // i8x16 extract, replace
    {23, 23, {kLane, 2, 1}},       //
    {24, 25, {kLane, 1, 1}},       // i16x8
    {26, 26, {kLane, 2, 1}},       //
    {27, 27, {kLane, 1, 1}},       // i32x4
    {28, 28, {kLane, 2, 1}},       //
    {29, 29, {kLane, 1, 1}},       // i64x2
    {30, 30, {kLane, 2, 1}},       //
    {31, 31, {kLane, 1, 1}},       // f32x4
    {32, 32, {kLane, 2, 1}},       //
    {33, 33, {kLane, 1, 1}},       // f64x2
    {34, 34, {kLane, 2, 1}},       //
    {35, 76, {kNone, 2, 1}},       // comparisons
    {77, 77, {kNone, 1, 1}},       // not
    {78, 81, {kNone, 2, 1}},       // and, andnot, or, xor
    {82, 82, {kNone, 3, 1}},       // bitselect
    {83, 83, {kNone, 1, 1}},       // any_true
    {84, 87, {kMemoryLane, 2, 1}}, // loads of a lane
    {88, 91, {kMemoryLane, 2, 0}}, // stores of a lane
    {92, 93, {kMemory, 1, 1}},     // loads with zeros
    {94, 100, {kNone, 1, 1}},      // demote, promote, i8x16 abs … bitmask
    {101, 102, {kNone, 2, 1}},     // narrow
    {103, 106, {kNone, 1, 1}},     // f32x4 rounding
    {107, 115, {kNone, 2, 1}},     // i8x16 shifts, additions, subtractions
    {116, 117, {kNone, 1, 1}},     // f64x2 ceil, floor
    {118, 121, {kNone, 2, 1}},     // minima, maxima
    {122, 122, {kNone, 1, 1}},     // f64x2 trunc
    {123, 123, {kNone, 2, 1}},     // avgr_u
    {124, 129, {kNone, 1, 1}},     // pairwise additions, i16x8 abs, neg
    {130, 130, {kNone, 2, 1}},     // q15mulr_sat_s
    {131, 132, {kNone, 1, 1}},     // all_true, bitmask
    {133, 134, {kNone, 2, 1}},     // narrow
    {135, 138, {kNone, 1, 1}},     // extend
    {139, 147, {kNone, 2, 1}},     // i16x8 shifts, additions, subtractions
    {148, 148, {kNone, 1, 1}},     // f64x2 nearest
    {149, 153, {kNone, 2, 1}},     // mul, minima, maxima
    {155, 159, {kNone, 2, 1}},     // avgr_u, extmul
    {160, 161, {kNone, 1, 1}},     // i32x4 abs, neg
    {163, 164, {kNone, 1, 1}},     // all_true, bitmask
    {167, 170, {kNone, 1, 1}},     // extend
    {171, 174, {kNone, 2, 1}},     // shifts, add
    {177, 177, {kNone, 2, 1}},     // sub
    {181, 186, {kNone, 2, 1}},     // mul, minima, maxima, dot
    {188, 191, {kNone, 2, 1}},     // extmul
    {192, 193, {kNone, 1, 1}},     // i64x2 abs, neg
    {195, 196, {kNone, 1, 1}},     // all_true, bitmask
    {199, 202, {kNone, 1, 1}},     // extend
    {203, 206, {kNone, 2, 1}},     // shifts, add
    {209, 209, {kNone, 2, 1}},     // sub
    {213, 223, {kNone, 2, 1}},     // mul, comparisons, extmul
    {224, 225, {kNone, 1, 1}},     // f32x4 abs, neg
    {227, 227, {kNone, 1, 1}},     // sqrt
    {228, 235, {kNone, 2, 1}},     // f32x4 arithmetic
    {236, 237, {kNone, 1, 1}},     // f64x2 abs, neg
    {239, 239, {kNone, 1, 1}},     // sqrt
    {240, 247, {kNone, 2, 1}},     // f64x2 arithmetic
    {248, 255, {kNone, 1, 1}},     // conversions
    {256, 256, {kNone, 2, 1}},     // relaxed swizzle
    {257, 260, {kNone, 1, 1}},     // relaxed conversions
    {261, 268, {kNone, 3, 1}},     // multiply and add, lane selection
    {269, 274, {kNone, 2, 1}},     // minima, maxima, q15mulr, dot
    {275, 275, {kNone, 3, 1}},     // dot and add
};

constexpr Table make_table() {
  Table table{};
  for (const Range &range : kPlain)
    for (Op opcode = range.first; opcode <= range.last; opcode++)
      table[opcode] = range.info;
  for (const Range &range : kVectors)
    for (Op opcode = range.first; opcode <= range.last; opcode++)
      table[0x200 + opcode] = range.info;
  return table;
}

constexpr ShortForm short_form(Op opcode, Immediate immediate) {
  constexpr int8_t kAll = -1;
  // Control instructions need more than to be read.
  if (opcode < op::kDrop)
    return {};
  switch (immediate) {
  case kNone:
    return {.most_first = 0xff, .length = 1};
  case kIndex:
    return {.most_first = 0x7f, .index = kAll, .length = 2};
  case kI32:
  case kI64:
    return {.most_first = 0x7f, .constant = kAll, .length = 2};
  case kMemory:
    return {.most_first = 4, .most_second = 0x7f, .extra = kAll, .offset = kAll, .length = 3};
  default:
    return {};
  }
}

constexpr std::array<ShortForm, 256> make_short_forms(const Table &table) {
  std::array<ShortForm, 256> forms{};
  for (size_t opcode = 0; opcode < forms.size(); opcode++)
    forms[opcode] = short_form(Op(opcode), table[opcode].immediate);
  return forms;
}

} // namespace

constexpr Table kOpInfos = make_table();
constexpr std::array<ShortForm, 256> kShortForms = make_short_forms(kOpInfos);

} // namespace wald::code

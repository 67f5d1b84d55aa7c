// Each peephole rule: what it makes of its pattern, and what it leaves alone.
#include "wasm/code/peepholes.h"

#include "gmock/gmock.h"

#include <set>

namespace wald::code {
namespace {

using Code = std::vector<Instruction>;

Instruction get(uint32_t local) {
  return {.op = op::kLocalGet, .index = local};
}
Instruction set(uint32_t local) {
  return {.op = op::kLocalSet, .index = local};
}
Instruction tee(uint32_t local) {
  return {.op = op::kLocalTee, .index = local};
}
Instruction c32(int64_t value) {
  return {.op = op::kI32Const, .value = value};
}
Instruction c64(int64_t value) {
  return {.op = op::kI64Const, .value = value};
}
Instruction access(Op opcode, int64_t offset, uint16_t alignment = 0) {
  return {.op = opcode, .extra = alignment, .value = offset};
}
Instruction plain(Op opcode) {
  return {.op = opcode};
}
const Instruction kSetSp = {.op = op::kGlobalSet};
const Instruction kWrap = plain(op::kI32WrapI64), kExtend = plain(op::kI64ExtendI32U);
const Instruction kAdd = plain(op::kI32Add), kSub = plain(op::kI32Sub);

Code rewritten(const Code &code) {
  Code result;
  Window window(result);
  for (const Instruction &instruction : code)
    window.append(instruction);
  return result;
}

struct Row {
  const char *rule; // its text in the table
  Code before, after;
};

std::vector<Row> rows() {
  const Instruction kCall = {.op = op::kCall, .index = 5}, kIndirect = plain(op::kCallIndirect);
  Code push = {
      get(1), c32(8), kSub, tee(1), kSetSp, get(1), c64(0x10000001), access(op::kI64Store, 0)};
  Code indirect_before = {get(7), kWrap, access(op::kI64Load, 0)};
  Code indirect_after = {c32(0), get(7), kWrap, access(op::kI64Load, 0)};
  for (Code *code : {&indirect_before, &indirect_after}) {
    code->insert(code->end(), push.begin(), push.end());
    code->insert(code->end(), {c64(16), plain(op::kI64ShrU), kWrap});
  }
  indirect_before.insert(indirect_before.end(), {set(0), c32(0), get(0), kIndirect});
  indirect_after.push_back(kIndirect);
  return {
      {"nop -> ", {plain(op::kNop), kCall, plain(op::kNop)}, {kCall}},
      {"eqz eqz if -> if; const 0, ne, if -> if",
       {get(3), plain(op::kI32Eqz), plain(op::kI32Eqz), plain(op::kIf)},
       {get(3), plain(op::kIf)}},
      {"eqz eqz br_if -> br_if; const 0, ne, br_if -> br_if",
       {get(3), c32(0), plain(op::kI32Ne), plain(op::kBrIf)},
       {get(3), plain(op::kBrIf)}},
      {"tee SP, global.set, const, return -> global.set, const, return",
       {get(1), c32(8), kAdd, tee(1), kSetSp, c32(0), plain(op::kReturn)},
       {get(1), c32(8), kAdd, kSetSp, c32(0), plain(op::kReturn)}},
      {"f, set s, const 0, get s, call_indirect -> const 0, f, call_indirect", indirect_before,
       indirect_after},
      {"set x, get x -> tee x", {c64(1), set(4), get(4)}, {c64(1), tee(4)}},
      {"SP += a, SP += b -> SP += a + b",
       {get(1), c32(48), kAdd, tee(1), kSetSp, get(1), c32(8), kAdd, tee(1), kSetSp},
       {get(1), c32(56), kAdd, tee(1), kSetSp}},
      {"SP + c, load -> SP, load offset c",
       {get(1), kExtend, c64(24), plain(op::kI64Add), kWrap, access(op::kI32Load, 4)},
       {get(1), access(op::kI32Load, 28)}},
      {"SP + c, v, store -> SP, v, store offset c",
       {get(1), c32(24), kAdd, get(2), get(3), plain(op::kI64Add), access(op::kI64Store, 4)},
       {get(1), get(2), get(3), plain(op::kI64Add), access(op::kI64Store, 28)}},
      {"comparison, eqz -> opposite comparison",
       {get(2), get(3), plain(op::kI64LtS), plain(op::kI32Eqz)},
       {get(2), get(3), plain(op::kI64LtS + 6)}}, // ge_s
      {"const 0, eq -> eqz", {get(2), c32(0), plain(op::kI32Eq)}, {get(2), plain(op::kI32Eqz)}},
      {"extend, i64.eqz -> i32.eqz",
       {get(2), kExtend, plain(op::kI64Eqz)},
       {get(2), plain(op::kI32Eqz)}},
      {"extend_u, const, i64.eq -> const, i32.eq",
       {get(2), kExtend, c64(0xffffffff), plain(op::kI64Eq)},
       {get(2), c32(-1), plain(op::kI32Eq)}},
      {"the same with ne",
       {get(2), kExtend, c64(7), plain(op::kI64Ne)},
       {get(2), c32(7), plain(op::kI32Ne)}},
      {"the same with lt_u",
       {get(2), kExtend, c64(7), plain(op::kI64LtU)},
       {get(2), c32(7), plain(op::kI32LtU)}},
      {"the same with gt_u",
       {get(2), kExtend, c64(7), plain(op::kI64GtU)},
       {get(2), c32(7), plain(op::kI32GtU)}},
      {"the same with le_u",
       {get(2), kExtend, c64(7), plain(op::kI64LeU)},
       {get(2), c32(7), plain(op::kI32LeU)}},
      {"the same with ge_u",
       {get(2), kExtend, c64(7), plain(op::kI64GeU)},
       {get(2), c32(7), plain(op::kI32GeU)}},
      {"const 0, add -> ", {get(2), c32(0), kAdd}, {get(2)}},
      {"const a, add, const b, add -> const a + b, add",
       {get(2), c32(INT32_MAX), kAdd, c32(1), kAdd},
       {get(2), c32(INT32_MIN), kAdd}},
      {"i64.const, wrap -> i32.const", {c64(0x1fffffffe), kWrap}, {c32(-2)}},
      {"extend, wrap -> ", {get(2), plain(op::kI64ExtendI32S), kWrap}, {get(2)}},
      {"i64.load, wrap -> i32.load",
       {get(2), access(op::kI64Load, 8, 3), kWrap},
       {get(2), access(op::kI32Load, 8, 2)}},
      {"const, i64.op, wrap -> wrap, const, i32.op",
       {get(2), c64(int64_t(1) << 32 | 5), plain(op::kI64Mul), kWrap},
       {get(2), kWrap, c32(5), plain(op::kI32Mul)}},
      {"i32.const, extend_u -> i64.const", {c32(-1), kExtend}, {c64(0xffffffff)}},
      {"i32.load, extend_u -> i64.load32_u",
       {get(2), access(op::kI32Load, 8, 2), kExtend},
       {get(2), access(op::kI64Load32U, 8, 2)}},
      {"const 0xffffffff, and -> wrap, extend_u",
       {get(2), c64(5), plain(op::kI64Add), c64(0xffffffff), plain(op::kI64And)},
       {get(2), kWrap, c32(5), kAdd, kExtend}},
      {"load8_u, const 0xff, and -> load8_u",
       {get(2), access(op::kI64Load8U, 8), c64(0x1ff), plain(op::kI64And)},
       {get(2), access(op::kI64Load8U, 8)}},
      {"float comparison, eqz, br_if l -> comparison, if, else, br l + 1, end",
       {get(2), get(3), plain(op::kF64Ge), plain(op::kI32Eqz), {.op = op::kBrIf, .index = 4}},
       {get(2),
        get(3),
        plain(op::kF64Ge),
        {.op = op::kIf, .value = kVoid},
        plain(op::kElse),
        {.op = op::kBr, .index = 5},
        plain(op::kEnd)}},
  };
}

TEST(CodePeepholes, EachRuleDoesWhatItSays) {
  std::set<std::string> tested = {"the same"};
  for (const Row &row : rows()) {
    EXPECT_EQ(rewritten(row.before), row.after) << row.rule;
    tested.insert(row.rule);
  }
  for (const Rule &rule : peephole_rules())
    EXPECT_TRUE(tested.contains(rule.text)) << rule.text;
}

TEST(CodePeepholes, RulesAreSortedByTheirLastInstruction) {
  std::set<Op> seen;
  Op previous = op::kUnreachable;
  for (const Rule &rule : peephole_rules()) {
    if (rule.last != previous) {
      EXPECT_TRUE(seen.insert(rule.last).second) << rule.text;
    }
    previous = rule.last;
  }
}

TEST(CodePeepholes, ExtendsAllUnsignedLoads) {
  for (auto [narrow, wide] :
       {std::pair(op::kI32Load, op::kI64Load32U), std::pair(op::kI32Load8U, op::kI64Load8U),
        std::pair(op::kI32Load16U, op::kI64Load16U)}) {
    Code after = {get(2), access(wide, 3)};
    EXPECT_EQ(rewritten({get(2), access(narrow, 3), kExtend}), after);
    // A mask that changes nothing.
    EXPECT_EQ(rewritten({get(2), access(wide, 3), c64(0xffffffff), plain(op::kI64And)}), after);
  }
}

// Every load and store folds a slot's address, and narrows with its own signedness.
TEST(CodePeepholes, CoversAllAccesses) {
  for (Op load = op::kI32Load; load <= op::kI64Load32U; load++) {
    Code after = {get(1), access(load, 24)};
    EXPECT_EQ(rewritten({get(1), c32(16), kAdd, access(load, 8)}), after);
  }
  for (Op store = op::kI32Store; store <= op::kI64Store32; store++) {
    Code after = {get(1), get(5), access(store, 24)};
    EXPECT_EQ(rewritten({get(1), c32(16), kAdd, get(5), access(store, 8)}), after);
  }
  for (auto [wide, narrow] :
       {std::pair(op::kI64Load8S, op::kI32Load8S), std::pair(op::kI64Load8U, op::kI32Load8U),
        std::pair(op::kI64Load16S, op::kI32Load16S), std::pair(op::kI64Load16U, op::kI32Load16U),
        std::pair(op::kI64Load32S, op::kI32Load), std::pair(op::kI64Load32U, op::kI32Load)}) {
    Code after = {get(2), access(narrow, 3)};
    EXPECT_EQ(rewritten({get(2), access(wide, 3), kWrap}), after);
  }
}

TEST(CodePeepholes, InvertsAllIntegerComparisons) {
  // eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
  const unsigned opposite[] = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};
  for (Op first : {op::kI32Eq, op::kI64Eq})
    for (unsigned i = 0; i < 10; i++) {
      Code after = {plain(first + opposite[i])};
      EXPECT_EQ(rewritten({plain(first + i), plain(op::kI32Eqz)}), after) << i;
    }
}

TEST(CodePeepholes, LeavesAloneWhatIsNotTheSame) {
  const Instruction kCall = {.op = op::kCall, .index = 5};
  std::vector<Code> untouched = {
      // Floats: neither a < b nor a >= b holds for NaN.
      {get(2), get(3), plain(op::kF64Ge - 3), plain(op::kI32Eqz)},
      // Another base than SP can wrap around.
      {get(2), c32(16), kAdd, access(op::kI32Load, 8)},
      {get(1), c32(-16), kAdd, access(op::kI32Load, 8)},
      {get(1), c32(16), kAdd, access(op::kI32Load, 0xfffffff8)},
      // The value is not plain code: a call may change the stack's place.
      {get(1), c32(16), kAdd, get(2), kCall, access(op::kI32Store, 8)},
      {get(2), kExtend, c64(int64_t(1) << 32), plain(op::kI64Eq)},
      {get(2), plain(op::kI64ExtendI32S), c64(7), plain(op::kI64LtU)},
      {get(2), kExtend, c64(7), plain(op::kI64LtS)},
      {get(2), c64(40), plain(op::kI64Shl), kWrap},
      {get(2), c64(3), plain(op::kI64ShrU), kWrap},
      {get(2), plain(op::kI32Eqz), plain(op::kI32Eqz), set(3)},
      {get(2), c64(0x7fffffff), plain(op::kI64And)},
      {get(2), c64(-1), plain(op::kI64And)},
      {get(2), access(op::kI64Load8U, 8), c64(0x7f), plain(op::kI64And)},
      {get(2), access(op::kI64Load8S, 8), c64(0xff), plain(op::kI64And)},
      {get(2), access(op::kI32Load8S, 8), kExtend},
      {c64(1), set(4), get(3)},
      {get(1), c32(48), kAdd, tee(1), kSetSp, get(1), c32(8), kSub, tee(1), kSetSp},
  };
  for (const Code &code : untouched)
    EXPECT_EQ(rewritten(code), code);
}

} // namespace
} // namespace wald::code

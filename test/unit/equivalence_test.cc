// What the checker proves, what it reports, and that it proves nothing that is wrong.
#include "wasm/equivalence/check_module.h"

#include "equivalence_program.h"
#include "wasm/code/go_callees.h"

#include "gmock/gmock.h"

namespace wald::equivalence {
namespace {

using testing::HasSubstr;

// $main.f is function 5: its return addresses are 0x1005<<16 and a number.
std::vector<uint8_t> program(const std::string &body, const std::string &more = "") {
  return test::assemble(R"(
    (module
      (type $go (func (param i32) (result i32)))
      (memory 1) (table 1 funcref)
      (global $sp (mut i32) (i32.const 1024)) (global $ctxt (mut i64) (i64.const 0))
      (func $main.callee (param i32) (result i32) i32.const 0)
      (func $runtime.gopanic (param i32) (result i32) i32.const 1)
      (func $runtime.deferreturn (param i32) (result i32) i32.const 0)
      (func $helper (param i32))
      (func $other (param i32))
      (func $main.f (param i32) (result i32) (local i32 i64 i64) )" +
                        body + ")" + more + ")");
}

// A body in Go's shape with these blocks between the ends.
std::string with_table(unsigned num_blocks, const std::string &blocks) {
  std::string text = "global.get $sp local.set 1 block loop ";
  for (unsigned i = 0; i < num_blocks; i++)
    text += "block ";
  text += "local.get 0 br_table ";
  for (unsigned i = 0; i < num_blocks; i++)
    text += std::to_string(i) + " ";
  return text + "end " + blocks + " end unreachable end i32.const 1";
}

const std::string kSp = "global.get $sp local.set 1 ", kEnd = " i32.const 0";
const std::string kReturn = "local.get 1 i32.const 8 i32.add local.tee 1 global.set $sp "
                            "i32.const 0 return ";
std::string push(unsigned number) {
  return "local.get 1 i32.const 8 i32.sub local.tee 1 global.set $sp local.get 1 i64.const " +
         std::to_string(0x10050000 + number) + " i64.store ";
}
std::string call(const std::string &callee, unsigned number) {
  return push(number) + "i32.const 0 call $" + callee + " global.get $sp local.set 1 ";
}

std::string difference(const std::string &before, const std::string &after) {
  return test::unproven(program(before), program(after));
}

struct Pair {
  const char *before, *after;
};

// Both compute something and then call $helper with it, or store.
class SameCode : public testing::TestWithParam<Pair> {};
class OtherCode : public testing::TestWithParam<Pair> {};

std::string used(const char *code) {
  return kSp + code + kEnd;
}

TEST_P(SameCode, IsProven) {
  EXPECT_EQ(difference(used(GetParam().before), used(GetParam().after)), "");
}
TEST_P(OtherCode, IsReported) {
  EXPECT_NE(difference(used(GetParam().before), used(GetParam().after)), "");
}

#define SLOT(c) "local.get 1 i64.extend_i32_u i64.const " #c " i64.add i32.wrap_i64 "

constexpr Pair kSame[] = {
    {SLOT(24) "i32.load call $helper", "local.get 1 i32.load offset=24 call $helper"},
    {SLOT(24) "local.get 2 i64.store offset=8", "local.get 1 local.get 2 i64.store offset=32"},
    {"local.get 1 i32.const -16 i32.add i32.load offset=24 call $helper",
     "local.get 1 i32.load offset=8 call $helper"},
    {SLOT(8) "i64.load i32.wrap_i64 call $helper", "local.get 1 i32.load offset=8 call $helper"},
    {"local.get 1 i64.load8_s i64.const 3 i64.mul i32.wrap_i64 call $helper",
     "local.get 1 i32.load8_s i32.const 3 i32.mul call $helper"},
    {"local.get 2 i64.const 5 i64.shl i32.wrap_i64 call $helper",
     "local.get 2 i32.wrap_i64 i32.const 5 i32.shl call $helper"},
    {"local.get 1 i64.extend_i32_s i64.eqz call $helper", "local.get 1 i32.eqz call $helper"},
    {"local.get 2 local.get 3 i64.lt_s i32.eqz call $helper",
     "local.get 2 local.get 3 i64.ge_s call $helper"},
    {"local.get 2 local.get 3 i64.gt_u i32.eqz call $helper",
     "local.get 2 local.get 3 i64.le_u call $helper"},
    {"local.get 1 i64.extend_i32_u i64.const 9 i64.gt_u call $helper",
     "local.get 1 i32.const 9 i32.gt_u call $helper"},
    {"local.get 2 i64.const 0 i64.ne i32.eqz call $helper", "local.get 2 i64.eqz call $helper"},
    {"local.get 2 i64.eqz i32.eqz i32.eqz if i32.const 7 call $helper end",
     "local.get 2 i64.eqz if i32.const 7 call $helper end"},
    {"local.get 2 i64.eqz if i32.const 7 call $helper else i32.const 8 call $helper end",
     "local.get 2 i64.eqz i32.eqz if i32.const 8 call $helper else i32.const 7 call $helper end"},
    {"i32.const 16 global.set $sp i32.const 24 global.set $sp i32.const 1 call $helper",
     "i32.const 24 global.set $sp i32.const 1 call $helper"},
    {"local.get 2 local.set 3 local.get 3 i32.wrap_i64 call $helper",
     "local.get 2 i32.wrap_i64 call $helper"},
    {"local.get 2 f64.reinterpret_i64 f64.const nan f64.lt i32.eqz call $helper",
     "local.get 2 f64.reinterpret_i64 f64.const nan f64.lt i32.eqz call $helper nop"},
};

constexpr Pair kOther[] = {
    {SLOT(24) "i32.load call $helper", "local.get 1 i32.load offset=25 call $helper"},
    // Only the stack pointer has room above it.
    {"local.get 2 i64.const 24 i64.add i32.wrap_i64 i32.load call $helper",
     "local.get 2 i32.wrap_i64 i32.load offset=24 call $helper"},
    {"local.get 1 i32.const -16 i32.add i32.load call $helper",
     "local.get 1 i32.load offset=4294967280 call $helper"},
    {"local.get 1 i64.load local.set 2 local.get 2 i32.wrap_i64 call $helper "
     "local.get 1 local.get 2 i64.store",
     "local.get 1 i64.load32_u local.set 2 local.get 2 i32.wrap_i64 call $helper "
     "local.get 1 local.get 2 i64.store"},
    {"local.get 1 i32.load8_s call $helper", "local.get 1 i32.load8_u call $helper"},
    {"local.get 1 i32.load8_s drop", "local.get 1 i32.load drop"},
    {"local.get 1 i32.load drop", ""},
    {"", "local.get 1 i32.load drop"},
    {"local.get 2 i64.const 33 i64.shl i32.wrap_i64 call $helper",
     "local.get 2 i32.wrap_i64 i32.const 33 i32.shl call $helper"},
    {"local.get 2 i64.const 3 i64.shr_u i32.wrap_i64 call $helper",
     "local.get 2 i32.wrap_i64 i32.const 3 i32.shr_u call $helper"},
    {"local.get 2 f64.reinterpret_i64 f64.const 1 f64.lt i32.eqz call $helper",
     "local.get 2 f64.reinterpret_i64 f64.const 1 f64.ge call $helper"},
    {"local.get 1 i64.extend_i32_s i64.const 9 i64.gt_u call $helper",
     "local.get 1 i32.const 9 i32.gt_u call $helper"},
    {"local.get 2 local.get 3 i64.lt_s call $helper",
     "local.get 2 local.get 3 i64.lt_u call $helper"},
    {"local.get 2 i64.eqz if i32.const 7 call $helper end",
     "local.get 2 i64.eqz i32.eqz if i32.const 7 call $helper end"},
    {"local.get 1 i64.const 1 i64.store local.get 1 i64.const 2 i64.store offset=8",
     "local.get 1 i64.const 2 i64.store offset=8 local.get 1 i64.const 1 i64.store"},
    {"local.get 1 i64.const 1 i64.store", "local.get 1 i32.const 1 i32.store"},
    {"local.get 1 i64.const 1 i64.store", ""},
    {"local.get 1 i64.const 1 i64.store i32.const 1 call $helper",
     "i32.const 1 call $helper local.get 1 i64.const 1 i64.store"},
    {"local.get 1 i32.load local.get 1 i64.const 1 i64.store call $helper",
     "local.get 1 i64.const 1 i64.store local.get 1 i32.load call $helper"},
    {"i32.const 1 call $helper", "i32.const 1 call $other"},
    {"i32.const 16 global.set $sp i32.const 1 call $helper",
     "i32.const 1 call $helper i32.const 16 global.set $sp"},
    {"i32.const 16 global.set $sp", ""},
    {"local.get 2 local.get 3 i64.div_s drop", ""},
    {"local.get 2 i64.eqz if unreachable end", ""},
    {"loop br 0 end", ""},
    {"i32.const 3 memory.grow drop", "memory.size drop"},
};
INSTANTIATE_TEST_SUITE_P(Pairs, SameCode, testing::ValuesIn(kSame));
INSTANTIATE_TEST_SUITE_P(Pairs, OtherCode, testing::ValuesIn(kOther));

// for i = 1; callee(); i++ {}: block 1 is the loop's header, block 2 where the callee returns to.
const std::string kLoop =
    with_table(3, "i64.const 1 local.set 2 end " + call("main.callee", 2) +
                      "br_if 2 end "
                      "local.get 2 i64.const 1 i64.add local.set 2 "
                      "local.get 1 i64.load i64.eqz if i32.const 1 local.set 0 br 1 end " +
                      kReturn);
std::string rebuilt_loop(const std::string &clear, const std::string &step) {
  return "global.get $sp local.set 1 block i64.const 1 local.set 2 loop block "
         "local.get 0 i32.const 2 i32.eq br_if 0 " +
         call("main.callee", 2) + "br_if 2 end " + clear + "local.get 2 i64.const " + step +
         " i64.add local.set 2 local.get 1 i64.load i64.eqz br_if 0 " + kReturn +
         "end unreachable end i32.const 1";
}
const std::string kClear = "i32.const 0 local.set 0 ";

TEST(Equivalence, LoopsAreProven) {
  EXPECT_EQ(difference(kLoop, rebuilt_loop(kClear, "1")), "");
}

TEST(Equivalence, ANumberThatIsStillThereIsSeen) {
  // The second round would go to block 2 without calling.
  EXPECT_THAT(difference(kLoop, rebuilt_loop("", "1")), HasSubstr("entered with 2: "));
}

TEST(Equivalence, WhatLoopsCarryIsSeen) {
  auto count = [](const std::string &step, const std::string &use) {
    return "local.get 2 i64.const " + step + " i64.add local.set 2 " + use +
           "local.get 1 i64.load i64.eqz ";
  };
  auto before = [&](const std::string &use) {
    return with_table(2, "i64.const 1 local.set 2 end " + count("1", use) +
                             "if i32.const 1 local.set 0 br 1 end " + kReturn);
  };
  auto after = [&](const std::string &step, const std::string &use) {
    return kSp + "i64.const 1 local.set 2 loop " + count(step, use) + "br_if 0 end " + kReturn +
           "unreachable";
  };
  std::string use = "local.get 2 i32.wrap_i64 call $helper ";
  EXPECT_EQ(difference(before(use), after("1", use)), "");
  EXPECT_THAT(difference(before(use), after("2", use)), HasSubstr("an argument is another"));
  // Nobody looks at the counter.
  EXPECT_EQ(difference(before(""), after("2", "")), "");
}

TEST(Equivalence, EachResumePointIsAnEntry) {
  std::string before = with_table(2, call("main.callee", 1) +
                                         "br_if 2 end i32.const 5 "
                                         "call $helper " +
                                         kReturn);
  std::string after = "global.get $sp local.set 1 block block local.get 0 br_if 0 " +
                      call("main.callee", 1) + "br_if 1 end i32.const 5 call $helper " + kReturn +
                      "end i32.const 1";
  EXPECT_EQ(difference(before, after), "");
  std::string lost = after;
  lost.replace(lost.find("local.get 0 br_if 0"), 19, "");
  EXPECT_THAT(difference(before, lost), HasSubstr("entered with 1: "));
}

TEST(Equivalence, DeferreturnIsEnteredBeforeItsCall) {
  std::string blocks =
      "i32.const 4 call $helper end " + call("runtime.deferreturn", 2) + "br_if 2 end " + kReturn;
  // With a table of its own: the second label leads to the call.
  std::string right = "global.get $sp local.set 1 block block block block "
                      "local.get 0 br_table 0 1 2 0 end i32.const 4 call $helper end " +
                      call("runtime.deferreturn", 2) + "br_if 1 end " + kReturn + "end i32.const 1";
  std::string wrong = right;
  wrong.replace(wrong.find("br_table 0 1 2 0"), 16, "br_table 0 0 2 0");
  EXPECT_EQ(difference(with_table(3, blocks), right), "");
  EXPECT_THAT(difference(with_table(3, blocks), wrong), HasSubstr("entered with 1: "));
}

TEST(Equivalence, CallsThatNeverReturnEndThere) {
  std::string before =
      with_table(2, call("runtime.gopanic", 1) + "br_if 2 end i32.const 5 call $helper " + kReturn);
  std::string after = kSp + call("runtime.gopanic", 1) + "drop i32.const 1";
  EXPECT_EQ(difference(before, after), "");
  EXPECT_NE(difference(before, kSp + call("main.callee", 1) + "drop i32.const 1"), "");
  EXPECT_NE(difference(before, kSp + call("runtime.gopanic", 1) + "drop i32.const 0"), "");
}

// The body of a function that is called instead of gopanic, with two words and a return address.
std::string outlined(const std::string &first, const std::string &second) {
  return "(func (param i64 i64 i64) (result i32) global.get $sp local.get " + first +
         " i64.store global.get $sp local.get " + second +
         " i64.store offset=8 global.get $sp i32.const 8 i32.sub global.set $sp global.get $sp "
         "local.get 2 i64.store i32.const 0 call $runtime.gopanic)";
}

TEST(Equivalence, AddedFunctionsAreWalkedThrough) {
  std::string words =
      "local.get 1 local.get 2 i64.store local.get 1 i64.const 7 i64.store offset=8 ";
  auto before =
      program(with_table(2, words + call("runtime.gopanic", 1) + "br_if 2 end " + kReturn));
  std::string call_of_it = kSp + "local.get 2 i64.const 7 i64.const 268763137 call 6";
  EXPECT_EQ(test::unproven(before, program(call_of_it, outlined("0", "1"))), "");
  EXPECT_THAT(test::unproven(before, program(call_of_it, outlined("1", "0"))),
              HasSubstr("the value stored is another"));
  std::string other_place = kSp + "local.get 2 i64.const 7 i64.const 268763138 call 6";
  EXPECT_NE(test::unproven(before, program(other_place, outlined("0", "1"))), "");
}

TEST(Equivalence, LoopsWithoutAnEnd) {
  std::string before = with_table(2, "nop end i32.const 1 local.set 0 br 0");
  EXPECT_EQ(difference(before, kSp + "loop br 0 end unreachable"), "");
  EXPECT_NE(difference(before, kSp + "unreachable"), "");
  std::string storing =
      with_table(2, "nop end local.get 1 i64.const 3 i64.store local.get 1 local.get 2 i64.store "
                    "offset=8 i32.const 1 local.set 0 br 0");
  std::string loop = kSp + "loop local.get 1 i64.const 3 i64.store local.get 1 local.get 2 "
                           "i64.store offset=8 br 0 end unreachable";
  EXPECT_EQ(difference(storing, loop), "");
}

TEST(Equivalence, OtherPartsOfTheModuleStay) {
  auto before = program(kSp + kEnd);
  EXPECT_THAT(test::unproven(before, program(kSp + kEnd, "(data (i32.const 0) \"x\")")),
              HasSubstr("the number of sections"));
  EXPECT_THAT(test::unproven(program(kSp + kEnd, "(data (i32.const 0) \"y\")"),
                             program(kSp + kEnd, "(data (i32.const 0) \"x\")")),
              HasSubstr("section data"));
}

// The program has a memory of its own, of one page.
TEST(Equivalence, MemoryHoldsTheSameInOtherSegments) {
  std::string body = kSp + kEnd;
  auto before = program(body, "(data (i32.const 16) \"ab\\00\\00c\")");
  EXPECT_EQ(test::unproven(before, program(body, "(data (i32.const 16) \"ab\")"
                                                 "(data (i32.const 20) \"c\")")),
            "");
  EXPECT_EQ(test::unproven(before, program(body, "(data (i32.const 15) \"\\00ab\\01\")"
                                                 "(data (i32.const 18) \"\\00\\00c\\00\")")),
            "");
  EXPECT_THAT(test::unproven(before, program(body, "(data (i32.const 16) \"ab\")")),
              HasSubstr("memory differs at 0x14"));
  EXPECT_THAT(test::unproven(before, program(body, "(data \"ab\\00\\00c\")")),
              HasSubstr("segments whose place is not known"));
}

TEST(Equivalence, MemoryMayDifferWhereTheCallerSays) {
  std::string body = kSp + kEnd;
  auto old_bytes = program(body, "(data (i32.const 16) \"abcd\")");
  auto new_bytes = program(body, "(data (i32.const 16) \"axyd\")");
  wasm::Module before = llvm::cantFail(wasm::read_module(old_bytes)),
               after = llvm::cantFail(wasm::read_module(new_bytes));
  auto is_proven = [&](uint64_t begin, uint64_t end) {
    return check_module(
               before, after, facts_by_names(before), 1,
               {.may_differ = wasm::MemoryImage::Extent{begin, end}, .why_no_stand_in = {}})
        .is_proven();
  };
  EXPECT_TRUE(is_proven(17, 19));
  EXPECT_TRUE(is_proven(0, 1 << 30));
  EXPECT_FALSE(is_proven(18, 19));
  EXPECT_FALSE(is_proven(17, 18));
  EXPECT_FALSE(is_proven(19, 17));
}

TEST(Equivalence, SaysWhereAndWhat) {
  wasm::Module before, after;
  auto old_bytes = program(kSp + "local.get 2 i32.wrap_i64 call $helper" + kEnd);
  auto new_bytes = program(kSp + "local.get 3 i32.wrap_i64 call $helper" + kEnd);
  before = llvm::cantFail(wasm::read_module(old_bytes));
  after = llvm::cantFail(wasm::read_module(new_bytes));
  ModuleCheck check = check_module(before, after, facts_by_names(before), 1);
  ASSERT_EQ(check.differences.size(), 1u);
  const Difference &difference = check.differences[0];
  EXPECT_EQ(difference.function, 5u);
  EXPECT_EQ(difference.entry, 0u);
  // Five bytes of locals, global.get, local.set, local.get, wrap.
  EXPECT_EQ(difference.old_at, 12u);
  EXPECT_EQ(difference.new_at, 12u);
  EXPECT_EQ(difference.old_text, "call 3 (i32.wrap_i64 x0.2)");
  EXPECT_EQ(difference.new_text, "call 3 (i32.wrap_i64 x0.3)");
}

// The two lists are written apart from each other.
TEST(Equivalence, KnowsTheNamesThatTheTransformationKnows) {
  llvm::StringRef names[] = {"runtime.block",
                             "runtime.goPanicIndex",
                             "runtime.goPanicIndexU",
                             "runtime.goPanicSliceConvert",
                             "runtime.goPanicSliceConvertU",
                             "runtime.goPanicSliceAlen",
                             "runtime.goPanicSliceAcapU",
                             "runtime.goPanicSliceB",
                             "runtime.goPanicSlice3CU",
                             "runtime.goPanicSlice3AlenU",
                             "runtime.goPanicExtendIndex",
                             "runtime.gopanic",
                             "runtime.throw",
                             "runtime.sigpanic",
                             "runtime.fatal",
                             "runtime.panicwrap",
                             "runtime.panicshift",
                             "runtime.panicdivide",
                             "runtime.panicmem",
                             "runtime.panicmakeslicecap",
                             "runtime.panicrangestate",
                             "runtime.mallocgc",
                             "main.throw",
                             "throw",
                             "",
                             "runtime.panicSimdImm",
                             "runtime.panicunsafestringnilptr",
                             "runtime.deferreturn"};
  for (llvm::StringRef name : names)
    EXPECT_EQ(facts_of(name).never_returns, code::go_callee(name).never_returns) << name.str();
}

} // namespace
} // namespace wald::equivalence

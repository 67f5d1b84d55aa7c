// What the checker says of modules in which a function's body does for another function.
#include "equivalence_program.h"

#include "gmock/gmock.h"

namespace wald::equivalence {
namespace {

using testing::HasSubstr;

// Functions 0 to 3, with return addresses 0x1000<<16 and on: $a, $b, $caller and $odd, of another
// type.
struct Program {
  std::string name_of_a = "$a";
  std::string a, b, caller = "i32.const 0 call $a drop i32.const 0 call $b";
  std::string table = "$a $b $caller $odd", more;

  std::vector<uint8_t> bytes() const {
    std::string text = "(module (type $go (func (param i32) (result i32))) (memory 1)"
                       "(table 4100 funcref) (global $sp (mut i32) (i32.const 1024))"
                       "(func $a (param i32) (result i32) " +
                       a + ") (func $b (param i32) (result i32) " + b +
                       ") (func $caller (param i32) (result i32) " + caller +
                       ") (func $odd (param i32)) (elem (i32.const 4096) func " + table + ")" +
                       more + ")";
    for (size_t at = 0; (at = text.find("$a", at)) != std::string::npos; at += name_of_a.size())
      text.replace(at, 2, name_of_a);
    return test::assemble(text);
  }
};

class StandIns : public testing::Test {
protected:
  // `why` is what the caller says of two functions.
  std::string unproven(std::optional<std::string> why = std::nullopt, bool may_ask = true) {
    std::vector<uint8_t> old_bytes = before_.bytes(), new_bytes = after_.bytes();
    wasm::Module before = llvm::cantFail(wasm::read_module(old_bytes)),
                 after = llvm::cantFail(wasm::read_module(new_bytes));
    Proven proven;
    if (may_ask)
      proven.why_no_stand_in = [&](uint32_t function, uint32_t stand_in) {
        asked_ += std::to_string(function) + " by " + std::to_string(stand_in) + "; ";
        return why;
      };
    ModuleCheck check = check_module(before, after, facts_by_names(before), 1, proven);
    std::string text;
    for (const std::string &problem : check.problems)
      text += problem + '\n';
    for (const Difference &each : check.differences)
      text += std::to_string(each.function) + ": " + each.what + '\n';
    return text;
  }

  static std::string stores(unsigned number) {
    return "i32.const 8 i64.const " + std::to_string(number << 16 | 3) + " i64.store i32.const 5";
  }

  Program before_{.a = "i32.const 5", .b = "i32.const 5", .more = ""};
  Program after_{.a = "i32.const 5",
                 .b = "unreachable",
                 .caller = "i32.const 0 call $a drop i32.const 0 call $a",
                 .table = "$a $a $caller $odd",
                 .more = ""};
  std::string asked_;
};

TEST_F(StandIns, AreProven) {
  EXPECT_EQ(unproven("is not asked"), "");
  EXPECT_EQ(asked_, "");
  EXPECT_EQ(unproven(std::nullopt, /*may_ask=*/false), "section element  is another\n");
}

TEST_F(StandIns, StoreTheirOwnReturnAddresses) {
  before_.a = after_.a = stores(0x1000);
  before_.b = stores(0x1001);
  EXPECT_EQ(unproven(), "");
  EXPECT_EQ(asked_, "1 by 0; ");
  EXPECT_EQ(unproven("they have other lines"), "1: they have other lines\n");
  before_.b = stores(0x1002);
  EXPECT_EQ(unproven(), "1: the value stored is another\n");
}

TEST_F(StandIns, DoTheSame) {
  before_.b = "i32.const 6";
  EXPECT_EQ(unproven(), "1: the result is another\n");
}

TEST_F(StandIns, AreCalledInstead) {
  after_.caller = before_.caller;
  EXPECT_EQ(unproven(), "2: the effects are different ones\n");
  // Where the bytes are the same, too.
  before_.caller = after_.caller = "i32.const 0 call $b";
  EXPECT_EQ(unproven(), "2: the effects are different ones\n");
  // What calls the stand-in where the old module calls another function is wrong.
  before_.caller = "i32.const 0 call $caller";
  after_.caller = "i32.const 0 call $a";
  EXPECT_EQ(unproven(), "2: the effects are different ones\n");
}

TEST_F(StandIns, AreExportedInstead) {
  before_.more = after_.more = "(export \"b\" (func $b))";
  EXPECT_THAT(unproven(), HasSubstr("export b is a function that has another one's body"));
}

TEST_F(StandIns, HaveTheirOwnBody) {
  after_.table = "$b $a $caller $odd";
  EXPECT_THAT(unproven(), HasSubstr("cannot stand for it"));
}

TEST_F(StandIns, HaveTheSameType) {
  after_.table = "$a $b $caller $a";
  EXPECT_THAT(unproven(), HasSubstr("function 3, which cannot stand for it"));
}

TEST_F(StandIns, AreNoMoreThanTheFunctionIs) {
  before_.name_of_a = after_.name_of_a = "$runtime.throw"; // which never returns
  EXPECT_THAT(unproven(), HasSubstr("function 1, which cannot stand for it"));
}

TEST_F(StandIns, AreCalledThroughTheTable) {
  before_.caller = after_.caller = "i32.const 0 i32.const 4097 call_indirect (type $go)";
  EXPECT_EQ(unproven(), "");
}

TEST_F(StandIns, LieAtTheSamePlacesOfTheTable) {
  after_.table = "$a $a $caller";
  EXPECT_THAT(unproven(), HasSubstr("section element is another"));
}

} // namespace
} // namespace wald::equivalence

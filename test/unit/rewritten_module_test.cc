// What another program makes of a module: what may be another than it was, and what may not.
#include "wasm/rewritten_module.h"

#include "module_bytes.h"
#include "wasm/body_facts.h"
#include "wat.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>

namespace wald::wasm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Function 1 is the import's caller, 3 and 4 are alike.
constexpr const char kBefore[] = R"((module
  (import "env" "f" (func $f (param i32)))
  (func $one (call $f (i32.const 1)))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  (func $four (result i32) (i32.const 3))
  (table 6 funcref)
  (memory 1)
  (export "_start" (func $one))
  (export "memory" (memory 0))
  (elem (i32.const 2) $one $two $three $four)
  (data (i32.const 16) "abc\00\00\00def")))";

// The parts of what a program makes of it, one of which a test changes.
struct Rewritten {
  std::string import = R"((import "env" "f" (func $0 (param i32))))";
  std::string functions = R"(
    (func $4 (result i32) (i32.const 3))
    (func $2 (result i32) (i32.const 2))
    (func $3 (result i32) (i32.const 3))
    (func $1 (call $0 (i32.const 1))))";
  std::string table = "(table 6 funcref)";
  std::string memory = "(memory 1)";
  std::string exports = R"((export "_start" (func $1)) (export "memory" (memory 0)))";
  std::string elements = "(elem (i32.const 2) $1 $2 $3 $4)";
  std::string data = R"((data (i32.const 22) "def") (data (i32.const 16) "abc"))";

  std::vector<uint8_t> bytes() const {
    return test::assemble("(module " + import + functions + table + memory + exports + elements +
                          data + ")");
  }
};

class RewrittenModules : public testing::Test {
protected:
  void SetUp() override { read(/*with_names=*/true); }

  void read(bool with_names) {
    std::vector<uint8_t> assembled = test::assemble(kBefore);
    std::vector<uint8_t> build_id = test::custom_section("go:buildid", {1, 2, 3});
    bytes_ = assembled;
    bytes_.insert(bytes_.begin() + 8, build_id.begin(), build_id.end());
    llvm::Expected<Module> module = read_module(bytes_);
    ASSERT_TRUE(bool(module));
    const Section *names = module->find_custom("name");
    ASSERT_TRUE(names);
    if (!with_names)
      bytes_.resize(names->offset);
    test::append(bytes_, test::custom_section("producers", {0}));
    module = read_module(bytes_);
    ASSERT_TRUE(bool(module));
    before_ = std::move(*module);
  }

  // Nothing if it may take the module's place.
  std::string problem_of(const Rewritten &rewritten) {
    llvm::Expected<std::vector<uint8_t>> taken = take_rewritten(before_, rewritten.bytes());
    return taken ? "" : llvm::toString(taken.takeError());
  }

  std::vector<uint8_t> bytes_;
  Module before_;
};

std::vector<std::string> names_of(const Module &module) {
  std::vector<std::string> names;
  for (llvm::StringRef name : module.names)
    names.push_back(name.str());
  return names;
}

TEST_F(RewrittenModules, GiveTheProgramNumbersAsNames) {
  std::vector<uint8_t> bytes = with_numbered_functions(before_);
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module));
  EXPECT_THAT(names_of(*module), ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_FALSE(module->find_custom("go:buildid"));
  EXPECT_FALSE(module->find_custom("producers"));
  EXPECT_EQ(module->bodies.size(), 4u);
  EXPECT_EQ(module->table_base, 2);
}

TEST_F(RewrittenModules, KeepCustomSectionsAndNames) {
  Rewritten rewritten;
  rewritten.functions += "(func $new)";
  llvm::Expected<std::vector<uint8_t>> taken = take_rewritten(before_, rewritten.bytes());
  ASSERT_TRUE(bool(taken)) << llvm::toString(taken.takeError());
  llvm::Expected<Module> module = read_module(*taken);
  ASSERT_TRUE(bool(module));
  EXPECT_THAT(names_of(*module), ElementsAre("f", "four", "two", "three", "one", "new"));
  EXPECT_EQ(module->sections.front().custom_name, "go:buildid");
  EXPECT_EQ(module->sections.front().payload, before_.sections.front().payload);
  EXPECT_EQ(module->sections.back().custom_name, "producers");

  read(/*with_names=*/false);
  taken = take_rewritten(before_, rewritten.bytes());
  ASSERT_TRUE(bool(taken)) << llvm::toString(taken.takeError());
  module = read_module(*taken);
  ASSERT_TRUE(bool(module));
  EXPECT_FALSE(module->find_custom("name"));
  EXPECT_EQ(module->bodies.size(), 5u);
}

TEST_F(RewrittenModules, MayHaveOneFunctionInThePlaceOfTwoThatAreAlike) {
  Rewritten rewritten;
  rewritten.functions = R"((func $1 (call $0 (i32.const 1)))
    (func $2 (result i32) (i32.const 2)) (func $3 (result i32) (i32.const 3)))";
  rewritten.elements = "(elem (i32.const 2) $1 $2 $3 $3)";
  EXPECT_EQ(problem_of(rewritten), "");
  // But no new one,
  rewritten.functions += "(func $new (result i32) (i32.const 3))";
  rewritten.elements = "(elem (i32.const 2) $1 $2 $3 $new)";
  EXPECT_EQ(problem_of(rewritten),
            "its table has something else in the place of function 4 (four)");
  // nor one of another type.
  rewritten.elements = "(elem (i32.const 2) $1 $2 $3 $1)";
  EXPECT_EQ(problem_of(rewritten),
            "its table has something else in the place of function 4 (four)");
}

TEST_F(RewrittenModules, MustHaveTheSameTable) {
  // Of one type, so that nothing else would tell.
  EXPECT_EQ(problem_of({.elements = "(elem (i32.const 2) $1 $3 $2 $4)"}),
            "its table has something else in the place of function 2 (two)");
  EXPECT_EQ(problem_of({.elements = "(elem (i32.const 2) $1 $2 $3 $3)"}),
            "its table has something else in the place of function 4 (four)");
  EXPECT_EQ(problem_of({.elements = "(elem (i32.const 1) $1 $2 $3 $4)"}),
            "its table is filled in another way");
  EXPECT_EQ(problem_of({.elements = "(elem (i32.const 2) $1 $2 $3)"}),
            "its table is filled in another way");
  EXPECT_EQ(problem_of({.elements = "(elem (i32.const 2) $1 $2) (elem (i32.const 4) $3 $4)"}),
            "it has other tables");
  EXPECT_EQ(problem_of({.table = "(table 7 funcref)"}), "its table has another size");
}

TEST_F(RewrittenModules, MustHaveTheSameImportsAndExports) {
  EXPECT_EQ(problem_of({.import = R"((import "env" "g" (func $0 (param i32))))"}),
            "the import env.g is another");
  EXPECT_EQ(problem_of({.import = R"((import "env" "f" (func $0 (param i32)))
                                    (import "env" "g" (func)))"}),
            "there are functions without a name");
  EXPECT_EQ(problem_of({.exports = R"((export "_start" (func $2)) (export "memory" (memory 0)))"}),
            "the export _start is another");
  EXPECT_EQ(problem_of({.exports = R"((export "run" (func $1)) (export "memory" (memory 0)))"}),
            "the export _start is another");
  EXPECT_EQ(problem_of({.exports = R"((export "_start" (func $1)))"}),
            "it has 1 exports instead of 2");
  EXPECT_EQ(problem_of({.data = "(start $1)"}), "there is a start function");
}

// Go's modules import fd_write for package runtime and again for package syscall.
TEST_F(RewrittenModules, MayImportAFunctionOnceThatWasImportedTwice) {
  std::vector<uint8_t> bytes = test::assemble(R"((module
    (import "env" "f" (func $f)) (import "env" "g" (func $g)) (import "env" "f" (func $again))
    (func $one (call $f) (call $g) (call $again))))");
  llvm::Expected<Module> before = read_module(bytes);
  ASSERT_TRUE(bool(before));
  auto problem = [&](llvm::StringRef imports, llvm::StringRef calls) {
    auto after = test::assemble(("(module " + imports + "(func $3 " + calls + "))").str());
    llvm::Expected<std::vector<uint8_t>> taken = take_rewritten(*before, after);
    return taken ? "" : llvm::toString(taken.takeError());
  };
  constexpr llvm::StringLiteral kF = R"((import "env" "f" (func $0)))",
                                kG = R"((import "env" "g" (func $1)))",
                                kAgain = R"((import "env" "f" (func $2)))";
  EXPECT_EQ(problem((kF + kG).str(), "(call $0) (call $1) (call $0)"), "");
  EXPECT_EQ(problem((kAgain + kG).str(), "(call $2) (call $1) (call $2)"), "");
  EXPECT_EQ(problem((kF + kAgain).str(), "(call $0) (call $2)"), "it has no import env.g");
  EXPECT_EQ(problem(kG.str(), "(call $1)"), "it has no import env.f");
  EXPECT_EQ(problem((kG + R"((import "env" "f" (func $0 (param i32))))").str(), "(call $1)"),
            "the import env.f is another");
}

TEST_F(RewrittenModules, MustHaveTheSameMemory) {
  EXPECT_EQ(problem_of({.memory = "(memory 2)"}), "its memory has another size");
  const std::string other = "its memory does not begin with the same contents";
  EXPECT_EQ(problem_of({.data = R"((data (i32.const 16) "abc"))"}), other);
  EXPECT_EQ(problem_of({.data = R"((data (i32.const 16) "abc\00\00\00defg"))"}), other);
  EXPECT_EQ(problem_of({.data = R"((data (i32.const 16) "abc\00\00\00def") (data "x"))"}),
            "it has data that are in no place of memory");
  EXPECT_EQ(problem_of({.data = R"((data (i32.const 16) "abc\00\00\00def\00"))"}), "");
}

TEST_F(RewrittenModules, MustHaveNames) {
  Rewritten rewritten;
  rewritten.functions += "(func $5)";
  EXPECT_EQ(problem_of(rewritten), "there are functions that were not there");
  std::vector<uint8_t> bytes = rewritten.bytes();
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module));
  bytes.resize(module->find_custom("name")->offset);
  llvm::Expected<std::vector<uint8_t>> taken = take_rewritten(before_, bytes);
  EXPECT_EQ(llvm::toString(taken.takeError()), "there are functions without a name");
  taken = take_rewritten(before_, llvm::ArrayRef(bytes).drop_back());
  EXPECT_THAT(llvm::toString(taken.takeError()), HasSubstr("broken wasm module"));
}

// The names of those that are set.
std::string features_of(llvm::StringRef contents) {
  std::vector<uint8_t> bytes = test::assemble(("(module " + contents + ")").str());
  llvm::Expected<Features> found = find_features(bytes);
  if (!found)
    return llvm::toString(found.takeError());
  std::string list;
  for (auto [is_set, name] : {std::pair(found->sign_extension, "sign"),
                              {found->saturating_conversions, "saturating"},
                              {found->bulk_memory, "bulk"},
                              {found->simd, "simd"},
                              {found->mutable_globals, "globals"},
                              {found->multiple_values, "values"},
                              {found->reference_types, "references"}})
    if (is_set)
      list += (list.empty() ? "" : " ") + std::string(name);
  return list;
}

TEST(Features, AreThoseThatAModuleUses) {
  EXPECT_EQ(features_of("(memory 1) (table 1 funcref) (global (mut i32) (i32.const 0))"
                        "(func $f (param i32) (result i64) (i64.extend_i32_s (local.get 0)))"
                        "(elem (i32.const 0) $f) (data (i32.const 0) \"a\")"),
            "");
  EXPECT_EQ(features_of("(func (drop (i64.extend8_s (i64.const 0))))"), "sign");
  EXPECT_EQ(features_of("(func (drop (i64.trunc_sat_f64_u (f64.const 0))))"), "saturating");
  EXPECT_EQ(
      features_of("(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))"),
      "bulk");
  EXPECT_EQ(features_of("(func (drop (v128.const i64x2 0 0)))"), "simd");
  EXPECT_EQ(features_of("(func (local v128))"), "simd");
  EXPECT_EQ(features_of("(global (export \"g\") (mut i32) (i32.const 0))"), "globals");
  EXPECT_EQ(features_of("(import \"m\" \"g\" (global (mut i32)))"), "globals");
  EXPECT_EQ(features_of("(func (result i32 i32) (i32.const 0) (i32.const 0))"), "values");
  EXPECT_EQ(features_of("(func (drop (ref.null func)))"), "references");
  EXPECT_EQ(features_of("(table 1 funcref) (table 1 funcref)"), "references");
  EXPECT_EQ(features_of("(memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))"
                        "(drop (i32.extend16_s (i32.const 0))))"),
            "sign bulk");
  EXPECT_THAT(features_of("(memory 1 1 shared)"), HasSubstr("threads"));
}

} // namespace
} // namespace wald::wasm

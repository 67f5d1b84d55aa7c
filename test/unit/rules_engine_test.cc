// Limits of engines.
#include "directive_rules.h"
#include "object_files.h"
#include "wat.h"

#include <algorithm>

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RuleManyParameters, CountsParametersAndResults) {
  FindingList findings;
  check_signature_limits(program({imported("env", "ok", std::string(1000, 'i')),
                                  imported("env", "p", std::string(1001, 'i')),
                                  exported("r", "main", "." + std::string(1001, 'i'))}),
                         findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("many-parameters: p has 1001 parameters, engines take 1000",
                          "many-parameters: r has 1001 results, engines take 1000"));
}

TEST(RuleLongName, LooksAtModulesToo) {
  FindingList findings;
  std::string longest(100000, 'x');
  check_signature_limits(program({exported(longest), exported(longest + "x"),
                                  imported(longest + "xx", "f", ""), imported(longest, "f", "")}),
                         findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("long-name: a name with 100001 bytes, engines take 100000",
                          "long-name: a name with 100002 bytes, engines take 100000"));
}

TEST(RuleLargeBrTable, CountsTheResumePointsOfAFunction) {
  wald::test::ParsedObject object(R"(
version: go1.27.4
files: [ src/lib.go ]
symbols:
  - { name: lib.fits, kind: text, size: 65520, data: 000b }
  - { name: lib.large, kind: text, size: 65521, data: 000b }
  - { name: lib.table, kind: rodata, size: 70000 }
)");
  FindingList findings;
  check_function_limits({"lib", &*object.object}, "", findings);
  ASSERT_THAT(
      texts(findings),
      ElementsAre("large-br-table: lib.large has 65521 targets in a br_table, engines take 65520"));
  EXPECT_EQ(findings[0].package, "lib");
  EXPECT_EQ(findings[0].function, "large");
}

TEST(RuleLargeFunction, CountsTheCode) {
  wald::test::ParsedObject object(
      "version: go1.27.4\nsymbols:\n"
      "  - { name: lib.large, kind: text, size: 2, text: " +
      std::string(7'654'322, 'x') + " }\n" +
      "  - { name: lib.fits, kind: text, size: 2, text: " + std::string(7'654'321, 'x') + " }\n");
  FindingList findings;
  check_function_limits({"lib", &*object.object}, "", findings);
  EXPECT_THAT(
      texts(findings),
      ElementsAre("large-function: lib.large has 7654322 bytes of code, engines take 7654321"));
}

std::vector<std::string> found_in_module(const std::string &wat) {
  std::vector<uint8_t> bytes = wald::test::assemble(wat);
  llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
  llvm::Expected<std::vector<wasm::BodyFacts>> bodies = wasm::measure_bodies(bytes);
  EXPECT_TRUE(bool(module) && bool(bodies));
  FindingList findings;
  check_module_limits(*module, *bodies, findings);
  return texts(findings);
}

std::string repeated(llvm::StringRef text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; i++)
    result += text;
  return result;
}

TEST(RuleManyLocals, CountsParametersToo) {
  std::string locals = "(local" + repeated(" i32", 49'999) + ")";
  EXPECT_THAT(found_in_module("(module (func (param i32) " + locals + "))"), IsEmpty());
  EXPECT_THAT(found_in_module("(module (func $f (param i32 i64) " + locals + "))"),
              ElementsAre("many-locals: f has 50001 locals, engines take 50000"));
}

TEST(RuleLargeBrTable, IsMeasuredInModules) {
  auto module = [](size_t targets) {
    return "(module (func $switch (param i32) (br_table " + repeated("0 ", targets) +
           "0 (local.get 0))))";
  };
  EXPECT_THAT(found_in_module(module(65'520)), IsEmpty());
  EXPECT_THAT(found_in_module(module(65'521)),
              ElementsAre(HasSubstr("large-br-table: switch has 65521 targets")));
}

TEST(RuleManyDataSegments, CountsSegments) {
  auto module = [](size_t count) {
    return "(module (memory 1) " + repeated("(data (i32.const 0) \"x\")", count) + ")";
  };
  EXPECT_THAT(found_in_module(module(100'000)), IsEmpty());
  EXPECT_THAT(found_in_module(module(100'001)),
              ElementsAre("many-data-segments: the module has 100001 data segments, engines take "
                          "100000"));
}

TEST(RuleManyFunctions, CountsFunctionsImportsAndExports) {
  wasm::Module module;
  module.functions.resize(1'000'001);
  module.exports.resize(1'000'001);
  module.imports.resize(1'000'000);
  FindingList findings;
  check_module_limits(module, {}, findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("many-functions: the module has 1000001 functions, engines take 1000000",
                          "many-functions: the module has 1000001 exports, engines take 1000000"));
}

TEST(BodyFacts, AreMeasured) {
  std::vector<uint8_t> bytes = wald::test::assemble(R"((module
    (import "env" "f" (func))
    (func (local i32 i32 i64)
      (block (loop (if (i32.const 1) (then nop)) (block)))
      (block (br_table 0 0 0 (i32.const 0))))
    (func)))");
  llvm::Expected<std::vector<wasm::BodyFacts>> bodies = wasm::measure_bodies(bytes);
  ASSERT_TRUE(bool(bodies));
  ASSERT_EQ(bodies->size(), 2u);
  EXPECT_EQ((*bodies)[0].func_index, 1u);
  EXPECT_EQ((*bodies)[0].num_locals, 3u);
  EXPECT_EQ((*bodies)[0].deepest_nesting, 3u);
  EXPECT_EQ((*bodies)[0].largest_br_table, 2u);
  EXPECT_EQ((*bodies)[1].func_index, 2u);
  EXPECT_EQ((*bodies)[1].size_bytes, 2u);
  EXPECT_EQ((*bodies)[1].num_locals, 0u);
  EXPECT_EQ((*bodies)[1].deepest_nesting, 0u);
}

TEST(BodyFacts, NameTheOffsetOfWhatIsBroken) {
  std::vector<uint8_t> bytes = wald::test::assemble("(module (func nop))");
  const uint8_t kNop[] = {0x01, 0x0b};
  auto nop = std::search(bytes.begin(), bytes.end(), std::begin(kNop), std::end(kNop));
  ASSERT_NE(nop, bytes.end());
  *nop = 0xff; // no instruction
  llvm::Expected<std::vector<wasm::BodyFacts>> bodies = wasm::measure_bodies(bytes);
  ASSERT_FALSE(bool(bodies));
  EXPECT_THAT(llvm::toString(bodies.takeError()), HasSubstr("at offset"));
}

} // namespace
} // namespace wald::directives::test

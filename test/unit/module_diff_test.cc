// The words for differences between modules.
#include "wasm/module_diff.h"

#include "module_bytes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

using test::ByteVector;
using test::SmallModule;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string difference(const SmallModule &a, const SmallModule &b,
                       llvm::function_ref<std::string(uint64_t)> symbol_at = nullptr) {
  return describe_difference(a.build(), b.build(), {"wald", "reference"}, symbol_at);
}

TEST(ModuleDiff, IsEmptyForIdenticalModules) {
  EXPECT_EQ(difference({}, {}), "");
  EXPECT_EQ(describe_difference({}, {}), "");
}

TEST(ModuleDiff, NamesFunctionAndBytesOfDifferingCode) {
  SmallModule changed;
  changed.second_body = {0, 0x41, 8, 0x0b};
  std::string text = difference({}, changed);
  EXPECT_THAT(text, StartsWith("section code differs"));
  EXPECT_THAT(text, HasSubstr("function 2 main.main: at offset 2 of its 4 bytes"));
  EXPECT_THAT(text, HasSubstr("wald: 00 41 [07] 0b\n"));
  EXPECT_THAT(text, HasSubstr("reference: 00 41 [08] 0b\n"));
  EXPECT_THAT(text, HasSubstr("1 of 2 functions have different bodies"));
}

TEST(ModuleDiff, ShowsWhereTheShorterBodyEnds) {
  SmallModule changed;
  changed.second_body = {0, 0x41, 7};
  std::string text = difference({}, changed);
  EXPECT_THAT(text, HasSubstr("of its 4 and 3 bytes"));
  EXPECT_THAT(text, HasSubstr("reference: 00 41 07 [end]"));
}

TEST(ModuleDiff, NamesBothWhenOneFunctionHasTwoNames) {
  SmallModule changed;
  changed.second_body = {0, 0x0b};
  changed.second_name = "main.other";
  EXPECT_THAT(difference({}, changed), HasSubstr("function 2 main.main, in reference main.other:"));
}

TEST(ModuleDiff, EscapesNames) {
  SmallModule changed;
  changed.second_body = {0, 0x0b};
  changed.second_name = "main.other\n::error::\x1b[31m";
  std::string text = difference({}, changed);
  EXPECT_THAT(text, HasSubstr("in reference main.other\\n::error::\\x1b[31m: at"));
  EXPECT_THAT(text, Not(HasSubstr("\n:")));
}

TEST(ModuleDiff, NamesAddressOfDifferingData) {
  SmallModule changed;
  changed.second_data = {5, 9, 7};
  std::string text = difference({}, changed);
  EXPECT_THAT(text, StartsWith("section data differs"));
  EXPECT_THAT(text, HasSubstr("segment 1 at 0x20, offset 1 of its 3 bytes (address 0x21):"));
}

TEST(ModuleDiff, NamesDataSymbolWhereTheCallerKnowsIt) {
  SmallModule changed;
  changed.second_data = {5, 9, 7};
  auto symbol_at = [](uint64_t address) { return "symbol go:x+" + std::to_string(address - 0x20); };
  EXPECT_THAT(difference({}, changed, symbol_at), HasSubstr("(address 0x21, symbol go:x+1):"));
}

TEST(ModuleDiff, NamesFunctionsOfModulesWithoutNamesWhereTheCallerKnowsThem) {
  SmallModule plain, changed;
  plain.with_names = changed.with_names = false;
  changed.second_body = {0, 0x41, 8, 0x0b};
  auto function_at = [](uint32_t n) { return "main.f" + std::to_string(n); };
  EXPECT_THAT(describe_difference(plain.build(), changed.build(), {}, nullptr, function_at),
              HasSubstr("function 2 main.f1: at offset 2"));
}

TEST(ModuleDiff, TellsMovedSegmentsFromChangedOnes) {
  SmallModule moved;
  moved.second_address = 33;
  std::string text = difference({}, moved);
  EXPECT_THAT(text, HasSubstr("segment 1 (address 0x20):"));
  EXPECT_THAT(text, HasSubstr("reference: at 0x21, 3 bytes"));
}

TEST(ModuleDiff, SpellsOutDifferingExports) {
  SmallModule changed;
  changed.export_name = "_begin";
  std::string text = difference({}, changed);
  EXPECT_THAT(text, HasSubstr("export 0:\n    wald: \"_start\" function 1\n"));
}

TEST(ModuleDiff, DescribesEveryDifferingSection) {
  SmallModule changed;
  changed.build_id = "abd";
  changed.second_data = {1};
  changed.second_name = "main.init";
  std::string text = difference({}, changed);
  EXPECT_THAT(text, StartsWith("section custom \"go:buildid\" differs"));
  EXPECT_THAT(text, HasSubstr("reference: \"abd\""));
  EXPECT_THAT(text, HasSubstr("section data differs"));
  EXPECT_THAT(text, HasSubstr("section custom \"name\" differs"));
  EXPECT_THAT(text, HasSubstr("wald: \"main.main\""));
}

TEST(ModuleDiff, ShortensTypesOfManyParameters) {
  auto module = [](uint8_t last) {
    ByteVector type = test::concat({{2, 0x60}, test::uleb(1000), ByteVector(1000, 0x7f), {0}});
    return test::module_of({test::section(1, test::concat({type, {0x60, 0, 0}})),
                            test::section(3, {2, 0, last}),
                            test::section(10, {2, 2, 0, 0x0b, 2, 0, 0x0b})});
  };
  std::string text = describe_difference(module(0), module(1), {"wald", "reference"});
  EXPECT_THAT(text, HasSubstr("i32, i32 and 900 more) -> ()\n"));
  EXPECT_LT(text.size(), 1000u);
}

TEST(ModuleDiff, NamesTheSectionThatOnlyOneModuleHas) {
  SmallModule stripped;
  stripped.with_names = false;
  EXPECT_THAT(difference({}, stripped), StartsWith("section custom \"name\" is only in wald\n"));
}

TEST(ModuleDiff, FindsSizesThatAreOnlyWrittenDifferently) {
  ByteVector a = test::module_of({{5, 3, 1, 0, 3}});
  ByteVector b = test::module_of({{5, 0x83, 0x00, 1, 0, 3}});
  EXPECT_THAT(describe_difference(a, b), HasSubstr("written differently at file offset 9"));
}

TEST(ModuleDiff, FallsBackToOffsetsForBrokenModules) {
  ByteVector whole = SmallModule().build();
  for (size_t size = 0; size < whole.size(); size++) {
    ByteVector cut(whole.begin(), whole.begin() + size);
    EXPECT_NE(describe_difference(whole, cut), "") << size;
  }
  ByteVector broken = {'x'};
  EXPECT_THAT(describe_difference(whole, broken), StartsWith("the files differ at offset 0"));
}

} // namespace
} // namespace wald::wasm

// Text that nests deep is refused before LLVM's readers see it.
#include "objfile/object_yaml.h"
#include "objfile/support/nesting.h"

#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

std::string repeat(llvm::StringRef text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; i++)
    result += text;
  return result;
}

constexpr size_t kMany = 1000000;

bool is_json(const std::string &text) {
  llvm::Expected<llvm::json::Value> value = parse_json(text);
  if (value)
    return true;
  llvm::consumeError(value.takeError());
  return false;
}

TEST(Nesting, OfJsonEndsAtAHundred) {
  EXPECT_TRUE(is_json(repeat("[", 100) + repeat("]", 100)));
  EXPECT_FALSE(is_json(repeat("[", 101) + repeat("]", 101)));
  EXPECT_FALSE(is_json(repeat("[", kMany)));
  EXPECT_FALSE(is_json(repeat("{\"a\":", kMany)));
  EXPECT_FALSE(is_json("\"\\\\\"" + repeat("[", kMany)));
}

TEST(Nesting, OfJsonIsNotInStringsOrSideBySide) {
  EXPECT_TRUE(is_json("[\"\\\"" + repeat("[", 200) + "\"]"));
  EXPECT_TRUE(is_json("[[]" + repeat(",[]", 200) + "]"));
}

void expect_too_deep(const std::string &yaml) {
  EXPECT_TRUE(yaml_nests_too_deep(yaml)) << yaml.substr(0, 40);
  llvm::Expected<ObjectText> object = parse_object_yaml(yaml);
  ASSERT_FALSE(bool(object));
  EXPECT_EQ(llvm::toString(object.takeError()), "YAML nests deeper than 100");
}

TEST(Nesting, OfYamlEndsInAnyForm) {
  expect_too_deep("a: " + repeat("[", kMany));
  expect_too_deep("a: " + repeat("[\n", kMany));
  expect_too_deep(repeat("{a: ", kMany));
  expect_too_deep(repeat("[b, ", kMany));
  expect_too_deep(repeat("- ", kMany));
  expect_too_deep(repeat("? ", kMany));
  expect_too_deep(repeat("!t [", kMany));
  expect_too_deep(repeat("&t [", kMany));
  std::string stairs;
  for (size_t i = 0; i < 2000; i++)
    stairs += std::string(i, ' ') + "a:\n";
  expect_too_deep(stairs);
}

// What looks like a string or a comment hides nothing.
TEST(Nesting, OfYamlIsSeenBehindQuotes) {
  expect_too_deep("# it's '\n" + repeat("[", kMany));
  expect_too_deep("a: it's \" '\nb: " + repeat("[", kMany));
  expect_too_deep("[a '" + repeat("[", kMany) + "'");
  expect_too_deep("[a\n '" + repeat("[", kMany) + "'");
  expect_too_deep("'a\n" + repeat("[", kMany) + "'");
  expect_too_deep("a#b: " + repeat("[", kMany));
}

TEST(Nesting, OfYamlIsNotInNamesAndComments) {
  EXPECT_FALSE(yaml_nests_too_deep("a: '" + repeat("[", 200) + "'\nb: \"\\\"" + repeat("{", 200) +
                                   "\"\nc: 1 # " + repeat("- [", 200)));
  EXPECT_FALSE(yaml_nests_too_deep(repeat("- name: type:[2]main.T\n", 1000)));
  EXPECT_FALSE(yaml_nests_too_deep(repeat("- name: half[\n", 1000)));
  EXPECT_FALSE(yaml_nests_too_deep(repeat("- { a: [ b, c ], d: - }\n", 1000)));
}

} // namespace
} // namespace wald::objfile

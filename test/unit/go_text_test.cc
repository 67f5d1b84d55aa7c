// Go's text rules: white space, literals, import paths in symbol names.
#include "objfile/support/go_text.h"

#include <gtest/gtest.h>

using namespace wald::objfile;

namespace {

TEST(GoText, TrimsUnicodeSpaceAtBothEnds) {
  EXPECT_EQ(trim_go_space(" \t\r\n\v\f a b \n"), "a b");
  EXPECT_EQ(trim_go_space("\xc2\xa0\xe2\x80\x83x\xe3\x80\x80\xc2\x85"), "x");
  EXPECT_EQ(trim_go_space(" \xc2\xa0 "), "");
  EXPECT_EQ(trim_go_space("\xa0x\x85"), "\xa0x\x85"); // not UTF-8, so not space
}

TEST(GoText, UnquotesEveryEscape) {
  EXPECT_EQ(unquote_go(R"("plain")"), "plain");
  EXPECT_EQ(unquote_go(R"("\a\b\f\n\r\t\v\\\"'")"), "\a\b\f\n\r\t\v\\\"'");
  EXPECT_EQ(unquote_go(R"("\x30\xfF\101\377")"), "\x30\xff\x41\xff");
  EXPECT_EQ(unquote_go(R"("\u00e9\U0001F600")"), "\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(unquote_go(R"('\'')"), "'");
  EXPECT_EQ(unquote_go("`a\\n\r\"`"), "a\\n\"");
  EXPECT_EQ(unquote_go("``"), "");
  EXPECT_EQ(unquote_go("''"), ""); // strconv takes it, the language does not
}

TEST(GoText, ReplacesIllFormedUtf8InLiterals) {
  EXPECT_EQ(unquote_go("\"\xff\\n\""), "\xef\xbf\xbd\n");
}

TEST(GoText, RejectsWhatIsNoLiteral) {
  for (const char *bad : {"", "\"", "x", "\"a", "a\"", "\"a\"b", "\"a\"b\"", "\"\\'\"", "\"\\q\"",
                          "\"\\x1\"", "\"\\18\"", "\"\\400\"", "\"\\ud800\"", "\"\\U00110000\"",
                          "\"\\", "\"a\nb\"", "`a`b`", "'ab'",

                          "'\\\"'"})
    EXPECT_FALSE(unquote_go(bad)) << bad;
}

TEST(GoText, QuotesAsTheFmtPackage) {
  EXPECT_EQ(quote_go("a/b-c_D"), R"("a/b-c_D")");
  EXPECT_EQ(quote_go(llvm::StringRef("\0\x01\a\x1f\x7f\"\\", 7)), R"("\x00\x01\a\x1f\x7f\"\\")");
  EXPECT_EQ(quote_go("\xff\xc3"), R"("\xff\xc3")");
  EXPECT_TRUE(is_ascii_or_invalid("abc\xff"));
  EXPECT_FALSE(is_ascii_or_invalid("\xc3\xa9"));
}

TEST(GoText, EscapesDotsOnlyInTheLastPathElement) {
  EXPECT_EQ(escape_import_path("example.org/a.b/c.d"), "example.org/a.b/c%2ed");
  EXPECT_EQ(escape_import_path("main"), "main");
  EXPECT_EQ(escape_import_path("a.b"), "a%2eb");
  EXPECT_EQ(escape_import_path("x y%\"\x7f\xc3\xa9/z"), "x%20y%25%22%7f%c3%a9/z");
}

} // namespace

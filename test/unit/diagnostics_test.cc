#include "linker/core/diagnostics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

std::string printed(Diagnostics &diag) {
  testing::internal::CaptureStderr();
  diag.checkpoint();
  return testing::internal::GetCapturedStderr();
}

TEST(Diagnostics, CutLongTexts) {
  Diagnostics diag;
  std::string name(1 << 20, 'n');
  diag.error("undefined symbol: " + llvm::Twine(name), {"in " + name, "a note"});
  std::string text = printed(diag);
  EXPECT_THAT(text, testing::StartsWith("wald: error: undefined symbol: nnnn"));
  EXPECT_THAT(text, testing::HasSubstr("n…\n>>> in n"));
  EXPECT_THAT(text, testing::EndsWith("n…\n>>> a note\n"));
  EXPECT_LT(text.size(), 20000u);
}

TEST(Diagnostics, CutTextsBetweenCharacters) {
  EXPECT_EQ(cut_text("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_text("abcdefg", 6), "abc…");
  EXPECT_EQ(cut_text("abäöüäöü", 6), "ab…");
  EXPECT_EQ(cut_text("aäöüäöü", 6), "aä…");
}

TEST(Diagnostics, EscapeNames) {
  Diagnostics diag;
  diag.error("undefined symbol: x\n::error::\x1b[31m", {"in é\n>>> y", "a note"});
  diag.warn("odd: x\r");
  EXPECT_EQ(printed(diag), "wald: warning: odd: x\\x0d\n"
                           "wald: error: undefined symbol: x\\n::error::\\x1b[31m\n"
                           ">>> in é\\n>>> y\n"
                           ">>> a note\n");
}

// More than are kept: those printed are the same as of all.
TEST(Diagnostics, PrintTheFirstOfAMillion) {
  Diagnostics diag;
  std::string note(4000, 'x');
  for (unsigned i = 20000; i-- > 0;) {
    diag.error("wrong in " + llvm::Twine(100000 + i / 2), {note + (i % 2 ? "b" : "a")});
    diag.error("wrong in " + llvm::Twine(100000 + i / 2), {note + (i % 2 ? "b" : "a")});
  }
  std::string expected;
  for (unsigned i = 0; i < 20; i++)
    expected += "wald: error: wrong in " + std::to_string(100000 + i) + "\n>>> " + note +
                "a\n>>> " + note + "b\n";
  EXPECT_EQ(printed(diag), expected + "wald: error: too many errors\n");
  EXPECT_TRUE(diag.has_errors());
}

TEST(Diagnostics, PrintAllWarningsThatAreFew) {
  Diagnostics diag;
  for (unsigned i = 0; i < 1000; i++)
    diag.warn(llvm::Twine("odd: ") + llvm::Twine(i));
  EXPECT_EQ(llvm::StringRef(printed(diag)).count("wald: warning: odd: "), 1000u);
}

TEST(Diagnostics, SayThatThereWereTooManyWarnings) {
  Diagnostics diag;
  for (unsigned i = 0; i < 30000; i++)
    diag.warn(llvm::Twine("odd: ") + llvm::Twine(i), {std::string(1000, 'x')});
  std::string text = printed(diag);
  EXPECT_THAT(text, testing::EndsWith("wald: warning: too many warnings\n"));
  EXPECT_LT(text.size(), 20u << 20);
}

} // namespace
} // namespace wald

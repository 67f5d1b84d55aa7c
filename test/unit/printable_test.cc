#include "objfile/support/printable.h"
#include "objfile/support/problem_error.h"

#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

TEST(Printable, LeavesNamesAsTheyAre) {
  for (const char *name : {"", "main.(*T).m", "go.shape.*uint8·dict", "päckage/é.東京",
                           "\U0001F600", "a\\nb", "\u00a0", "\xef\xbb\xbf"})
    EXPECT_EQ(printable(name), name);
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("x\n::error::\r\tpwn\x1b[31m\x7f"),
            "x\\n::error::\\x0d\\x09pwn\\x1b[31m\\x7f");
  EXPECT_EQ(printable(llvm::StringRef("\0a", 2)), "\\x00a");
  EXPECT_EQ(printable("\u009b31m\u0080\u009f"), "\\xc2\\x9b31m\\xc2\\x80\\xc2\\x9f");
  EXPECT_EQ(printable(printable("\n\x1b")), "\\n\\x1b");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xff\x9b é\xc3"), "\\xff\\x9b é\\xc3");
  EXPECT_EQ(printable("\xe6\x9d"), "\\xe6\\x9d");          // cut off
  EXPECT_EQ(printable("\xc0\x8a"), "\\xc0\\x8a");          // a newline, longer than it has to be
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // half of a pair
}

TEST(ProblemError, KeepsFactAndNotesApart) {
  Problem problem = problem_of(problem_error({"fact\n>>> of one line", {"note"}}));
  EXPECT_EQ(problem.fact, "fact\n>>> of one line");
  EXPECT_EQ(problem.notes, std::vector<std::string>{"note"});
  EXPECT_EQ(llvm::toString(problem_error({"fact", {"a", "b"}})), "fact\n>>> a\n>>> b");
  EXPECT_EQ(problem_of(llvm::createStringError(llvm::inconvertibleErrorCode(), "other")).fact,
            "other");
}

} // namespace
} // namespace wald::wasm

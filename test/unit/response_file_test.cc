// Response files: both encodings, nesting, and how the one in use is told.
#include "linker/command_line/response_file.h"

#include "fake_disk.h"

#include <gtest/gtest.h>

using namespace wald;

namespace {

using Words = std::vector<std::string>;

Words split(llvm::StringRef text, ResponseEncoding encoding) {
  llvm::Expected<Words> words = split_response_file(text, encoding);
  if (words)
    return *words;
  return {"error: " + llvm::toString(words.takeError())};
}

TEST(ResponseFile, LinesHoldOneArgumentEach) {
  auto lines = [](llvm::StringRef text) { return split(text, ResponseEncoding::kLines); };
  EXPECT_EQ(lines("-o\r\na b\n\n-s\n"), (Words{"-o", "a b", "", "-s"}));
  EXPECT_EQ(lines("  -s \n-w  \n"), (Words{"-s ", "-w"})); // only the whole file is trimmed
  EXPECT_EQ(lines("a\\nb\\\\c"), (Words{"a\nb\\c"}));
  EXPECT_EQ(lines("a\\\nb"), (Words{"a", "b"})); // a lone backslash vanishes
  EXPECT_EQ(lines("\"a\" 'b'"), (Words{"\"a\" 'b'"}));
  EXPECT_EQ(lines(""), (Words{""}));
  EXPECT_EQ(lines("\xff\n\xff\\\\"), (Words{"\xff", "\xef\xbf\xbd\\"}));
  EXPECT_EQ(lines("a\\tb"), (Words{"error: invalid escape \"\\\\t\" in a response file"}));
}

TEST(ResponseFile, QuotedTextIsSplitAsGccDoes) {
  auto quoted = [](llvm::StringRef text) { return split(text, ResponseEncoding::kQuoted); };
  EXPECT_EQ(quoted(" a\tb\r\nc\n"), (Words{"a", "b", "c"}));
  EXPECT_EQ(quoted("'a b'\"c d\"e ''"), (Words{"a bc de", ""}));
  EXPECT_EQ(quoted(R"('\n\"' "\\\"\$\`\n'")"), (Words{R"(\n\")", R"(\"$`\n')"}));
  EXPECT_EQ(quoted("a\\ b\\\\ \\'x"), (Words{"a b\\", "'x"}));
  EXPECT_EQ(quoted("a\\\nb \"c\\\r\nd\""), (Words{"ab", "cd"}));
  EXPECT_EQ(quoted("\"a\\\rb\" 'x\\\ny'"), (Words{"a\\\rb", "x\\\ny"}));
  EXPECT_EQ(quoted("a\\"), (Words{"a"}));
  EXPECT_EQ(quoted("\\"), Words{});
  EXPECT_EQ(quoted("\"open\\"), (Words{"open\\"}));
  EXPECT_EQ(quoted(""), Words{});
}

TEST(ResponseFile, ExpandsFilesWithinFiles) {
  FakeDisk disk{{"outer", "-s\n@inner\n-w\n"}, {"inner", "-v\n"}};
  auto words = expand_response_files({{"x", "@outer", "y"}}, ResponseEncoding::kLines, disk);
  ASSERT_TRUE(static_cast<bool>(words));
  EXPECT_EQ(*words, (Words{"x", "-s", "-v", "-w", "y"}));
}

TEST(ResponseFile, ReportsMissingAndCircularFiles) {
  FakeDisk disk{{"loop", "@loop\n@loop\n"}};
  auto missing = expand_response_files({{"@gone"}}, ResponseEncoding::kQuoted, disk);
  EXPECT_EQ(llvm::toString(missing.takeError()),
            "cannot open response file gone: No such file or directory");
  auto loop = expand_response_files({{"@loop"}}, ResponseEncoding::kQuoted, disk);
  EXPECT_EQ(llvm::toString(loop.takeError()), "response files nested too deeply at @loop");
}

TEST(ResponseFile, RefusesToReadWithoutEnd) {
  std::string letters;
  for (int i = 0; i < 530000; i++)
    letters += "a\n";
  FakeDisk disk{
      {"a", letters}, {"many", "@a\n@a\n"}, {"lines", std::string((1 << 20) + 1, '\n') + "x"}};
  auto read = [&](llvm::StringRef path) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
    if (path == "large") // never looked into
      return llvm::WritableMemoryBuffer::getNewUninitMemBuffer((64 << 20) + 1);
    return disk(path);
  };
  auto error_of = [&](const char *arg, ResponseEncoding encoding) {
    auto words = expand_response_files({{arg}}, encoding, read);
    return words ? "" : llvm::toString(words.takeError());
  };
  const std::string too_many = "more than 1048576 arguments in response files";
  EXPECT_EQ(error_of("@many", ResponseEncoding::kLines), "a: " + too_many);
  EXPECT_EQ(error_of("@lines", ResponseEncoding::kLines), "lines: " + too_many);
  EXPECT_EQ(error_of("@large", ResponseEncoding::kQuoted),
            "large: response files of more than 67108864 bytes in all");
}

TEST(ResponseFile, FindsTheGoVersionAtTheStartOfAnArchive) {
  const std::string header = "go object wasip1 wasm go1.26.8 X:dwarf5\n";
  const std::string member(60, ' ');
  EXPECT_EQ(go_minor_of_archive(header), 26);
  EXPECT_EQ(go_minor_of_archive("!<arch>\n" + member + header), 26);
  EXPECT_EQ(go_minor_of_archive("go object js wasm go1.27rc1\n"), 27);
  EXPECT_EQ(go_minor_of_archive("!<arch>\n"), 0);
  EXPECT_EQ(go_minor_of_archive("go object wasip1 wasm"), 0);
  EXPECT_EQ(go_minor_of_archive("go object wasip1 wasm devel\n"), 0);
  EXPECT_EQ(go_minor_of_archive(""), 0);
}

} // namespace

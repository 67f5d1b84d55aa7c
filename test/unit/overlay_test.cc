// Files that stand for others, as the go command's -overlay option has them.
#include "directives/source/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace wald::directives {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Overlay parse(llvm::StringRef text) {
  llvm::Expected<Overlay> overlay = Overlay::parse(text, "/m");
  EXPECT_TRUE(bool(overlay)) << llvm::toString(overlay.takeError());
  return overlay ? *overlay : Overlay();
}

std::string problem(llvm::StringRef text) {
  llvm::Expected<Overlay> overlay = Overlay::parse(text, "/m");
  return overlay ? "" : llvm::toString(overlay.takeError());
}

TEST(Overlay, ReplacesAddsAndDeletes) {
  Overlay overlay = parse(R"({"Replace": {"a.go": "x/a.go", "/m/p/../b.go": "/tmp//b.go",
                              "./c.go": ""}})");
  EXPECT_EQ(overlay.file_for("/m/a.go"), "/m/x/a.go");
  EXPECT_EQ(overlay.file_for("/m/./p/../a.go"), "/m/x/a.go");
  EXPECT_EQ(overlay.file_for("/m/b.go"), "/tmp/b.go");
  EXPECT_EQ(overlay.file_for("/m/c.go"), std::nullopt);
  EXPECT_EQ(overlay.file_for("/m/d.go"), "/m/d.go");
  EXPECT_EQ(overlay.file_for("/tmp/b.go"), "/tmp/b.go");
}

TEST(Overlay, ListsWhatADirectoryHas) {
  Overlay overlay =
      parse(R"({"replace": {"b.go": "x", "gone.go": "", "p/c.go": "x", "n.txt": "x"}})");
  EXPECT_THAT(overlay.list("/m", {"a.go", "gone.go"}), ElementsAre("a.go", "b.go"));
  EXPECT_THAT(overlay.list("/m/p/", {}), ElementsAre("c.go"));
  EXPECT_THAT(overlay.list("/m/q", {}), ElementsAre());
}

TEST(Overlay, ReadsThrough) {
  std::map<std::string, std::string> files = {{"/m/a.go", "old"}, {"/m/x", "new"}};
  FileAccess access;
  access.read = [&](llvm::StringRef path) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
    auto found = files.find(path.str());
    if (found == files.end())
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return llvm::MemoryBuffer::getMemBuffer(found->second, path, false);
  };
  access.list = [](llvm::StringRef) { return std::vector<std::string>{"a.go"}; };
  access = overlaid(access, parse(R"({"Replace": {"a.go": "x", "only.go": "x", "gone.go": ""}})"));
  EXPECT_EQ((*access.read("/m/a.go"))->getBuffer(), "new");
  EXPECT_EQ((*access.read("/m/only.go"))->getBuffer(), "new");
  EXPECT_FALSE(access.read("/m/gone.go"));
  EXPECT_THAT(access.list("/m"), ElementsAre("a.go", "only.go"));
}

TEST(Overlay, SaysWhatIsWrong) {
  EXPECT_EQ(problem("[]"), "not a JSON object");
  EXPECT_EQ(problem(R"({"Replace": {"a.go": 1}})"), "Replace is no list of file names");
  EXPECT_EQ(problem(R"({"Replace": {"": "a.go"}})"), "Replace is no list of file names");
  EXPECT_NE(problem("{"), "");
  EXPECT_EQ(problem("{}"), "");
  OverlayPlace place = {"/nowhere/o.json", "/"};
  EXPECT_THAT(llvm::toString(overlaid_disk(place).takeError()),
              HasSubstr("cannot read the overlay /nowhere/o.json: "));
}

} // namespace
} // namespace wald::directives

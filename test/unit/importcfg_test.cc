// Import configurations: good lines, and each bad one with its line number.
#include "objfile/importcfg.h"

#include <gtest/gtest.h>

using namespace wald::objfile;

namespace {

std::string error_of(llvm::StringRef text) {
  llvm::Expected<ImportConfig> config = parse_import_config(text, "cfg");
  return config ? "no error" : llvm::toString(config.takeError());
}

TEST(ImportConfig, ReadsPackageFilesInOrder) {
  auto config = parse_import_config("# import config\n\n"
                                    "packagefile fmt=/tmp/b/_pkg_.a\r\n"
                                    "  packagefile  a/b = /x y/z=1.a  \n"
                                    "packagefile fmt=/later.a",
                                    "cfg");
  ASSERT_TRUE(static_cast<bool>(config));
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(config->package_files, (Pairs{{"fmt", "/later.a"}, {"a/b ", " /x y/z=1.a"}}));
  EXPECT_FALSE(config->modinfo);
}

TEST(ImportConfig, TakesTheLastModinfo) {
  auto config = parse_import_config("modinfo \"0w\\xaf\\f\\n\"\nmodinfo `raw\\n`\n", "cfg");
  ASSERT_TRUE(static_cast<bool>(config));
  EXPECT_EQ(config->modinfo, "raw\\n");
}

TEST(ImportConfig, DropsSharedLibraries) {
  auto config = parse_import_config("packageshlib fmt=/lib.so\n", "cfg");
  ASSERT_TRUE(static_cast<bool>(config));
  EXPECT_TRUE(config->package_files.empty());
}

TEST(ImportConfig, NamesFileAndLineOfEachError) {
  EXPECT_EQ(error_of("\n#x\nfoo bar\n"), "cfg:3: unknown directive \"foo\"");
  EXPECT_EQ(error_of("packagefile\ta=b\n"), "cfg:1: unknown directive \"packagefile\\ta=b\"");
  for (const char *bad : {"packagefile fmt", "packagefile =f", "packagefile fmt=", "packagefile"})
    EXPECT_EQ(error_of(bad), "cfg:1: invalid packagefile: want \"packagefile path=filename\"");
  EXPECT_EQ(error_of("packageshlib a"),
            "cfg:1: invalid packageshlib: want \"packageshlib path=filename\"");
  EXPECT_EQ(error_of("modinfo abc"), "cfg:1: invalid modinfo: not a Go string literal");
  EXPECT_EQ(error_of("modinfo"), "cfg:1: invalid modinfo: not a Go string literal");
}

} // namespace

#include "objfile/system/temporary_file.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

#include <fstream>

namespace wald::wasm {
namespace {

namespace fs = llvm::sys::fs;

// A directory of the process's and a file in it that another one writes.
class TakenOver : public testing::Test {
protected:
  void make() {
    llvm::SmallString<128> path;
    ASSERT_FALSE(fs::createUniqueDirectory("wald-test", path));
    directory_ = path.str().str();
    folder_.adopt(directory_);
    file_.adopt(directory_ + "/f");
    std::ofstream(directory_ + "/f") << "text";
    ASSERT_TRUE(fs::exists(file_.name()));
  }

  std::string directory_;
  TemporaryFile folder_, file_;
};

TEST_F(TakenOver, IsRemovedWithAllTemporaryFiles) {
  make();
  remove_temporary_files();
  EXPECT_FALSE(fs::exists(directory_));
}

TEST_F(TakenOver, StaysWhenItIsKept) {
  make();
  file_.keep();
  folder_.keep();
  remove_temporary_files();
  EXPECT_TRUE(fs::exists(directory_ + "/f"));
  fs::remove_directories(directory_);
}

TEST(TemporaryFile, IsRemovedWithItsDirectory) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(fs::createUniqueDirectory("wald-test", path));
  {
    TemporaryFile folder, file;
    folder.adopt(path.str().str());
    ASSERT_GE(file.create((path + "/").str(), 0600), 0);
  }
  EXPECT_FALSE(fs::exists(path));
}

} // namespace
} // namespace wald::wasm

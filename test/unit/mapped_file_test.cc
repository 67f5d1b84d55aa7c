// Mapped files that change behind our back.
#include "objfile/system/mapped_file.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::objfile {
namespace {

class MappedFileTest : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("mapped", "", path));
    path_ = path.str().str();
    put(path_);
  }
  void TearDown() override { unlink(path_.c_str()); }

  static void put(const std::string &path) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << std::string(10000, 'x');
  }

  MappedFile open() { return llvm::cantFail(MappedFile::open(path_)); }

  std::string path_;
};

TEST_F(MappedFileTest, SeesThatItHasShrunk) {
  MappedFile file = open();
  EXPECT_FALSE(file.has_shrunk());
  ASSERT_EQ(truncate(path_.c_str(), 9999), 0);
  EXPECT_TRUE(file.has_shrunk());
  MappedFile moved = std::move(file);
  EXPECT_TRUE(moved.has_shrunk());
}

TEST_F(MappedFileTest, SeesThatItWasWrittenTo) {
  timespec early[] = {{1, 0}, {1, 5}}, late[] = {{1, 0}, {1, 6}};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), early, 0), 0);
  MappedFile file = open();
  EXPECT_FALSE(file.has_new_time());
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), late, 0), 0);
  EXPECT_TRUE(file.has_new_time());
}

TEST_F(MappedFileTest, KeepsItsBytesWhereTheFileGrowsOrGoes) {
  MappedFile file = open();
  ASSERT_EQ(truncate(path_.c_str(), 20000), 0);
  EXPECT_FALSE(file.has_shrunk());
  std::string other = path_ + ".other";
  put(other);
  ASSERT_EQ(truncate(other.c_str(), 1), 0);
  ASSERT_EQ(rename(other.c_str(), path_.c_str()), 0);
  EXPECT_FALSE(file.has_shrunk());
  unlink(path_.c_str());
  EXPECT_FALSE(file.has_shrunk());
  EXPECT_EQ(file.bytes()[9999], 'x');
}

TEST_F(MappedFileTest, LeavesOutWholePagesOfWhatIsUnneeded) {
  const size_t page = getpagesize();
  std::string contents(3 * page, 'a');
  contents[page] = 'b';
  std::error_code error;
  llvm::raw_fd_ostream(path_, error) << contents;
  auto skipped_of = [&](MappedFile::Unneeded *unneeded) {
    MappedFile file = llvm::cantFail(MappedFile::open(path_, unneeded));
    EXPECT_EQ(file.front(), Bytes(reinterpret_cast<const uint8_t *>(contents.data()), 128));
    EXPECT_EQ(to_string(file.bytes()), llvm::StringRef(contents).drop_front(file.skipped()));
    return file.skipped();
  };
  EXPECT_EQ(skipped_of([](Bytes) { return uint64_t(getpagesize()) - 1; }), 0u);
  EXPECT_EQ(skipped_of([](Bytes) { return uint64_t(getpagesize()); }), page);
  EXPECT_EQ(skipped_of([](Bytes) { return uint64_t(getpagesize()) * 2 + 7; }), 2 * page);
  // More than there is is a mistake in the file, which its reader will find.
  EXPECT_EQ(skipped_of([](Bytes) { return uint64_t(getpagesize()) * 3; }), 0u);
  EXPECT_EQ(skipped_of([](Bytes) { return UINT64_MAX; }), 0u);
}

TEST_F(MappedFileTest, IsFoundByAnAddressInIt) {
  const void *address = nullptr;
  {
    std::error_code error;
    llvm::raw_fd_ostream(path_, error) << std::string(10000, 'a');
    MappedFile file = llvm::cantFail(MappedFile::open(path_));
    MappedFile moved = std::move(file);
    address = moved.bytes().end() - 1;
    EXPECT_EQ(MappedFile::name_at(address), path_);
    EXPECT_EQ(MappedFile::name_at(moved.bytes().begin()), path_);
    EXPECT_EQ(MappedFile::name_at(moved.bytes().end()), "");
    EXPECT_EQ(MappedFile::name_at(&moved), "");
  }
  EXPECT_EQ(MappedFile::name_at(address), "");
}

// Without a writer, opening one would wait for ever.
TEST_F(MappedFileTest, IsNoPipe) {
  unlink(path_.c_str());
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  llvm::Expected<MappedFile> file = MappedFile::open(path_);
  ASSERT_FALSE(bool(file));
  EXPECT_EQ(llvm::toString(file.takeError()), "cannot open " + path_ + ": Illegal seek");
}

} // namespace
} // namespace wald::objfile

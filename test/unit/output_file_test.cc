#include "objfile/system/output_file.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::wasm {
namespace {

class OutputFileTest : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("output", path));
    folder_ = path.str().str();
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder_); }

  std::string path(const char *name) { return folder_ + "/" + name; }

  static std::string read(const std::string &path) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "no file";
  }

  static void put(const std::string &path, llvm::StringRef text) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
  }

  static llvm::ArrayRef<uint8_t> bytes(llvm::StringRef text) {
    return {text.bytes_begin(), text.size()};
  }

  unsigned count_files() {
    unsigned count = 0;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(folder_, error), end; it != end && !error;
         it.increment(error))
      count++;
    return count;
  }

  std::string folder_;
};

TEST_F(OutputFileTest, TakesOtherContents) {
  for (llvm::StringRef text : {"shorter", "", "much longer than what was written before"}) {
    llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
    ASSERT_TRUE(bool(file));
    file->write(0, bytes("what was written"));
    file->replace(bytes(text));
    ASSERT_FALSE(file->commit());
    EXPECT_EQ(read(path("out")), text);
  }
}

// More than is moved at once, to a place that overlaps it.
TEST_F(OutputFileTest, MovesUpWhatWasWritten) {
  std::string text;
  for (unsigned i = 0; i < 50'000; i++)
    text += std::to_string(i);
  llvm::Expected<OutputFile> file = OutputFile::create(path("out"));
  ASSERT_TRUE(bool(file));
  file->write(5, bytes(text));
  file->write(0, bytes("abc"));
  file->move_up(5, 3, text.size());
  file->write(3 + text.size(), bytes("end"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_TRUE(read(path("out")) == "abc" + text + "end");
}

TEST_F(OutputFileTest, MayHaveAsLongANameAsFilesCan) {
  std::string name(255, 'x');
  llvm::Expected<OutputFile> file = OutputFile::create(path(name.c_str()));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path(name.c_str())), "new");
  EXPECT_EQ(llvm::toString(OutputFile::create(path((name + "x").c_str())).takeError()),
            "cannot create " + path((name + "x").c_str()) + ": File name too long");
}

TEST_F(OutputFileTest, IsMadeAtTheEndOfADanglingLink) {
  ASSERT_EQ(symlink("second", path("first").c_str()), 0);
  ASSERT_EQ(symlink("target", path("second").c_str()), 0);
  llvm::Expected<OutputFile> file = OutputFile::create(path("first"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("first")));
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("second")));
  EXPECT_FALSE(llvm::sys::fs::is_symlink_file(path("target")));
  EXPECT_EQ(read(path("target")), "new");
}

TEST_F(OutputFileTest, IsNotMadeAtTheEndOfACircleOfLinks) {
  ASSERT_EQ(symlink("second", path("first").c_str()), 0);
  ASSERT_EQ(symlink("first", path("second").c_str()), 0);
  llvm::Expected<OutputFile> file = OutputFile::create(path("first"));
  ASSERT_FALSE(bool(file));
  EXPECT_EQ(llvm::toString(file.takeError()),
            "cannot create " + path("first") + ": Too many levels of symbolic links");
}

TEST_F(OutputFileTest, AppearsWholeWithTheModeOfAProgram) {
  llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
  ASSERT_TRUE(bool(file));
  file->write(5, bytes("world"));
  file->write(0, bytes("hello"));
  EXPECT_EQ(read(path("a.wasm")), "no file");
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path("a.wasm")), "helloworld");
  EXPECT_EQ(count_files(), 1u);
  struct stat info;
  ASSERT_EQ(stat(path("a.wasm").c_str(), &info), 0);
  mode_t mask = umask(0);
  umask(mask);
  EXPECT_EQ(info.st_mode & 0777, 0775 & ~mask);
}

TEST_F(OutputFileTest, LeavesAnEarlierFileAloneUntilCommitted) {
  put(path("a.wasm"), "earlier");
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
    ASSERT_TRUE(bool(file));
    file->write(0, bytes("new"));
  }
  EXPECT_EQ(read(path("a.wasm")), "earlier");
  EXPECT_EQ(count_files(), 1u);
}

// Of the two files that change names only the new one stays.
TEST_F(OutputFileTest, ReplacesAnEarlierFile) {
  put(path("a.wasm"), "earlier");
  ASSERT_EQ(chmod(path("a.wasm").c_str(), 0600), 0);
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
    ASSERT_TRUE(bool(file));
    file->write(0, bytes("new"));
    ASSERT_FALSE(bool(file->commit()));
  }
  EXPECT_EQ(read(path("a.wasm")), "new");
  EXPECT_EQ(count_files(), 1u);
}

// A folder that took the name while the file was written is not replaced.
TEST_F(OutputFileTest, DoesNotReplaceAFolder) {
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
    ASSERT_TRUE(bool(file));
    file->write(0, bytes("new"));
    ASSERT_EQ(mkdir(path("a.wasm").c_str(), 0755), 0);
    llvm::Error error = file->commit();
    EXPECT_TRUE(bool(error));
    llvm::consumeError(std::move(error));
  }
  EXPECT_TRUE(llvm::sys::fs::is_directory(path("a.wasm")));
  EXPECT_EQ(count_files(), 1u);
}

TEST_F(OutputFileTest, WritesIntoTheFileBehindASymbolicLink) {
  put(path("target"), "much longer than the new one");
  ASSERT_EQ(chmod(path("target").c_str(), 0640), 0);
  ASSERT_EQ(link(path("target").c_str(), path("other name").c_str()), 0);
  ASSERT_EQ(symlink("target", path("link").c_str()), 0);
  llvm::Expected<OutputFile> file = OutputFile::create(path("link"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path("other name")), "new");
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("link")));
  struct stat info;
  ASSERT_EQ(stat(path("target").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

// What there was stays until the new file is whole, even if the process is killed.
TEST_F(OutputFileTest, ReplacesTheFileBehindASymbolicLink) {
  put(path("target"), "old");
  ASSERT_EQ(chmod(path("target").c_str(), 0640), 0);
  ASSERT_EQ(symlink("target", path("link").c_str()), 0);
  int old = open(path("target").c_str(), O_RDONLY);
  ASSERT_GE(old, 0);
  llvm::Expected<OutputFile> file = OutputFile::create(path("link"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  EXPECT_EQ(read(path("target")), "old");
  EXPECT_EQ(count_files(), 3u); // the temporary one beside it
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path("target")), "new");
  EXPECT_EQ(count_files(), 2u);
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("link")));
  struct stat info;
  ASSERT_EQ(stat(path("target").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  char buffer[8];
  EXPECT_EQ(pread(old, buffer, sizeof buffer, 0), 3);
  EXPECT_EQ(llvm::StringRef(buffer, 3), "old");
  close(old);
}

TEST_F(OutputFileTest, CreatesTheFileThatASymbolicLinkLeadsTo) {
  ASSERT_EQ(symlink("target", path("link").c_str()), 0);
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path("link"));
    ASSERT_TRUE(bool(file));
  }
  EXPECT_EQ(count_files(), 1u); // nothing was committed
  llvm::Expected<OutputFile> file = OutputFile::create(path("link"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path("target")), "new");
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("link")));
}

// As /dev/stdout is if the output of a program goes to a temporary file.
TEST_F(OutputFileTest, WritesIntoAFileWithoutAName) {
  int fd = open(path("unnamed").c_str(), O_CREAT | O_RDWR, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(unlink(path("unnamed").c_str()), 0);
  ASSERT_EQ(symlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path("link").c_str()), 0);
  llvm::Expected<OutputFile> file = OutputFile::create(path("link"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  char buffer[8];
  EXPECT_EQ(pread(fd, buffer, sizeof buffer, 0), 3);
  close(fd);
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(path("link")));
}

TEST_F(OutputFileTest, HasThePermissionsAskedFor) {
  mode_t old = umask(022);
  for (auto [mode, expected] : {std::pair(kProgramFile, 0755u), {kPlainFile, 0644u}}) {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a"), mode);
    ASSERT_TRUE(bool(file));
    ASSERT_FALSE(bool(file->commit()));
    struct stat info;
    ASSERT_EQ(stat(path("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, expected);
  }
  umask(old);
}

TEST_F(OutputFileTest, TakesTheLongestNames) {
  std::string name(255, 'x');
  llvm::Expected<OutputFile> file = OutputFile::create(path(name.c_str()));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  EXPECT_EQ(read(path(name.c_str())), "new");
}

TEST_F(OutputFileTest, RefusesAFolderAndAMissingOne) {
  for (const char *name : {"", "missing/a.wasm"}) {
    llvm::Expected<OutputFile> file = OutputFile::create(path(name));
    ASSERT_FALSE(bool(file));
    EXPECT_TRUE(llvm::StringRef(llvm::toString(file.takeError())).starts_with("cannot create "));
  }
}

TEST_F(OutputFileTest, ReportsAFullDevice) {
  llvm::Expected<OutputFile> file = OutputFile::create("/dev/full");
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  EXPECT_EQ(llvm::toString(file->commit()), "cannot write /dev/full: No space left on device");
}

TEST_F(OutputFileTest, ReadsBackWhatIsWritten) {
  for (const char *name : {"a.wasm", "link"}) {
    if (llvm::StringRef(name) == "link") {
      ASSERT_EQ(symlink("target", path("link").c_str()), 0);
    }
    llvm::Expected<OutputFile> file = OutputFile::create(path(name));
    ASSERT_TRUE(bool(file));
    std::string seen;
    auto keep = [&](llvm::ArrayRef<uint8_t> all) { seen.assign(all.begin(), all.end()); };
    ASSERT_FALSE(bool(file->read_back(keep)));
    EXPECT_EQ(seen, "");
    file->write(0, bytes("new"));
    ASSERT_FALSE(bool(file->read_back(keep)));
    EXPECT_EQ(seen, "new");
  }
}

TEST_F(OutputFileTest, IsRemovedWithAllTemporaryFiles) {
  std::vector<OutputFile> files;
  for (int i = 0; i < 10; i++) {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
    ASSERT_TRUE(bool(file));
    files.push_back(std::move(*file));
  }
  EXPECT_EQ(count_files(), 10u);
  remove_temporary_files();
  EXPECT_EQ(count_files(), 2u); // beyond those that are noted
  files.clear();
  EXPECT_EQ(count_files(), 0u);
  // A committed one is no temporary file any more.
  llvm::Expected<OutputFile> file = OutputFile::create(path("a.wasm"));
  ASSERT_TRUE(bool(file));
  file->write(0, bytes("new"));
  ASSERT_FALSE(bool(file->commit()));
  remove_temporary_files();
  EXPECT_EQ(read(path("a.wasm")), "new");
}

// Pieces of all sizes, smaller and larger than the buffer and the file's blocks, from places that
// are and are not where a block begins.
TEST_F(OutputFileTest, StreamsPiecesOfAllSizes) {
  constexpr size_t kBlock = 128 << 10;
  for (size_t start : {size_t(0), size_t(37), kBlock - 1, kBlock}) {
    llvm::Expected<OutputFile> file = OutputFile::create(path("a"));
    ASSERT_TRUE(bool(file));
    std::string expected(start, 'h');
    file->write(0, bytes(expected));
    {
      OutputStream out(*file, start);
      uint8_t letter = 0;
      auto piece = [&](size_t size) { return std::string(size, char('a' + letter++ % 26)); };
      for (size_t size : {size_t(1), OutputStream::kMostReserved, kBlock - 38, kBlock, size_t(0),
                          3 * kBlock + 1, kBlock - 1, 2 * kBlock, size_t(100)}) {
        std::string written = piece(size), reserved = piece(std::min<size_t>(size, 50000));
        out.write(bytes(written));
        out.write_name("ab");
        uint8_t *at = out.reserve(reserved.size());
        std::memcpy(at, reserved.data(), reserved.size());
        out.advance(at + reserved.size());
        expected += written + "\2ab" + reserved;
        EXPECT_EQ(out.offset(), expected.size());
      }
    }
    ASSERT_FALSE(bool(file->commit()));
    EXPECT_TRUE(read(path("a")) == expected) << start;
  }
}

} // namespace
} // namespace wald::wasm

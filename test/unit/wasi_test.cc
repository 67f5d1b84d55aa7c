// WASI preview 1: files, the sandbox of paths, hostile pointers, polling.
#include "wasm/run/wasi.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <cstring>
#include <set>
#include <unistd.h>

namespace wald::wasm {
namespace {

namespace fs = llvm::sys::fs;

// The right to do everything; the rights decide between reading and writing.
constexpr uint64_t kRead = 1 << 1, kWrite = 1 << 6;
constexpr uint64_t kFollow = 1;
constexpr uint64_t kCreate = 1, kDirectory = 2, kExclusive = 4;

// A guest with 64 KiB of memory and one directory at descriptor 3. Next to the directory, outside
// of the sandbox, there is the file "secret".
class WasiTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("wald-wasi", root_));
    host_write("secret", "secret");
    ASSERT_FALSE(fs::create_directory(root_ + "/dir"));
    start({});
  }
  void TearDown() override { fs::remove_directories(root_); }

  void start(WasiConfig config) {
    config.preopens = {{(root_ + "/dir").str(), "/guest"}};
    wasi_ = llvm::cantFail(Wasi::create(std::move(config)));
  }

  WasiErrno call(llvm::StringRef name, std::vector<uint64_t> args) {
    const WasiFunction *function = Wasi::find_function(name);
    EXPECT_NE(function, nullptr) << name.str();
    EXPECT_EQ(std::strlen(function->params), args.size()) << name.str();
    return wasi_->call(*function, {memory_.data(), memory_.size()}, args);
  }

  // Puts the text in memory and returns the two arguments for it.
  std::pair<uint64_t, uint64_t> text(llvm::StringRef value, uint64_t address = 1000) {
    std::copy(value.begin(), value.end(), memory_.begin() + address);
    return {address, value.size()};
  }
  uint32_t u32(uint64_t address) { return llvm::support::endian::read32le(&memory_[address]); }
  uint64_t u64(uint64_t address) { return llvm::support::endian::read64le(&memory_[address]); }
  void set_u32(uint64_t address, uint32_t v) {
    llvm::support::endian::write32le(&memory_[address], v);
  }
  void set_u64(uint64_t address, uint64_t v) {
    llvm::support::endian::write64le(&memory_[address], v);
  }
  std::string string(uint64_t address, uint64_t length) {
    return std::string(memory_.begin() + address, memory_.begin() + address + length);
  }

  // path_open; the new descriptor goes to opened_.
  WasiErrno open(llvm::StringRef path, uint64_t rights = kRead, uint64_t oflags = 0,
                 uint64_t lookup = kFollow, uint64_t directory = 3, uint64_t fdflags = 0) {
    auto [address, length] = text(path);
    WasiErrno error =
        call("path_open", {directory, lookup, address, length, oflags, rights, rights, fdflags, 8});
    opened_ = u32(8);
    return error;
  }

  // Reads up to 100 bytes from the opened file.
  std::string read() {
    set_u32(0, 2000);
    set_u32(4, 100);
    EXPECT_EQ(call("fd_read", {opened_, 0, 1, 16}), WasiErrno::success);
    return string(2000, u32(16));
  }
  WasiErrno write(llvm::StringRef value) {
    auto [address, length] = text(value, 2000);
    set_u32(0, address);
    set_u32(4, length);
    return call("fd_write", {opened_, 0, 1, 16});
  }

  void host_write(llvm::StringRef name, llvm::StringRef contents) {
    std::error_code error;
    llvm::raw_fd_ostream out((root_ + "/" + name).str(), error);
    ASSERT_FALSE(error);
    out << contents;
  }
  std::string host_read(llvm::StringRef name) {
    auto buffer = llvm::MemoryBuffer::getFile(root_ + "/" + name);
    return buffer ? (*buffer)->getBuffer().str() : "(cannot read)";
  }
  void host_link(llvm::StringRef target, llvm::StringRef name) {
    ASSERT_EQ(::symlink(target.str().c_str(), (root_ + "/" + name).str().c_str()), 0);
  }

  llvm::SmallString<128> root_;
  std::unique_ptr<Wasi> wasi_;
  std::vector<uint8_t> memory_ = std::vector<uint8_t>(65536);
  uint64_t opened_ = 0;
};

TEST_F(WasiTest, GivesArgumentsAndEnvironmentAsCStrings) {
  WasiConfig config;
  config.args = {"prog", "", "two"};
  config.env = {"A=1"};
  start(std::move(config));
  ASSERT_EQ(call("args_sizes_get", {0, 4}), WasiErrno::success);
  EXPECT_EQ(u32(0), 3u);
  EXPECT_EQ(u32(4), 10u);
  ASSERT_EQ(call("args_get", {100, 200}), WasiErrno::success);
  EXPECT_EQ(u32(104), 205u);
  EXPECT_EQ(string(200, 10), std::string("prog\0\0two\0", 10));
  ASSERT_EQ(call("environ_sizes_get", {0, 4}), WasiErrno::success);
  EXPECT_EQ(u32(4), 4u);
  ASSERT_EQ(call("environ_get", {100, 200}), WasiErrno::success);
  EXPECT_EQ(string(u32(100), 4), std::string("A=1\0", 4));
}

TEST_F(WasiTest, NamesItsPreopenedDirectory) {
  ASSERT_EQ(call("fd_prestat_get", {3, 0}), WasiErrno::success);
  EXPECT_EQ(u32(0), 0u);
  EXPECT_EQ(u32(4), 6u);
  ASSERT_EQ(call("fd_prestat_dir_name", {3, 100, 6}), WasiErrno::success);
  EXPECT_EQ(string(100, 6), "/guest");
  EXPECT_EQ(call("fd_prestat_get", {4, 0}), WasiErrno::badf);
}

TEST_F(WasiTest, WritesSeeksAndReadsAFile) {
  ASSERT_EQ(open("f", kRead | kWrite, kCreate), WasiErrno::success);
  ASSERT_EQ(write("hello"), WasiErrno::success);
  EXPECT_EQ(u32(16), 5u);
  EXPECT_EQ(host_read("dir/f"), "hello");
  ASSERT_EQ(call("fd_seek", {opened_, uint64_t(-2), 2, 16}), WasiErrno::success);
  EXPECT_EQ(u64(16), 3u);
  EXPECT_EQ(read(), "lo");
  ASSERT_EQ(call("fd_filestat_set_size", {opened_, 1}), WasiErrno::success);
  ASSERT_EQ(call("fd_filestat_get", {opened_, 100}), WasiErrno::success);
  EXPECT_EQ(memory_[116], 4); // a regular file
  EXPECT_EQ(u64(132), 1u);    // its size
  ASSERT_EQ(call("fd_close", {opened_}), WasiErrno::success);
  EXPECT_EQ(call("fd_close", {opened_}), WasiErrno::badf);
}

TEST_F(WasiTest, AppendsWhenAskedTo) {
  host_write("dir/f", "one");
  ASSERT_EQ(open("f", kWrite, 0, kFollow, 3, /*append*/ 1), WasiErrno::success);
  ASSERT_EQ(write("two"), WasiErrno::success);
  EXPECT_EQ(host_read("dir/f"), "onetwo");
}

TEST_F(WasiTest, RefusesPathsOutOfTheDirectory) {
  host_link("../secret", "dir/link");
  host_link((root_ + "/secret").str(), "dir/absolute");
  host_link("..", "dir/up");
  host_link("a/../..", "dir/sly");
  ASSERT_FALSE(fs::create_directory(root_ + "/dir/a"));
  for (const char *path : {"../secret", "a/../../secret", "/etc/passwd", "link", "absolute",
                           "up/secret", "sly/secret", "a/../up/secret", "..", "up", "up/",
                           "."
                           "/../dir"}) {
    EXPECT_EQ(open(path), WasiErrno::notcapable) << path;
    auto [address, length] = text(path);
    EXPECT_EQ(call("path_filestat_get", {3, kFollow, address, length, 100}), WasiErrno::notcapable)
        << path;
  }
  auto [address, length] = text("../new");
  EXPECT_EQ(call("path_create_directory", {3, address, length}), WasiErrno::notcapable);
  EXPECT_EQ(call("path_remove_directory", {3, address, length}), WasiErrno::notcapable);
  EXPECT_EQ(call("path_unlink_file", {3, address, length}), WasiErrno::notcapable);
  auto [inside, inside_length] = text("a", 3000);
  EXPECT_EQ(call("path_rename", {3, inside, inside_length, 3, address, length}),
            WasiErrno::notcapable);
  EXPECT_EQ(call("path_link", {3, 0, address, length, 3, inside, inside_length}),
            WasiErrno::notcapable);
}

TEST_F(WasiTest, CreatesNothingThroughADanglingLinkOutOfTheDirectory) {
  host_link("../made", "dir/link");
  EXPECT_EQ(open("link", kWrite, kCreate), WasiErrno::notcapable);
  EXPECT_EQ(open("link", kWrite, kCreate | kExclusive), WasiErrno::exist);
  EXPECT_FALSE(fs::exists(root_ + "/made"));
}

TEST_F(WasiTest, FollowsLinksAndDotsThatStayInside) {
  ASSERT_FALSE(fs::create_directories(root_ + "/dir/a/b"));
  host_write("dir/a/f", "inside");
  host_link("../f", "dir/a/b/link");
  host_link("a/b", "dir/short");
  for (const char *path : {"a/f", "./a//f", "a/b/../f", "a/b/link", "short/link", "short/../f"}) {
    ASSERT_EQ(open(path), WasiErrno::success) << path;
    EXPECT_EQ(read(), "inside") << path;
  }
  EXPECT_EQ(open("short/link", kRead, 0, /*lookup*/ 0), WasiErrno::loop);
}

TEST_F(WasiTest, GivesUpOnALoopOfLinks) {
  host_link("b", "dir/a");
  host_link("a", "dir/b");
  EXPECT_EQ(open("a"), WasiErrno::loop);
  EXPECT_EQ(open("a/x"), WasiErrno::loop);
}

TEST_F(WasiTest, KeepsTheSandboxForDirectoriesTheGuestOpened) {
  ASSERT_FALSE(fs::create_directory(root_ + "/dir/a"));
  host_write("dir/f", "above");
  ASSERT_EQ(open("a", kRead, kDirectory), WasiErrno::success);
  EXPECT_EQ(open("../f", kRead, 0, kFollow, opened_), WasiErrno::notcapable);
}

TEST_F(WasiTest, TakesATrailingSlashForADirectoryOnly) {
  host_write("dir/f", "x");
  EXPECT_EQ(open("f/"), WasiErrno::notdir);
  EXPECT_EQ(open("f/."), WasiErrno::notdir);
  EXPECT_EQ(open("new/", kWrite, kCreate), WasiErrno::isdir);
  auto [address, length] = text("d/");
  EXPECT_EQ(call("path_create_directory", {3, address, length}), WasiErrno::success);
  EXPECT_EQ(open("d/"), WasiErrno::success);
}

TEST_F(WasiTest, RefusesPathsThatAreNoNames) {
  EXPECT_EQ(open(""), WasiErrno::noent);
  EXPECT_EQ(open(llvm::StringRef("a\0b", 3)), WasiErrno::inval);
  EXPECT_EQ(open(std::string(5000, 'a')), WasiErrno::nametoolong);
  EXPECT_EQ(open("f", kRead, 0, kFollow, 77), WasiErrno::badf);
}

TEST_F(WasiTest, RefusesAbsoluteSymbolicLinks) {
  auto [target, target_length] = text("/etc/passwd", 3000);
  auto [name, name_length] = text("link");
  EXPECT_EQ(call("path_symlink", {target, target_length, 3, name, name_length}),
            WasiErrno::notcapable);
  EXPECT_EQ(call("path_symlink", {target + 1, target_length - 1, 3, name, name_length}),
            WasiErrno::success);
  ASSERT_EQ(call("path_readlink", {3, name, name_length, 4000, 100, 0}), WasiErrno::success);
  EXPECT_EQ(string(4000, u32(0)), "etc/passwd");
}

TEST_F(WasiTest, ListsADirectoryInPiecesOfAnySize) {
  std::set<std::string> expected = {".", ".."};
  for (int i = 0; i < 40; ++i) {
    std::string name = "file" + std::to_string(i);
    host_write("dir/" + name, "");
    expected.insert(name);
  }
  for (uint64_t capacity : {40u, 100u, 60000u}) {
    std::set<std::string> names;
    uint64_t cookie = 0;
    while (true) {
      ASSERT_EQ(call("fd_readdir", {3, 1000, capacity, cookie, 0}), WasiErrno::success);
      uint64_t used = u32(0), at = 1000;
      while (at + 24 <= 1000 + used && at + 24 + u32(at + 16) <= 1000 + used) {
        cookie = u64(at);
        names.insert(string(at + 24, u32(at + 16)));
        at += 24 + u32(at + 16);
      }
      if (used < capacity)
        break;
    }
    EXPECT_EQ(names, expected) << capacity;
  }
}

TEST_F(WasiTest, FaultsOnPointersOutsideOfMemory) {
  host_write("dir/f", "data");
  ASSERT_EQ(open("f"), WasiErrno::success);
  constexpr uint64_t kEnd = 65536, kFar = 0xffffffff;
  // A buffer that starts inside and ends outside, one that wraps around, one that is far away.
  for (auto [address, length] : {std::pair(kEnd - 4, uint64_t(5)), std::pair(uint64_t(8), kFar),
                                 std::pair(kFar, uint64_t(1))}) {
    set_u32(0, static_cast<uint32_t>(address));
    set_u32(4, static_cast<uint32_t>(length));
    EXPECT_EQ(call("fd_read", {opened_, 0, 1, 16}), WasiErrno::fault);
    EXPECT_EQ(call("random_get", {address, length}), WasiErrno::fault);
  }
  EXPECT_EQ(call("fd_read", {opened_, kEnd - 4, 1, 16}), WasiErrno::fault);
  EXPECT_EQ(call("fd_read", {opened_, 0, kFar, 16}), WasiErrno::fault);
  EXPECT_EQ(call("fd_seek", {opened_, 0, 0, kEnd - 7}), WasiErrno::fault);
  set_u32(0, 2000);
  set_u32(4, 4);
  EXPECT_EQ(call("fd_read", {opened_, 0, 1, kEnd - 3}), WasiErrno::fault);
  EXPECT_EQ(read(), "data"); // the calls that failed have read nothing
}

// Every function, with every argument as large as it can be: errors, but no crash.
TEST_F(WasiTest, SurvivesAbsurdArguments) {
  for (const char *name : {"args_get",
                           "args_sizes_get",
                           "environ_get",
                           "environ_sizes_get",
                           "clock_res_get",
                           "clock_time_get",
                           "random_get",
                           "poll_oneoff",
                           "fd_advise",
                           "fd_allocate",
                           "fd_close",
                           "fd_datasync",
                           "fd_fdstat_get",
                           "fd_fdstat_set_flags",
                           "fd_fdstat_set_rights",
                           "fd_filestat_get",
                           "fd_filestat_set_size",
                           "fd_filestat_set_times",
                           "fd_pread",
                           "fd_prestat_dir_name",
                           "fd_prestat_get",
                           "fd_pwrite",
                           "fd_read",
                           "fd_readdir",
                           "fd_renumber",
                           "fd_seek",
                           "fd_sync",
                           "fd_tell",
                           "fd_write",
                           "path_create_directory",
                           "path_filestat_get",
                           "path_filestat_set_times",
                           "path_link",
                           "path_open",
                           "path_readlink",
                           "path_remove_directory",
                           "path_rename",
                           "path_symlink",
                           "path_unlink_file",
                           "sock_accept",
                           "sock_recv",
                           "sock_send",
                           "sock_shutdown",
                           "proc_raise"}) {
    const WasiFunction *function = Wasi::find_function(name);
    ASSERT_NE(function, nullptr) << name;
    std::string params = function->params;
    for (uint64_t first : {uint64_t(3), uint64_t(0xffffffff)}) {
      std::vector<uint64_t> args;
      for (char param : params)
        args.push_back(param == 'i' ? 0xffffffff : UINT64_MAX);
      args[0] = first;
      WasiErrno error = call(name, args);
      // On the real descriptor a few of them (fd_sync) have nothing else to go wrong.
      if (first != 3) {
        EXPECT_NE(error, WasiErrno::success) << name;
      }
      if (llvm::StringRef(name) == "fd_close" && first == 3)
        start({});
    }
  }
}

TEST_F(WasiTest, SleepsUntilTheClockOfAPoll) {
  set_u64(1000, 42); // user data
  memory_[1008] = 0; // a clock
  set_u32(1016, 1);  // the monotonic one
  set_u64(1024, 30 * 1000000);
  ASSERT_EQ(call("poll_oneoff", {1000, 2000, 1, 0}), WasiErrno::success);
  // The clock's event is reported only after its time.
  EXPECT_EQ(u32(0), 1u);
  EXPECT_EQ(u64(2000), 42u);
  EXPECT_EQ(memory_[2010], 0);
}

TEST_F(WasiTest, ReportsReadyFilesAndBadOnesBeforeAFarClock) {
  host_write("dir/f", "data");
  ASSERT_EQ(open("f"), WasiErrno::success);
  memory_[1008] = 0;
  set_u32(1016, 1);
  set_u64(1024, UINT64_MAX); // must not overflow
  set_u64(1048, 7);
  memory_[1056] = 1; // wait for reading
  set_u32(1064, static_cast<uint32_t>(opened_));
  set_u64(1096, 8);
  memory_[1104] = 2; // wait for writing
  set_u32(1112, 99);
  ASSERT_EQ(call("poll_oneoff", {1000, 2000, 3, 0}), WasiErrno::success);
  EXPECT_EQ(u32(0), 2u);
  EXPECT_EQ(u64(2000), 7u);
  EXPECT_EQ(u64(2032), 8u);
  EXPECT_EQ(memory_[2040], 8); // EBADF
}

TEST_F(WasiTest, RefusesAPollForNothing) {
  EXPECT_EQ(call("poll_oneoff", {1000, 2000, 0, 0}), WasiErrno::inval);
}

TEST_F(WasiTest, GivesRandomBytes) {
  ASSERT_EQ(call("random_get", {100, 64}), WasiErrno::success);
  EXPECT_NE(string(100, 64), std::string(64, '\0'));
  EXPECT_EQ(memory_[164], 0);
}

TEST_F(WasiTest, SetsTimesOrRefusesContradictions) {
  host_write("dir/f", "");
  auto [address, length] = text("f");
  ASSERT_EQ(
      call("path_filestat_set_times", {3, kFollow, address, length, 1000000000, 2000000001, 1 | 4}),
      WasiErrno::success);
  ASSERT_EQ(call("path_filestat_get", {3, kFollow, address, length, 2000}), WasiErrno::success);
  EXPECT_EQ(u64(2040), 1000000000u);
  EXPECT_EQ(u64(2048), 2000000001u);
  EXPECT_EQ(call("path_filestat_set_times", {3, kFollow, address, length, 0, 0, 3}),
            WasiErrno::inval);
}

TEST(Wasi, NamesADirectoryThatCannotBeOpened) {
  WasiConfig config;
  config.preopens = {{"/no/such/directory", "/"}};
  auto wasi = Wasi::create(std::move(config));
  ASSERT_FALSE(bool(wasi));
  EXPECT_EQ(llvm::toString(wasi.takeError()),
            "cannot open directory '/no/such/directory': No such file or directory");
}

TEST(Wasi, HasNoOtherFunctions) {
  EXPECT_EQ(Wasi::find_function("fd_levitate"), nullptr);
}

} // namespace
} // namespace wald::wasm

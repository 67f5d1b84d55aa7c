// What the parts of the WASI implementation share: the call's arguments, the table of open files,
// and the list of functions. Only wasi*.cc include this.
#pragma once

#include "wasm/run/wasi.h"

#include "llvm/Support/Endian.h"

#include <sys/stat.h>
#include <unistd.h>

namespace wald::wasm {

// A host file descriptor that is closed with its owner.
class OwnedFd {
public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd &&other) noexcept : fd_(other.release()) {}
  OwnedFd &operator=(OwnedFd &&other) noexcept {
    reset(other.release());
    return *this;
  }
  ~OwnedFd() { reset(-1); }

  int get() const { return fd_; }
  int release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd) {
    // Standard input, output and error belong to the host and stay open.
    if (fd_ > 2)
      ::close(fd_);
    fd_ = fd;
  }

private:
  int fd_ = -1;
};

// Numbers of the filetype type of preview 1.
enum class WasiFileType : uint8_t {
  unknown = 0,
  block_device = 1,
  character_device = 2,
  directory = 3,
  regular_file = 4,
  socket_stream = 6,
  symbolic_link = 7,
};

// Bits of fdflags.
inline constexpr uint16_t kFdAppend = 1;
inline constexpr uint16_t kFdDsync = 2;
inline constexpr uint16_t kFdNonblock = 4;
inline constexpr uint16_t kFdRsync = 8;
inline constexpr uint16_t kFdSync = 16;

// Bits of rights that decide how a file is opened.
inline constexpr uint64_t kRightFdRead = 1 << 1;
inline constexpr uint64_t kRightFdSeek = 1 << 2;
inline constexpr uint64_t kRightFdTell = 1 << 5;
inline constexpr uint64_t kRightFdWrite = 1 << 6;
inline constexpr uint64_t kAllRights = (1 << 30) - 1;

struct DirectoryEntry {
  std::string name;
  uint64_t inode;
  WasiFileType type;
};

struct OpenFile {
  OwnedFd host_fd; // negative: this guest number is free
  WasiFileType type = WasiFileType::unknown;
  uint16_t flags = 0;
  uint64_t rights = kAllRights;
  std::optional<std::string> preopen_name;
  // Read as a whole when the guest starts at cookie 0, so that cookies are stable.
  std::vector<DirectoryEntry> listing;
};

// Guest descriptor numbers index the table; they have nothing to do with the host's numbers.
struct Wasi::FileTable {
  std::vector<OpenFile> open;

  // Null when the number is not open.
  OpenFile *find(uint32_t guest_fd) {
    if (guest_fd >= open.size() || open[guest_fd].host_fd.get() < 0)
      return nullptr;
    return &open[guest_fd];
  }
  uint32_t add(OpenFile file); // at the lowest free number above standard error
};

// The arguments of one call, and reads and writes of little-endian numbers in checked memory.
struct WasiCall {
  GuestMemory memory;
  llvm::ArrayRef<uint64_t> args;

  uint32_t u32(size_t i) const { return static_cast<uint32_t>(args[i]); }
  uint64_t u64(size_t i) const { return args[i]; }

  bool write_u32(uint32_t address, uint32_t value) const {
    uint8_t *at = memory.at(address, 4);
    if (at)
      llvm::support::endian::write32le(at, value);
    return at != nullptr;
  }
  bool write_u64(uint32_t address, uint64_t value) const {
    uint8_t *at = memory.at(address, 8);
    if (at)
      llvm::support::endian::write64le(at, value);
    return at != nullptr;
  }
};

WasiErrno to_wasi_errno(int host_errno);
WasiFileType to_wasi_file_type(uint32_t host_mode);
// Writes the 64 bytes of a filestat at `out`; `host_stat` is a struct stat.
void encode_filestat(const struct stat &host_stat, uint8_t *out);
// Converts the times and fst_flags of the set_times functions to what utimensat takes.
WasiErrno decode_times(uint64_t access_ns, uint64_t modify_ns, uint32_t flags, timespec out[2]);

llvm::ArrayRef<WasiFunction> fd_functions();
llvm::ArrayRef<WasiFunction> path_functions();
WasiErrno poll_oneoff(Wasi &wasi, const WasiCall &call);

} // namespace wald::wasm

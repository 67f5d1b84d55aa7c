#include "wasm/output_file.h"

#include "wasm/leb128.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::wasm {

namespace {

llvm::Error file_error(const char *what, llvm::StringRef name, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()), "%s %s: %s", what,
                                 name.str().c_str(), strerror(error));
}

constexpr mode_t kMode = 0775;     // less the umask, as the reference
constexpr unsigned kMaxLinks = 40; // as Linux

// The name at the end of a chain of symbolic links, also if there is no such file. Sets errno and
// returns nothing if the chain has no end.
std::optional<std::string> follow_links(std::string path) {
  llvm::SmallString<256> target;
  for (unsigned i = 0; i <= kMaxLinks; i++) {
    target.resize_for_overwrite(PATH_MAX);
    ssize_t length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0)
      return path;
    target.truncate(length);
    llvm::SmallString<256> next(llvm::sys::path::parent_path(path));
    if (llvm::sys::path::is_absolute(target))
      next.clear();
    llvm::sys::path::append(next, target);
    path = next.str().str();
  }
  errno = ELOOP;
  return std::nullopt;
}

// Not every file system under /tmp can hold a file without a name; memory always can.
int open_unnamed_file() {
  int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return fd >= 0 ? fd : memfd_create("wald", MFD_CLOEXEC);
}

} // namespace

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path) {
  OutputFile file;
  file.name_ = path.str();
  struct stat info;
  if (stat(file.name_.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode))
      return file_error("cannot create", path, EISDIR);
    file.is_written_through_ = !S_ISREG(info.st_mode);
  } else if (errno == ENAMETOOLONG) {
    return file_error("cannot create", path, errno);
  }
  std::optional<std::string> target = follow_links(file.name_);
  if (!target)
    return file_error("cannot create", path, errno);
  file.target_ = std::move(*target);
  if (!file.is_written_through_ && !file.create_temporary()) {
    int error = errno;
    // In a folder that is not ours, a file that is can still be overwritten.
    bool is_locked = error == EACCES || error == EPERM;
    if (!is_locked || access(file.target_.c_str(), W_OK) != 0)
      return file_error("cannot create", path, error);
    file.is_written_through_ = true;
  }
  // Collected in an unnamed file, for nothing may reach the device if the link fails.
  if (file.is_written_through_ && (file.fd_ = open_unnamed_file()) < 0)
    return file_error("cannot create a temporary file for", path, errno);
  return file;
}

// False, with errno, if that is not possible. The name is not made from the target's, which may be
// as long as names can be. It is unlikely to be another link's, and O_EXCL settles the rest.
bool OutputFile::create_temporary() {
  std::string folder = llvm::sys::path::parent_path(target_).str();
  if (!folder.empty())
    folder += '/';
  for (unsigned attempt = 0; attempt < 100; attempt++) {
    temporary_ =
        folder + ".wald-" + std::to_string(getpid()) + "-" + std::to_string(attempt) + ".tmp";
    fd_ = open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode);
    if (fd_ >= 0)
      return true;
    if (errno != EEXIST)
      break;
  }
  temporary_.clear();
  return false;
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : name_(std::move(other.name_)), target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)), fd_(other.fd_),
      is_written_through_(other.is_written_through_), first_error_(other.first_error_) {
  other.fd_ = -1;
  other.temporary_.clear();
}

OutputFile::~OutputFile() {
  if (fd_ >= 0)
    close(fd_);
  if (!temporary_.empty())
    unlink(temporary_.c_str());
}

void OutputFile::write(uint64_t offset, llvm::ArrayRef<uint8_t> bytes) {
  while (!bytes.empty()) {
    ssize_t count = pwrite(fd_, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      int none = 0;
      std::atomic_ref<int>(first_error_).compare_exchange_strong(none, count ? errno : ENOSPC);
      return;
    }
    bytes = bytes.drop_front(count);
    offset += count;
  }
}

bool OutputFile::failed() const {
  return std::atomic_ref<int>(first_error_) != 0;
}

llvm::Error OutputFile::copy_to_device() {
  int out = open(name_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (out < 0)
    return file_error("cannot write", name_, errno);
  std::unique_ptr<char[]> buffer(new char[OutputStream::kBufferSize]);
  int error = 0;
  for (off_t offset = 0; !error;) {
    ssize_t count = pread(fd_, buffer.get(), OutputStream::kBufferSize, offset);
    if (count <= 0) {
      error = count ? errno : 0;
      break;
    }
    for (ssize_t done = 0; done < count && !error;) {
      ssize_t n = ::write(out, buffer.get() + done, count - done);
      if (n < 0 && errno != EINTR)
        error = errno;
      done += n > 0 ? n : 0;
    }
    offset += count;
  }
  if (close(out) < 0 && !error)
    error = errno;
  return error ? file_error("cannot write", name_, error) : llvm::Error::success();
}

llvm::Error OutputFile::commit() {
  if (first_error_)
    return file_error("cannot write", name_, first_error_);
  if (is_written_through_)
    return copy_to_device();
  int fd = fd_;
  fd_ = -1;
  if (close(fd) < 0)
    return file_error("cannot write", name_, errno);
  if (rename(temporary_.c_str(), target_.c_str()) < 0)
    return file_error("cannot write", name_, errno);
  temporary_.clear();
  return llvm::Error::success();
}

void OutputStream::write(llvm::ArrayRef<uint8_t> bytes) {
  if (bytes.size() >= kBufferSize) {
    flush();
    file_.write(offset_, bytes);
    offset_ += bytes.size();
    return;
  }
  uint8_t *at = reserve(bytes.size());
  if (!bytes.empty())
    std::memcpy(at, bytes.data(), bytes.size());
  used_ += bytes.size();
}

void OutputStream::write_uleb(uint64_t value) {
  advance(wasm::write_uleb(reserve(kMaxLebSize), value));
}

void OutputStream::write_sleb(int64_t value) {
  advance(wasm::write_sleb(reserve(kMaxLebSize), value));
}

void OutputStream::write_name(llvm::StringRef name) {
  write_uleb(name.size());
  write({name.bytes_begin(), name.size()});
}

void OutputStream::flush() {
  file_.write(offset_, {buffer_.get(), used_});
  offset_ += used_;
  used_ = 0;
}

} // namespace wald::wasm

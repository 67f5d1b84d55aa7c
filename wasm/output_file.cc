#include "wasm/output_file.h"

#include "wasm/leb128.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::wasm {

namespace {

llvm::Error file_error(const char *what, llvm::StringRef name, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()), "%s %s: %s", what,
                                 name.str().c_str(), strerror(error));
}

constexpr mode_t kMode = 0775; // less the umask, as the reference

} // namespace

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path) {
  OutputFile file;
  file.name_ = file.target_ = path.str();
  struct stat info;
  if (stat(file.name_.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode))
      return file_error("cannot create", path, EISDIR);
    if (!S_ISREG(info.st_mode)) {
      // Collected in an unnamed file, for nothing may reach the device if the link fails.
      file.is_device_ = true;
      file.fd_ = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
      if (file.fd_ < 0)
        return file_error("cannot create a temporary file in /tmp for", path, errno);
      return file;
    }
    if (char *real = realpath(file.name_.c_str(), nullptr)) {
      file.target_ = real;
      free(real);
    }
  }
  // The name ends in what is unlikely to be another link's, and O_EXCL settles the rest.
  for (unsigned attempt = 0; attempt < 100; attempt++) {
    file.temporary_ =
        file.target_ + ".wald-" + std::to_string(getpid()) + "-" + std::to_string(attempt) + ".tmp";
    file.fd_ = open(file.temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode);
    if (file.fd_ >= 0 || errno != EEXIST)
      break;
  }
  if (file.fd_ < 0) {
    int error = errno;
    file.temporary_.clear();
    return file_error("cannot create", path, error);
  }
  return file;
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : name_(std::move(other.name_)), target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)), fd_(other.fd_), is_device_(other.is_device_),
      first_error_(other.first_error_) {
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
  if (is_device_)
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

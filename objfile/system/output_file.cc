#include "objfile/system/output_file.h"

#include "objfile/support/leb128.h"
#include "objfile/system/signal_block.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MathExtras.h"
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

// Removing a file from a folder needs other rights than writing to it.
bool may_write_instead(int error) {
  return error == EACCES || error == EPERM || error == EROFS || error == EBUSY;
}

// Empty without a slash, or ends in one.
std::string folder_of(const std::string &name) {
  return name.substr(0, name.rfind('/') + 1);
}

// The end of a chain of symbolic links; empty if it has none, or if one is of those by which the
// kernel shows what a process has open.
std::string follow_links(std::string name) {
  struct stat info, proc;
  bool has_proc = stat("/proc", &proc) == 0;
  for (unsigned i = 0; i < 40; i++) {
    if (lstat(name.c_str(), &info) < 0 || !S_ISLNK(info.st_mode))
      return name;
    char target[PATH_MAX];
    ssize_t size = readlink(name.c_str(), target, sizeof(target));
    if (size <= 0 || size == ssize_t(sizeof(target)) || (has_proc && info.st_dev == proc.st_dev))
      break;
    std::string folder = target[0] == '/' ? "" : folder_of(name);
    name = folder.append(target, size);
  }
  return "";
}

} // namespace

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path, unsigned mode) {
  OutputFile file;
  file.mode_ = mode;
  file.name_ = path.str();
  file.temporary_ = std::make_unique<TemporaryFile>();
  struct stat info, target;
  bool exists = lstat(file.name_.c_str(), &info) == 0;
  if (!exists && errno == ENAMETOOLONG)
    return file_error("cannot create", path, errno);
  bool is_link = exists && S_ISLNK(info.st_mode);
  bool has_target = exists && stat(file.name_.c_str(), &target) == 0;
  if (has_target && S_ISDIR(target.st_mode))
    return file_error("cannot create", path, EISDIR);
  file.target_ = is_link ? follow_links(file.name_) : file.name_;
  bool is_own =
      !has_target || (S_ISREG(target.st_mode) && target.st_nlink == 1 &&
                      target.st_uid == geteuid() && access(file.name_.c_str(), W_OK) == 0);
  bool is_replaced = is_link ? is_own && !file.target_.empty() : !exists || S_ISREG(info.st_mode);

  int error = 0;
  if (is_replaced) {
    file.fd_ = file.temporary_->create(folder_of(file.target_), mode);
    error = file.fd_ < 0 ? errno : 0;
    if (!error && is_link && has_target && fchmod(file.fd_, target.st_mode & 07777) < 0)
      error = errno;
  }
  if (exists && (!is_replaced || may_write_instead(error))) {
    // A link that leads nowhere will create the file.
    if (access(file.name_.c_str(), W_OK) < 0 && errno != ENOENT)
      error = errno;
    else if ((error = file.open_unnamed()))
      return file_error("cannot create a temporary file for", path, error);
  }
  if (error)
    return file_error("cannot create", path, error);
  return file;
}

// This and those below return 0 or the error's number.
int OutputFile::open_unnamed() {
  llvm::SmallString<128> folder;
  llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
  fd_ = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ < 0) // not every file system has unnamed files
    fd_ = memfd_create("wald", MFD_CLOEXEC);
  return fd_ < 0 ? errno : 0;
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : mode_(other.mode_), name_(std::move(other.name_)), target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)), fd_(other.fd_), first_error_(other.first_error_) {
  other.fd_ = -1;
}

OutputFile::~OutputFile() {
  if (fd_ >= 0)
    close(fd_);
}

void OutputFile::write(uint64_t offset, llvm::ArrayRef<uint8_t> bytes) {
  while (!bytes.empty()) {
    ssize_t count = pwrite(fd_, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return fail(count ? errno : ENOSPC);
    bytes = bytes.drop_front(count);
    offset += count;
  }
}

void OutputFile::fail(int error) {
  int none = 0;
  std::atomic_ref<int>(first_error_).compare_exchange_strong(none, error);
}

void OutputFile::move_up(uint64_t from, uint64_t to, uint64_t size) {
  std::unique_ptr<uint8_t[]> buffer(new uint8_t[OutputStream::kMostReserved]);
  while (size && !failed()) {
    ssize_t count =
        pread(fd_, buffer.get(), std::min<uint64_t>(size, OutputStream::kMostReserved), from);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return fail(count ? errno : EIO);
    write(to, {buffer.get(), size_t(count)});
    from += count;
    to += count;
    size -= count;
  }
}

void OutputFile::replace(llvm::ArrayRef<uint8_t> bytes) {
  write(0, bytes);
  if (!failed() && ftruncate(fd_, bytes.size()) < 0)
    fail(errno);
}

bool OutputFile::failed() const {
  return std::atomic_ref<int>(first_error_) != 0;
}

namespace {

// Copies the whole of a file. 0 or the error's number.
int copy_contents(int from, int to) {
  std::unique_ptr<char[]> buffer(new char[OutputStream::kMostReserved]);
  for (off_t offset = 0;;) {
    ssize_t count = pread(from, buffer.get(), OutputStream::kMostReserved, offset);
    if (count <= 0)
      return count ? errno : 0;
    for (ssize_t done = 0; done < count;) {
      ssize_t n = ::write(to, buffer.get() + done, count - done);
      if (n < 0 && errno != EINTR)
        return errno;
      done += n > 0 ? n : 0;
    }
    offset += count;
  }
}

} // namespace

int OutputFile::copy_to_target() {
  struct stat source, info;
  bool existed = stat(name_.c_str(), &info) == 0;
  int out = open(name_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode_);
  if (out < 0)
    return errno;
  int error = fstat(fd_, &source) < 0 || fstat(out, &info) < 0 ? errno : 0;
  bool is_regular = S_ISREG(info.st_mode);
  std::optional<SignalBlock> block; // not where a reader may let it wait
  if (is_regular)
    block.emplace();
  // The room is taken first, so that a full disk leaves what there was.
  if (!error && is_regular && source.st_size > info.st_size) {
    int no_room = posix_fallocate(out, 0, source.st_size);
    if (no_room == ENOSPC || no_room == EDQUOT || no_room == EFBIG) {
      error = no_room;
      if (ftruncate(out, info.st_size) == 0 && !existed)
        unlink(target_.c_str());
    }
  }
  if (!error)
    error = copy_contents(fd_, out);
  if (!error && is_regular && ftruncate(out, source.st_size) < 0)
    error = errno;
  if (close(out) < 0 && !error)
    error = errno;
  return error;
}

int OutputFile::replace_target() {
  // An error may come as late as this.
  int fd = fd_;
  fd_ = -1;
  if (close(fd) < 0)
    return errno;
  int error = temporary_->rename_to(target_);
  if (!may_write_instead(error)) // which 0 is not
    return error;
  fd_ = open(temporary_->name().c_str(), O_RDONLY | O_CLOEXEC);
  return fd_ < 0 ? errno : copy_to_target();
}

llvm::Error OutputFile::read_back(llvm::function_ref<void(llvm::ArrayRef<uint8_t>)> fn) const {
  struct stat info;
  if (fstat(fd_, &info) < 0)
    return file_error("cannot read back", name_, errno);
  size_t size = info.st_size;
  void *data = size ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd_, 0) : nullptr;
  if (data == MAP_FAILED)
    return file_error("cannot read back", name_, errno);
  fn({static_cast<const uint8_t *>(data), size});
  if (data)
    munmap(data, size);
  return llvm::Error::success();
}

llvm::Error OutputFile::commit() {
  int error = first_error_;
  if (!error)
    error = temporary_->exists() ? replace_target() : copy_to_target();
  return error ? file_error("cannot write", name_, error) : llvm::Error::success();
}

llvm::Error write_plain_file(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes) {
  llvm::Expected<OutputFile> file = OutputFile::create(path, kPlainFile);
  if (!file)
    return file.takeError();
  file->write(0, bytes);
  return file->commit();
}

void OutputStream::write(llvm::ArrayRef<uint8_t> bytes) {
  while (!bytes.empty()) {
    size_t left = kBlock - offset() % kBlock; // of the file's block
    size_t size = std::min({bytes.size(), left, kMostReserved});
    if (used_ == 0 && left == kBlock && bytes.size() >= kBlock) {
      size = llvm::alignDown(bytes.size(), kBlock);
      file_.write(offset_, bytes.take_front(size));
      offset_ += size;
    } else {
      std::memcpy(reserve(size), bytes.data(), size);
      used_ += size;
      if (size == left)
        flush();
    }
    bytes = bytes.drop_front(size);
  }
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

void OutputStream::flush_blocks() {
  size_t size = llvm::alignDown(offset_ + used_, kBlock) - offset_;
  file_.write(offset_, {buffer_.get(), size});
  offset_ += size;
  used_ -= size;
  std::memmove(buffer_.get(), buffer_.get() + size, used_);
}

void OutputStream::flush() {
  file_.write(offset_, {buffer_.get(), used_});
  offset_ += used_;
  used_ = 0;
}

} // namespace wald::wasm

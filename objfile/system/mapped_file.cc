#include "objfile/system/mapped_file.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace wald::objfile {

static llvm::Error open_error(llvm::StringRef path, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()),
                                 "cannot open %s: %s", path.str().c_str(), strerror(error));
}

static int64_t modification_time(const struct stat &info) {
  return int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

static size_t page_size() {
  static const size_t size = getpagesize();
  return size;
}

// All mappings, for name_at(). Entries are added at the front and stay for as long as the
// process runs, since a handler may be looking at any of them; a few bytes for each file.
struct MappedFile::Mapping {
  std::string name;
  const uint8_t *begin;
  std::atomic<size_t> size; // 0: not mapped any more
  Mapping *next;

  static std::atomic<Mapping *> first;
  static Mapping *add(const std::string &name, const uint8_t *begin, size_t size) {
    auto *mapping = new Mapping{name, begin, size, first.load()};
    while (!first.compare_exchange_weak(mapping->next, mapping)) {
    }
    return mapping;
  }
  static const Mapping *find(const void *address) {
    for (const Mapping *mapping = first.load(); mapping; mapping = mapping->next)
      if (mapping->begin <= address && address < mapping->begin + mapping->size)
        return mapping;
    return nullptr;
  }
};

std::atomic<MappedFile::Mapping *> MappedFile::Mapping::first = nullptr;

std::string_view MappedFile::name_at(const void *address) {
  const Mapping *mapping = Mapping::find(address);
  return mapping ? std::string_view(mapping->name) : std::string_view();
}

llvm::Expected<MappedFile> MappedFile::open(llvm::StringRef path, Unneeded *unneeded) {
  MappedFile file;
  file.name_ = path.str();
  // A pipe without a writer would otherwise be waited for.
  int fd = ::open(file.name_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return open_error(path, errno);
  struct stat info;
  int error = fstat(fd, &info) < 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
  if (!error && !S_ISREG(info.st_mode))
    error = ESPIPE;
  if (!error && info.st_size > 0) {
    ssize_t count = pread(fd, file.front_.data(), file.front_.size(), 0);
    file.front_size_ = std::max<ssize_t>(count, 0);
    file.size_ = info.st_size;
    if (uint64_t skipped = unneeded ? unneeded(file.front()) : 0; skipped < file.size_)
      file.skipped_ = skipped & ~(page_size() - 1);
    void *data =
        mmap(nullptr, file.size_ - file.skipped_, PROT_READ, MAP_PRIVATE, fd, file.skipped_);
    if (data == MAP_FAILED) {
      error = errno;
    } else {
      file.data_ = static_cast<const uint8_t *>(data);
      file.mapping_ = Mapping::add(file.name_, file.data_, file.size_ - file.skipped_);
      file.device_ = info.st_dev;
      file.modified_ = modification_time(info);
      file.inode_ = info.st_ino;
    }
  }
  ::close(fd);
  if (error)
    return open_error(path, error);
  return file;
}

void MappedFile::fetch(Bytes part) const {
  size_t begin = size_t(part.data() - data_) & ~(page_size() - 1), end = part.end() - data_;
  if (begin < end)
    madvise(const_cast<uint8_t *>(data_) + begin, end - begin, MADV_POPULATE_READ);
}

void MappedFile::drop(Bytes part) const {
  constexpr size_t kWorthACall = 32 << 10;
  size_t page = page_size(); // the mapping begins with one
  size_t begin = (size_t(part.data() - data_) + page - 1) & ~(page - 1);
  size_t end = size_t(part.end() - data_) & ~(page - 1);
  if (begin + kWorthACall <= end)
    madvise(const_cast<uint8_t *>(data_) + begin, end - begin, MADV_DONTNEED);
}

// Whether the name still leads to the file, of which `info` then tells.
bool MappedFile::is_there(struct stat &info) const {
  return stat(name_.c_str(), &info) == 0 && info.st_ino == inode_ && info.st_dev == device_;
}

bool MappedFile::has_new_time() const {
  struct stat info;
  return is_there(info) && modification_time(info) != modified_;
}

bool MappedFile::has_shrunk() const {
  struct stat info;
  return is_there(info) && uint64_t(info.st_size) < size_;
}

MappedFile::MappedFile(MappedFile &&other) noexcept {
  *this = std::move(other);
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(name_, other.name_);
  std::swap(data_, other.data_);
  std::swap(mapping_, other.mapping_);
  std::swap(size_, other.size_);
  std::swap(skipped_, other.skipped_);
  std::swap(front_, other.front_);
  std::swap(front_size_, other.front_size_);
  std::swap(device_, other.device_);
  std::swap(modified_, other.modified_);
  std::swap(inode_, other.inode_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!data_)
    return;
  mapping_->size = 0;
  munmap(const_cast<uint8_t *>(data_), size_ - skipped_);
}

} // namespace wald::objfile

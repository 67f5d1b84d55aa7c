// A read-only input file: its bytes and the name for messages.
#pragma once

#include "objfile/support/bytes.h"

#include "llvm/Support/Error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>

namespace wald::objfile {

class MappedFile {
public:
  // How many of a file's first bytes nobody will look at, by a copy of the very first ones.
  using Unneeded = uint64_t(Bytes front);
  // Maps the file, without whole pages of what is unneeded. Fails with "open NAME: REASON" for
  // anything but a readable regular file.
  static llvm::Expected<MappedFile> open(llvm::StringRef path, Unneeded *unneeded = nullptr);

  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  // The file from skipped() on: all of it, unless something was unneeded.
  Bytes bytes() const { return {data_, size_ - skipped_}; }
  uint64_t skipped() const { return skipped_; }
  // A copy of the file's first bytes, which spares touching its first page: the kernel brings in
  // sixteen at the first touch.
  Bytes front() const { return {front_.data(), std::min(size_, front_size_)}; }
  const std::string &name() const { return name_; }
  // Whether the file has become shorter since, so that its bytes may be gone: reading them reads
  // zeros, or ends the process by SIGBUS. A file that has gone or been replaced keeps its bytes.
  bool has_shrunk() const;
  // Whether it may have been written to since. The go command sets this time, too.
  bool has_new_time() const;

  // `part` lies in bytes() for both of these. Maps its pages, instead of each when it is first
  // touched.
  void fetch(Bytes part) const;
  // Gives back the memory that a part of the file takes, which is not needed any more. Reading it
  // again works, but is slow.
  void drop(Bytes part) const;

  // The name of the file that is mapped at an address, or nothing. For handlers of signals:
  // allocates nothing and takes no lock.
  static std::string_view name_at(const void *address);

private:
  struct Mapping;

  MappedFile() = default;
  bool is_there(struct stat &info) const;
  std::string name_;
  const uint8_t *data_ = nullptr; // from skipped_ on
  Mapping *mapping_ = nullptr;    // its entry in the list of all mappings
  size_t size_ = 0;               // of the file
  size_t skipped_ = 0;            // not mapped, at the beginning
  std::array<uint8_t, 128> front_{};
  size_t front_size_ = 0;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  int64_t modified_ = 0; // nanoseconds
};

} // namespace wald::objfile

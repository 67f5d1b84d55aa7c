// A read-only input file: its bytes and the name for messages.
#pragma once

#include "objfile/bytes.h"

#include "llvm/Support/Error.h"

#include <string>

namespace wald::objfile {

class MappedFile {
public:
  // Maps the whole file. Fails with "open NAME: REASON" for anything but a readable regular file.
  static llvm::Expected<MappedFile> open(llvm::StringRef path);

  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  Bytes bytes() const { return {data_, size_}; }
  const std::string &name() const { return name_; }

private:
  MappedFile() = default;
  std::string name_;
  const uint8_t *data_ = nullptr;
  size_t size_ = 0;
};

} // namespace wald::objfile

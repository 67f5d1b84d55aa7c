// Loads from untrusted bytes. `Cursor` walks a byte range and remembers the first overrun instead
// of performing it; `load` is for places whose bounds have been checked already.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace wald::objfile {

using Bytes = llvm::ArrayRef<uint8_t>;

// Little-endian load without alignment needs. wald runs on little-endian hosts only.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
template <typename T> T load(const uint8_t *at) {
  static_assert(std::is_integral_v<T>);
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <typename T> void store(uint8_t *at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

inline llvm::StringRef to_string(Bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(llvm::StringRef text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

// Reads forward through bytes. After the first read past the end, failed() holds and every further
// read gives zero or an empty range, so a caller may check once after a group of reads.
class Cursor {
public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}

  template <typename T> T read() {
    if (!require(sizeof(T)))
      return 0;
    T value = load<T>(bytes_.data() + offset_);
    offset_ += sizeof(T);
    return value;
  }

  Bytes read_bytes(uint64_t size) {
    if (!require(size))
      return {};
    Bytes result = bytes_.slice(offset_, size);
    offset_ += size;
    return result;
  }

  void skip(uint64_t size) {
    if (require(size))
      offset_ += size;
  }

  // Unsigned LEB128; a value over 64 bits fails.
  uint64_t read_uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      uint8_t byte = read<uint8_t>();
      if (failed_)
        return 0;
      if (shift == 63 && byte > 1)
        break;
      value |= uint64_t(byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return value;
    }
    failed_ = true;
    return 0;
  }

  uint64_t offset() const { return offset_; }
  uint64_t remaining() const { return bytes_.size() - offset_; }
  bool at_end() const { return offset_ == bytes_.size(); }
  bool failed() const { return failed_; }

private:
  bool require(uint64_t size) {
    if (failed_ || size > remaining())
      failed_ = true;
    return !failed_;
  }

  Bytes bytes_;
  uint64_t offset_ = 0;
  bool failed_ = false;
};

} // namespace wald::objfile

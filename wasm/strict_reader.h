// Reads what stands in modules as the specification wants it: numbers not longer than their type,
// and with no bits beyond it. Each says whether it was there.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <cstdint>

namespace wald::wasm {

class StrictReader {
public:
  explicit StrictReader(llvm::ArrayRef<uint8_t> bytes) : at_(bytes.begin()), end_(bytes.end()) {}

  bool at_end() const { return at_ == end_; }
  bool byte(uint8_t &value) {
    if (at_ == end_)
      return false;
    value = *at_++;
    return true;
  }
  bool is(uint8_t wanted) {
    uint8_t value = 0;
    return byte(value) && value == wanted;
  }
  bool skip(size_t size) {
    if (size_t(end_ - at_) < size)
      return false;
    at_ += size;
    return true;
  }
  bool u32(uint32_t &value) {
    if (at_ != end_ && *at_ < 0x80) [[likely]] {
      value = *at_++;
      return true;
    }
    uint64_t wide = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      uint8_t next = 0;
      if (!byte(next))
        return false;
      wide |= uint64_t(next & 0x7f) << shift;
      if (next < 0x80) {
        value = wide;
        return wide <= UINT32_MAX;
      }
    }
    return false;
  }
  // Passes over a number of so many bits with a sign. In its last byte, if it is as long as can be,
  // bits beyond the sign repeat it.
  bool skip_signed(unsigned bits) {
    const unsigned most = (bits + 6) / 7, used = bits - 7 * (most - 1);
    for (unsigned i = 1;; i++) {
      uint8_t next = 0;
      if (!byte(next))
        return false;
      if (i == most) {
        const uint8_t above = 0x7f & ~((1u << (used - 1)) - 1); // with the sign
        return next < 0x80 && ((next & above) == 0 || (next & above) == above);
      }
      if (next < 0x80)
        return true;
    }
  }

private:
  const uint8_t *at_, *end_;
};

} // namespace wald::wasm

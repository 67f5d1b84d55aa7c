// LEB128 as modules use it: minimal, or padded to five bytes where a size is filled in later.
#pragma once

#include <bit>
#include <cstdint>

namespace wald::wasm {

inline constexpr unsigned kMaxLebSize = 10;
inline constexpr unsigned kPaddedLebSize = 5;

inline unsigned uleb_size(uint64_t value) {
  return (std::bit_width(value | 1) + 6) / 7;
}

inline unsigned sleb_size(int64_t value) {
  uint64_t magnitude = value < 0 ? ~uint64_t(value) : uint64_t(value);
  return std::bit_width(magnitude) / 7 + 1;
}

// These write at `at` and return the place behind.
inline uint8_t *write_uleb(uint8_t *at, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    *at++ = uint8_t(value) | 0x80;
  *at++ = uint8_t(value);
  return at;
}

inline uint8_t *write_sleb(uint8_t *at, int64_t value) {
  for (;; value >>= 7) {
    uint8_t byte = value & 0x7f;
    if (value >= -64 && value < 64) {
      *at++ = byte;
      return at;
    }
    *at++ = byte | 0x80;
  }
}

inline uint8_t *write_padded_uleb(uint8_t *at, uint32_t value) {
  for (unsigned i = 0; i < kPaddedLebSize - 1; i++, value >>= 7)
    *at++ = uint8_t(value) | 0x80;
  *at++ = uint8_t(value);
  return at;
}

} // namespace wald::wasm

// LEB128 as modules use it: minimal, or padded to five bytes where a size is filled in later.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

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

// These write at `at` and return the place after.
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

// The same for a place with 8 bytes of room, all of which it may overwrite.
inline uint8_t *write_sleb_roomy(uint8_t *at, int64_t value) {
  unsigned size = sleb_size(value);
  if (size > 5) [[unlikely]]
    return write_sleb(at, value);
  // Each group of seven bits moves into a byte of its own; all but the last say that more follow.
  uint64_t bits = uint64_t(value);
  uint64_t bytes = (bits & 0x7f) | (bits & 0x3f80) << 1 | (bits & 0x1fc000) << 2 |
                   (bits & 0xfe00000) << 3 | (bits & 0x7f0000000) << 4;
  bytes |= 0x8080808080 & ((uint64_t(1) << (8 * size - 8)) - 1);
  std::memcpy(at, &bytes, sizeof bytes);
  return at + size;
}

inline uint8_t *write_padded_uleb(uint8_t *at, uint32_t value) {
  for (unsigned i = 0; i < kPaddedLebSize - 1; i++, value >>= 7)
    *at++ = uint8_t(value) | 0x80;
  *at++ = uint8_t(value);
  return at;
}

} // namespace wald::wasm

// Arithmetic that data layout shares with the tables that lay out something themselves.
#pragma once

#include <cstdint>

namespace wald {

// The alignment of a symbol: its own, or else the largest power of two up to its size and 32
// (ref: symalign in cmd/link/internal/ld/data.go).
inline uint32_t alignment_of(uint32_t explicit_alignment, uint64_t size) {
  if (explicit_alignment)
    return explicit_alignment;
  uint32_t alignment = 32;
  while (alignment > size && alignment > 1)
    alignment >>= 1;
  return alignment;
}

} // namespace wald

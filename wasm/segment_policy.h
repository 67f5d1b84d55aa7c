// Which data segments the contents of memory become.
#pragma once

#include <cstdint>

namespace wald::wasm {

struct SegmentPolicy {
  // So many zeros in a row are left out, and a new segment begins after them. At least 1.
  uint64_t min_gap = 8;
  // Engines accept no more.
  uint64_t max_segments = 100'000;
  // Which gaps are left out where not all can be.
  enum class Choice : uint8_t {
    // Those that come first; where the limit comes near, the rest of the section is one segment.
    // The reference's, and the only one that can be written while the contents still come.
    kFirstGaps,
    // The largest of all.
    kLargestGaps,
  };
  Choice choice = Choice::kFirstGaps;

  bool operator==(const SegmentPolicy &) const = default;
};

// A segment takes some eight bytes beside its contents, and engines take time for each. So many
// zeros cost next to nothing in a compressed module.
inline constexpr SegmentPolicy kFewSegments = {.min_gap = 64,
                                               .choice = SegmentPolicy::Choice::kLargestGaps};

} // namespace wald::wasm

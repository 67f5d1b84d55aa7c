// The contents of memory as a whole, for what must see all of them before it writes: a choice of
// segments that depends on all gaps, or a change of the contents by something that has run.
//
// The image is one block from the first section to the last; what lies between sections is zeros.
// Pages that nobody writes cost no memory.
//
// Which segments. All gaps are found first; if that makes more segments than there may be, the
// smallest gaps are filled. Of equal ones those at lower addresses stay gaps. With a gap of 2 and a
// limit of 3:
//
//     contents  a..bc.....d...e..f       gaps of 2, 5, 3 and 2
//     segments  ----      -   ----       what stays: the 5 and the 3
#pragma once

#include "objfile/support/zeroed_array.h"
#include "objfile/system/output_file.h"
#include "wasm/data_sink.h"
#include "wasm/segment_policy.h"

#include <vector>

namespace wald::wasm {

// Offsets in the image.
struct ImageSegment {
  uint64_t begin, end;
  bool operator==(const ImageSegment &) const = default;
};

// With choice kLargestGaps. `bytes` end where what follows is no part of the image.
std::vector<ImageSegment> choose_segments(llvm::ArrayRef<uint8_t> bytes,
                                          const SegmentPolicy &policy);

class DataImage final : public DataSink {
public:
  // Holds what lies from `begin` up to `end`, addresses. Sections may come in any order.
  DataImage(uint64_t begin, uint64_t end);

  void begin_section(uint64_t address) override;
  void end_section() override { limit_ = used_; }

  uint64_t begin() const { return begin_; }
  llvm::MutableArrayRef<uint8_t> bytes() { return {memory_.data(), memory_.size()}; }

  // The number of segments, and the segments.
  void write(OutputStream &out, const SegmentPolicy &policy) const;

private:
  void make_room(uint64_t size) override;
  uint64_t skip_zeros(uint64_t count) override;

  uint64_t begin_;
  ZeroedArray<uint8_t> memory_;
};

} // namespace wald::wasm

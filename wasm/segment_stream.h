// Cuts the contents of memory into data segments and writes them while more contents come
// (ref: writeDataSec in cmd/link/internal/wasm/asm.go). No more of them is kept than the segment
// whose end has not come yet.
//
// segment_scanner.h says where a segment begins and ends. The number of segments is known only at
// the end, so which gaps are left out near the limit is a matter of what comes first: a section
// after this one needs one segment at least; where there is only one more for this section, it runs
// to the section's end, zeros and all. With a gap of 8 and a limit of 4 in two sections:
//
//     first section   a........b........c........d.e.       second   f........g
//     segments        1        2        3-----------        4        4---------
//
// The window. Room is given out between `used_` and `limit_`; what has been looked through and is
// in no open segment is dropped when there is no more:
//
//     written already | open segment | looked at | not yet | room
//                     segment_       scanned_ - zeros   scanned_ used_  limit_
//
// A segment longer than half of the window stays where it is, and the window grows.
//
// The words of findfunctab, which are most segments of a module, lie between zeros enough: each is
// a segment by itself, written without a detour through the window.
#pragma once

#include "objfile/system/output_file.h"
#include "wasm/data_sink.h"
#include "wasm/segment_policy.h"
#include "wasm/segment_scanner.h"

#include <memory>

namespace wald::wasm {

class SegmentStream final : public DataSink {
public:
  // Writes entries to `out`. Sections of these lengths follow. The policy's choice is kFirstGaps.
  SegmentStream(OutputStream &out, llvm::ArrayRef<uint64_t> section_lengths, SegmentPolicy policy);

  void begin_section(uint64_t address) override;
  void end_section() override;

  uint64_t num_segments() const { return num_segments_; }

private:
  void make_room(uint64_t size) override;
  uint64_t skip_zeros(uint64_t count) override;
  void add_spread_words(llvm::ArrayRef<uint32_t> words, uint64_t stride) override;

  void scan(uint64_t end);
  void settle();
  void open_segment(uint64_t begin);
  void close_segment(uint64_t end);
  void pass_through();
  bool write_word(uint32_t word, uint64_t stride);
  // Whether the next segment must be the section's last one.
  bool is_last() const { return num_segments_ + sections_left_.size() >= max_segments_; }

  OutputStream &out_;
  llvm::ArrayRef<uint64_t> sections_left_; // lengths, with the current one
  uint64_t max_segments_;
  uint64_t num_segments_ = 0;

  std::unique_ptr<uint8_t[]> memory_; // of the window
  uint64_t capacity_;
  uint64_t section_end_ = 0; // address
  SegmentScanner scanner_;
  uint64_t scanned_ = 0;   // how much of the window the scanner has seen
  uint64_t segment_ = 0;   // where the open segment begins in the window
  bool takes_all_ = false; // the open segment runs to the end of the section and is being written
};

} // namespace wald::wasm

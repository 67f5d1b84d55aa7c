// Cuts memory contents into data segments, leaving out longer runs of zeros
// (ref: writeDataSec in cmd/link/internal/wasm/asm.go).
//
// A segment begins and ends with a non-zero byte and holds no eight zero bytes in a row, unless the
// limit on segments, which engines have, comes near: then the rest of a section is one segment.
//
// The contents pass through a window that the caller fills in place. It holds little more than the
// segment that is being looked for the end of.
#pragma once

#include "objfile/system/output_file.h"

#include <cassert>
#include <cstring>
#include <memory>

namespace wald::wasm {

class DataSegmentWriter {
public:
  static constexpr unsigned kMaxSegments = 100'000;

  // Writes entries to `out`. Sections of these lengths follow.
  DataSegmentWriter(OutputStream &out, llvm::ArrayRef<uint64_t> section_lengths);

  // The contents of the next section follow from `address` on, in order, by reserve() and advance()
  // or by feed() and feed_zeros().
  void begin_section(uint64_t address);
  // Room for the next `size` bytes of the section.
  uint8_t *reserve(uint64_t size) {
    if (used_ + size > limit_)
      make_room(size);
    return window_.get() + used_;
  }
  void advance(uint64_t size) { used_ += size; }
  void feed(llvm::ArrayRef<uint8_t> bytes);
  void feed_zeros(uint64_t count);
  // `size` bytes: `bytes`, which change(MutableArrayRef<uint8_t>) may change before they are looked
  // at, and zeros. It sees the zeros, too, unless they are many, which then take no memory.
  template <typename Fn> void feed_changed(llvm::ArrayRef<uint8_t> bytes, uint64_t size, Fn change);
  // `count` words of four bytes, word(i), each with eight or more zeros behind it, which make it
  // `stride` bytes. Nearly all that are not zero are segments by themselves, and are written as
  // such right away.
  template <typename Fn> void feed_spread_words(uint64_t count, uint64_t stride, Fn word);
  void end_section();
  // The address of the next byte.
  uint64_t next_address() const { return address_ + used_; }

  unsigned num_segments() const { return num_segments_; }

private:
  void make_room(uint64_t size);
  uint64_t skip_zeros(uint64_t count);
  void scan();
  bool open_segment(uint64_t begin);
  void close_segment(uint64_t end);
  void feed_word(uint32_t word, uint64_t stride);
  bool pass_over_gap();
  bool write_word(uint32_t word, uint64_t stride);
  void pass_through();

  OutputStream &out_;
  llvm::ArrayRef<uint64_t> sections_left_; // lengths, with the current one
  unsigned num_segments_ = 0;

  std::unique_ptr<uint8_t[]> window_;
  uint64_t capacity_;
  uint64_t limit_ = 0; // how much of the window is in use before it is looked through
  uint64_t used_ = 0;
  uint64_t scanned_ = 0;     // whole blocks behind where scanning began
  uint64_t address_ = 0;     // of the window's first byte
  uint64_t section_end_ = 0; // address
  uint64_t zeros_ = 0;       // in a row, right before scanned_
  uint64_t segment_ = 0;     // where the open segment begins in the window
  bool is_open_ = false;
  bool takes_all_ = false; // the open segment runs to the end of the section and is being written
};

template <typename Fn>
void DataSegmentWriter::feed_spread_words(uint64_t count, uint64_t stride, Fn word) {
  assert(stride >= 12);
  uint64_t i = 0;
  if (count)
    feed_word(word(i++), stride);
  if (i < count && pass_over_gap())
    while (i < count && write_word(word(i), stride))
      i++;
  for (; i < count; i++)
    feed_word(word(i), stride);
}

template <typename Fn>
void DataSegmentWriter::feed_changed(llvm::ArrayRef<uint8_t> bytes, uint64_t size, Fn change) {
  constexpr uint64_t kMostZeros = 64 << 10;
  uint64_t written = size - bytes.size() > kMostZeros ? bytes.size() : size;
  uint8_t *at = reserve(written);
  if (!bytes.empty())
    std::memcpy(at, bytes.data(), bytes.size());
  std::memset(at + bytes.size(), 0, written - bytes.size());
  change(llvm::MutableArrayRef<uint8_t>(at, written));
  advance(written);
  feed_zeros(size - written);
}

} // namespace wald::wasm

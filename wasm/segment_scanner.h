// Finds where segments begin and end in bytes that come piece by piece: a segment begins and ends
// with a byte that is not zero, and holds no gap, so many zeros in a row. With a gap of 8:
//
//     address   0         10                      34
//     contents  ..ab.c....de..........fg..h.......     a letter is a byte, a dot a zero
//     segments    ab.c....de          fg..h
//               open 2, close 12      open 22, close 27
//
// The 4 zeros between c and d are part of the first segment, for a segment's header would take more
// than they do; the 10 between e and f are left out.
//
// Bytes are looked at 64 at a time, as a mask of those that are not zero. So only whole blocks are
// looked at, and the end of the contents is filled up with zeros, which change nothing.
#pragma once

#include <bit>
#include <cstdint>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace wald::wasm {

class SegmentScanner {
public:
  static constexpr uint64_t kBlock = 64;

  explicit SegmentScanner(uint64_t min_gap) : min_gap_(min_gap) {}

  // Looks at the whole blocks from `from` up to `to`, positions in `bytes`, and calls
  // open(position) and close(position). Returns where it has come to, where the next call must go
  // on.
  template <typename Open, typename Close>
  uint64_t scan(const uint8_t *bytes, uint64_t from, uint64_t to, Open open, Close close) {
    uint64_t zeros = zeros_;
    bool is_open = is_open_;
    for (; from + kBlock <= to; from += kBlock) {
      uint64_t nonzero = nonzero_bytes(bytes + from);
      if (nonzero == 0) {
        zeros += kBlock;
        continue;
      }
      uint64_t leading = std::countr_zero(nonzero);
      if (!is_open || zeros + leading >= min_gap_) {
        if (is_open)
          close(from - zeros);
        open(from + leading);
        is_open = true;
      }
      zeros = std::countl_zero(nonzero);
      // Where a gap begins that ends in this block.
      for (uint64_t gaps =
               gap_starts(nonzero) & (~uint64_t(0) >> zeros) & (~uint64_t(0) << leading);
           gaps;) {
        unsigned start = std::countr_zero(gaps);
        unsigned end = start + std::countr_zero(nonzero >> start);
        close(from + start);
        open(from + end);
        gaps &= ~uint64_t(0) << end;
      }
    }
    zeros_ = zeros;
    is_open_ = is_open;
    return from;
  }

  // Ends the open segment, if there is one, where scanning has come to `position` and what follows
  // is a gap, or nothing.
  template <typename Close> void end_segment(uint64_t position, Close close) {
    if (is_open_)
      close(position - zeros_);
    is_open_ = false;
  }
  // The same if the zeros up to here are a gap already.
  template <typename Close> void end_at_gap(uint64_t position, Close close) {
    if (zeros_ >= min_gap_)
      end_segment(position, close);
  }

  bool is_open() const { return is_open_; }
  uint64_t min_gap() const { return min_gap_; }

private:
  // One bit for each byte of a block, the first byte's lowest.
  static uint64_t nonzero_bytes(const uint8_t *block) {
#ifdef __SSE2__
    uint64_t zeros = 0;
    for (unsigned i = 0; i < kBlock; i += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(block + i));
      uint64_t bits = uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
      zeros |= bits << i;
    }
    return ~zeros;
#else
    uint64_t bits = 0;
    for (unsigned i = 0; i < kBlock; i++)
      bits |= uint64_t(block[i] != 0) << i;
    return bits;
#endif
  }

  // The bits at which a gap begins, among bits up to the end.
  uint64_t gap_starts(uint64_t nonzero) const {
    uint64_t runs = ~nonzero; // begin of at least `length` zeros
    if (min_gap_ == 8) [[likely]] {
      runs &= runs >> 1;
      runs &= runs >> 2;
      return runs & runs >> 4;
    }
    if (min_gap_ > kBlock)
      return 0;
    for (uint64_t length = 1, more; length < min_gap_; length += more) {
      more = length < min_gap_ - length ? length : min_gap_ - length;
      runs &= runs >> more;
    }
    return runs;
  }

  uint64_t min_gap_;
  uint64_t zeros_ = 0; // in a row, right before where scanning has come to
  bool is_open_ = false;
};

} // namespace wald::wasm

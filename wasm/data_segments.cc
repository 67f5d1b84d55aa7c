#include "wasm/data_segments.h"

#include "objfile/support/leb128.h"

#include <algorithm>
#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace wald::wasm {

namespace {

constexpr uint64_t kMinGap = 8; // zeros that are worth a new segment
constexpr uint64_t kBlock = 64; // bytes looked at in one step
constexpr uint64_t kWindowSize = 128 << 10;

uint8_t *write_segment_header(uint8_t *at, uint64_t address, uint64_t size) {
  *at++ = 0;    // in memory 0, at a constant address
  *at++ = 0x41; // i32.const
  at = write_sleb_roomy(at, int32_t(address));
  *at++ = 0x0b; // end
  return write_uleb(at, size);
}
constexpr uint64_t kMaxSegmentHeader = 3 + 2 * kMaxLebSize; // with room for write_sleb_roomy()

// One bit for each byte of a block, the first byte's lowest.
#ifdef __SSE2__
uint64_t nonzero_bytes(const uint8_t *block) {
  uint64_t zeros = 0;
  for (unsigned i = 0; i < kBlock; i += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(block + i));
    uint64_t bits = uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
    zeros |= bits << i;
  }
  return ~zeros;
}
#else
uint64_t nonzero_bytes(const uint8_t *block) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < kBlock; i++)
    bits |= uint64_t(block[i] != 0) << i;
  return bits;
}
#endif

// The bits at which kMinGap zeros in a row begin, among bits up to the end.
uint64_t gap_starts(uint64_t nonzero) {
  uint64_t runs = ~nonzero;
  runs &= runs >> 1;
  runs &= runs >> 2;
  return runs & runs >> 4;
}
static_assert(kMinGap == 8);

} // namespace

// The window has room for a segment as long as the longest section. Only what is used of it costs
// memory.
DataSegmentWriter::DataSegmentWriter(OutputStream &out, llvm::ArrayRef<uint64_t> section_lengths)
    : out_(out), sections_left_(section_lengths), capacity_(2 * kWindowSize) {
  if (!section_lengths.empty())
    capacity_ += *std::max_element(section_lengths.begin(), section_lengths.end());
  window_.reset(new uint8_t[capacity_ + kBlock]);
}

void DataSegmentWriter::begin_section(uint64_t address) {
  address_ = address;
  section_end_ = address + sections_left_.front();
  limit_ = kWindowSize;
}

// Looks at what is in the window and drops all but the open segment. A long one stays where it is.
void DataSegmentWriter::make_room(uint64_t size) {
  scan();
  // Zeros that are a gap already are not collected.
  if (is_open_ && !takes_all_ && zeros_ >= kMinGap)
    close_segment(scanned_ - zeros_);
  uint64_t keep = is_open_ ? segment_ : scanned_;
  uint64_t kept = used_ - keep;
  if (kept <= kWindowSize / 2) {
    std::memmove(window_.get(), window_.get() + keep, kept);
    address_ += keep;
    used_ -= keep;
    scanned_ -= keep;
    segment_ = 0;
    limit_ = std::max(kWindowSize, used_ + size);
  } else {
    limit_ = used_ + std::max(kWindowSize, size);
  }
  limit_ = std::min(limit_, capacity_);
  if (used_ + size > limit_)
    llvm::report_fatal_error("more data than its section was said to have");
}

void DataSegmentWriter::scan() {
  if (takes_all_)
    return pass_through();
  const uint8_t *window = window_.get();
  uint64_t at = scanned_, zeros = zeros_;
  for (; at + kBlock <= used_; at += kBlock) {
    uint64_t nonzero = nonzero_bytes(window + at);
    if (nonzero == 0) {
      zeros += kBlock;
      continue;
    }
    uint64_t leading = std::countr_zero(nonzero);
    if (!is_open_ || zeros + leading >= kMinGap) {
      if (is_open_)
        close_segment(at - zeros);
      if (open_segment(at + leading))
        return pass_through();
    }
    zeros = std::countl_zero(nonzero);
    // Where a gap begins that ends in this block.
    for (uint64_t gaps = gap_starts(nonzero) & (~uint64_t(0) >> zeros) & (~uint64_t(0) << leading);
         gaps;) {
      unsigned start = std::countr_zero(gaps);
      unsigned end = start + std::countr_zero(nonzero >> start);
      close_segment(at + start);
      if (open_segment(at + end))
        return pass_through();
      gaps &= ~uint64_t(0) << end;
    }
  }
  scanned_ = at;
  zeros_ = zeros;
}

// True if the segment takes all that is left of the section.
bool DataSegmentWriter::open_segment(uint64_t begin) {
  segment_ = begin;
  is_open_ = true;
  takes_all_ = num_segments_ + sections_left_.size() == kMaxSegments;
  if (!takes_all_)
    return false;
  uint64_t address = address_ + begin;
  out_.advance(
      write_segment_header(out_.reserve(kMaxSegmentHeader), address, section_end_ - address));
  return true;
}

void DataSegmentWriter::close_segment(uint64_t end) {
  uint64_t size = end - segment_;
  uint64_t address = address_ + segment_;
  const uint8_t *bytes = window_.get() + segment_;
  num_segments_++;
  is_open_ = false;
  if (size + kMaxSegmentHeader > OutputStream::kMostReserved) {
    out_.advance(write_segment_header(out_.reserve(kMaxSegmentHeader), address, size));
    out_.write({bytes, size});
    return;
  }
  uint8_t *at = out_.reserve(size + kMaxSegmentHeader);
  at = write_segment_header(at, address, size);
  std::memcpy(at, bytes, size);
  out_.advance(at + size);
}

void DataSegmentWriter::pass_through() {
  uint64_t end = std::min(used_, section_end_ - address_); // end_section() looks a little further
  out_.write({window_.get() + segment_, end - segment_});
  segment_ = scanned_ = used_;
}

void DataSegmentWriter::feed(llvm::ArrayRef<uint8_t> bytes) {
  while (!bytes.empty()) {
    uint64_t size = std::min<uint64_t>(bytes.size(), kWindowSize / 2);
    std::memcpy(reserve(size), bytes.data(), size);
    advance(size);
    bytes = bytes.drop_front(size);
  }
}

void DataSegmentWriter::feed_zeros(uint64_t count) {
  while (count) {
    uint64_t size = std::min(count, kWindowSize / 2);
    std::memset(reserve(size), 0, size);
    advance(size);
    count -= size;
    if (count > kWindowSize)
      count -= skip_zeros(count);
  }
}

// Of the next `count` bytes, which are zeros like those before them, how many have been passed over
// without being looked at.
uint64_t DataSegmentWriter::skip_zeros(uint64_t count) {
  make_room(0);
  if (is_open_)
    return 0;
  // What is left in the window is less than a block, and zeros.
  address_ += count;
  zeros_ += count;
  return count;
}

void DataSegmentWriter::feed_word(uint32_t word, uint64_t stride) {
  uint8_t *at = reserve(stride);
  std::memset(at, 0, stride);
  std::memcpy(at, &word, sizeof word);
  advance(stride);
}

// What has been fed ends with a gap: writes all of it and leaves the window empty. False if what is
// left of the section is one segment.
bool DataSegmentWriter::pass_over_gap() {
  scan();
  if (takes_all_)
    return false;
  // What is left is less than a block.
  for (; scanned_ < used_; scanned_++) {
    if (window_[scanned_] == 0) {
      zeros_++;
      continue;
    }
    if (is_open_ && zeros_ >= kMinGap)
      close_segment(scanned_ - zeros_);
    if (!is_open_ && open_segment(scanned_)) {
      pass_through();
      return false;
    }
    zeros_ = 0;
  }
  if (is_open_)
    close_segment(scanned_ - zeros_);
  address_ += used_;
  used_ = scanned_ = 0;
  return true;
}

// Between two gaps and with an empty window. False, and nothing is written, if this must be the
// section's last segment.
bool DataSegmentWriter::write_word(uint32_t word, uint64_t stride) {
  if (word) {
    if (num_segments_ + sections_left_.size() == kMaxSegments)
      return false;
    uint32_t skipped = std::countr_zero(word) / 8;
    uint32_t size = sizeof word - skipped - std::countl_zero(word) / 8;
    word >>= 8 * skipped;
    uint8_t *at = out_.reserve(kMaxSegmentHeader + sizeof word);
    at = write_segment_header(at, address_ + skipped, size);
    std::memcpy(at, &word, sizeof word);
    out_.advance(at + size);
    num_segments_++;
  }
  address_ += stride;
  return true;
}

void DataSegmentWriter::end_section() {
  if (!takes_all_) {
    // Zeros behind the end change nothing: no segment ends with one.
    std::memset(window_.get() + used_, 0, kBlock);
    used_ += kBlock;
    scan();
    if (is_open_ && !takes_all_)
      close_segment(scanned_ - zeros_);
  } else {
    pass_through();
  }
  num_segments_ += takes_all_;
  is_open_ = takes_all_ = false;
  used_ = scanned_ = zeros_ = 0;
  sections_left_ = sections_left_.drop_front();
}

} // namespace wald::wasm

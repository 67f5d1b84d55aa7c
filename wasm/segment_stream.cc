#include "wasm/segment_stream.h"

#include "wasm/segment_entry.h"

namespace wald::wasm {

constexpr uint64_t kBlock = SegmentScanner::kBlock;
constexpr uint64_t kWindowSize = 128 << 10;

// The window has room for a segment as long as the longest section. Only what is used of it costs
// memory.
SegmentStream::SegmentStream(OutputStream &out, llvm::ArrayRef<uint64_t> section_lengths,
                             SegmentPolicy policy)
    : out_(out), sections_left_(section_lengths), max_segments_(policy.max_segments),
      capacity_(2 * kWindowSize), scanner_(policy.min_gap) {
  if (!section_lengths.empty())
    capacity_ += *std::max_element(section_lengths.begin(), section_lengths.end());
  memory_.reset(new uint8_t[capacity_ + kBlock]);
  window_ = memory_.get();
}

void SegmentStream::begin_section(uint64_t address) {
  address_ = address;
  section_end_ = address + sections_left_.front();
  limit_ = kWindowSize;
}

// Looks at what is in the window and drops all but the open segment. A long one stays where it is.
void SegmentStream::make_room(uint64_t size) {
  scan(used_);
  // Zeros that are a gap already are not collected.
  if (!takes_all_)
    scanner_.end_at_gap(scanned_, [&](uint64_t end) { close_segment(end); });
  uint64_t keep = scanner_.is_open() ? segment_ : scanned_;
  uint64_t kept = used_ - keep;
  if (kept <= kWindowSize / 2) {
    std::memmove(window_, window_ + keep, kept);
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

// Looks at the window up to `end`, which is what is used of it or zeros beyond.
void SegmentStream::scan(uint64_t end) {
  if (!takes_all_)
    scanned_ = scanner_.scan(
        window_, scanned_, end, [&](uint64_t begin) { open_segment(begin); },
        [&](uint64_t segment_end) { close_segment(segment_end); });
  if (takes_all_)
    pass_through();
}

void SegmentStream::open_segment(uint64_t begin) {
  if (takes_all_)
    return;
  segment_ = begin;
  takes_all_ = is_last();
  if (!takes_all_)
    return;
  uint64_t address = address_ + begin;
  out_.advance(
      write_segment_header(out_.reserve(kMaxSegmentHeader), address, section_end_ - address));
}

void SegmentStream::close_segment(uint64_t end) {
  if (takes_all_)
    return;
  num_segments_++;
  write_segment(out_, address_ + segment_, {window_ + segment_, end - segment_});
}

void SegmentStream::pass_through() {
  out_.write({window_ + segment_, used_ - segment_});
  segment_ = scanned_ = used_;
}

// What has been fed ends with a gap, or with the section: writes all of it and leaves the window
// empty.
void SegmentStream::settle() {
  std::memset(window_ + used_, 0, kBlock);
  scan(used_ + kBlock);
  if (!takes_all_)
    scanner_.end_segment(scanned_, [&](uint64_t end) { close_segment(end); });
  address_ += used_;
  used_ = scanned_ = segment_ = 0;
}

uint64_t SegmentStream::skip_zeros(uint64_t count) {
  make_room(0);
  if (scanner_.is_open())
    return 0;
  // What is left in the window is less than a block, and zeros.
  address_ += count;
  return count;
}

void SegmentStream::add_spread_words(llvm::ArrayRef<uint32_t> words, uint64_t stride) {
  size_t i = 0;
  if (stride >= sizeof(uint32_t) + scanner_.min_gap()) {
    // The zeros after the first word are the gap before the second.
    if (used_ || scanner_.is_open()) {
      DataSink::add_spread_words(words.take_front(1), stride);
      settle();
      i = 1;
    }
    while (!takes_all_ && i < words.size() && write_word(words[i], stride))
      i++;
  }
  DataSink::add_spread_words(words.drop_front(i), stride);
}

// After a gap and with an empty window, with another gap to follow. False, and nothing is written,
// if this must be the section's last segment.
bool SegmentStream::write_word(uint32_t word, uint64_t stride) {
  if (word) {
    if (is_last())
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

void SegmentStream::end_section() {
  settle();
  num_segments_ += takes_all_;
  takes_all_ = false;
  scanner_ = SegmentScanner(scanner_.min_gap());
  sections_left_ = sections_left_.drop_front();
}

} // namespace wald::wasm

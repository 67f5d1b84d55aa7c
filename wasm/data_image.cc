#include "wasm/data_image.h"

#include "wasm/segment_entry.h"
#include "wasm/segment_scanner.h"

#include <array>
#include <numeric>

namespace wald::wasm {

namespace {

std::vector<ImageSegment> cut_at_all_gaps(llvm::ArrayRef<uint8_t> bytes, uint64_t min_gap) {
  std::vector<ImageSegment> segments;
  SegmentScanner scanner(min_gap);
  auto open = [&](uint64_t begin) { segments.push_back({begin, 0}); };
  auto close = [&](uint64_t end) { segments.back().end = end; };
  uint64_t scanned = scanner.scan(bytes.data(), 0, bytes.size(), open, close);
  // The rest, filled up to a whole block.
  std::array<uint8_t, SegmentScanner::kBlock> rest{};
  std::copy(bytes.begin() + scanned, bytes.end(), rest.begin());
  scanner.scan(
      rest.data(), 0, rest.size(), [&](uint64_t begin) { open(scanned + begin); },
      [&](uint64_t end) { close(scanned + end); });
  scanner.end_segment(scanned + rest.size(), close);
  return segments;
}

} // namespace

std::vector<ImageSegment> choose_segments(llvm::ArrayRef<uint8_t> bytes,
                                          const SegmentPolicy &policy) {
  std::vector<ImageSegment> segments = cut_at_all_gaps(bytes, policy.min_gap);
  uint64_t most = std::max<uint64_t>(policy.max_segments, 1);
  if (segments.size() <= most)
    return segments;
  // Gap i lies before segment i + 1.
  std::vector<uint32_t> gaps(segments.size() - 1);
  std::iota(gaps.begin(), gaps.end(), 0);
  auto size = [&](uint32_t i) { return segments[i + 1].begin - segments[i].end; };
  auto is_better = [&](uint32_t a, uint32_t b) {
    return size(a) != size(b) ? size(a) > size(b) : a < b;
  };
  std::nth_element(gaps.begin(), gaps.begin() + (most - 1), gaps.end(), is_better);
  gaps.resize(most - 1);
  std::sort(gaps.begin(), gaps.end());
  std::vector<ImageSegment> chosen;
  uint64_t begin = segments.front().begin;
  for (uint32_t i : gaps) {
    chosen.push_back({begin, segments[i].end});
    begin = segments[i + 1].begin;
  }
  chosen.push_back({begin, segments.back().end});
  return chosen;
}

DataImage::DataImage(uint64_t begin, uint64_t end) : begin_(begin), memory_(end - begin) {}

void DataImage::begin_section(uint64_t address) {
  address_ = address;
  window_ = memory_.data() + (address - begin_);
  used_ = 0;
  limit_ = begin_ + memory_.size() - address;
}

void DataImage::make_room(uint64_t) {
  llvm::report_fatal_error("more data than there was said to be");
}

uint64_t DataImage::skip_zeros(uint64_t count) {
  if (used_ + count > limit_)
    make_room(count);
  used_ += count;
  return count;
}

void DataImage::write(OutputStream &out, const SegmentPolicy &policy) const {
  llvm::ArrayRef<uint8_t> bytes(memory_.data(), memory_.size());
  std::vector<ImageSegment> segments = choose_segments(bytes, policy);
  out.write_uleb(segments.size());
  for (auto [begin, end] : segments)
    write_segment(out, begin_ + begin, bytes.slice(begin, end - begin));
}

} // namespace wald::wasm

// Memory as a whole, and the choice of segments that sees all gaps, against one that tries every
// choice or does it byte by byte.
#include "wasm/data_image.h"

#include "segment_bytes.h"

#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

using test::ByteVector;
using test::random_bytes;
using test::Segment;

constexpr SegmentPolicy policy_of(uint64_t gap, uint64_t limit) {
  return {.min_gap = gap, .max_segments = limit, .choice = SegmentPolicy::Choice::kLargestGaps};
}

struct Gap {
  uint64_t begin, end;
};

std::vector<Gap> gaps_between(const ByteVector &bytes, uint64_t min_gap) {
  std::vector<Gap> gaps;
  uint64_t first = 0, last = bytes.size();
  while (first < last && bytes[first] == 0)
    first++;
  while (last > first && bytes[last - 1] == 0)
    last--;
  for (uint64_t i = first; i < last; i++) {
    if (bytes[i] != 0)
      continue;
    uint64_t end = i;
    while (bytes[end] == 0)
      end++;
    if (end - i >= min_gap)
      gaps.push_back({i, end});
    i = end;
  }
  return gaps;
}

// One gap after the other is taken out of the list, the smallest and last one first.
std::vector<ImageSegment> choose_slowly(const ByteVector &bytes, const SegmentPolicy &policy) {
  std::vector<Gap> gaps = gaps_between(bytes, policy.min_gap);
  while (gaps.size() + 1 > policy.max_segments) {
    size_t worst = 0;
    for (size_t i = 0; i < gaps.size(); i++)
      if (gaps[i].end - gaps[i].begin <= gaps[worst].end - gaps[worst].begin)
        worst = i;
    gaps.erase(gaps.begin() + worst);
  }
  std::vector<ImageSegment> segments;
  uint64_t first = 0, last = bytes.size();
  while (first < last && bytes[first] == 0)
    first++;
  while (last > first && bytes[last - 1] == 0)
    last--;
  if (first == last)
    return {};
  for (Gap gap : gaps) {
    segments.push_back({first, gap.begin});
    first = gap.end;
  }
  segments.push_back({first, last});
  return segments;
}

uint64_t size_of(const std::vector<ImageSegment> &segments) {
  uint64_t size = 0;
  for (auto [begin, end] : segments)
    size += end - begin;
  return size;
}

// The fewest bytes that any choice of gaps writes.
uint64_t smallest_size(const ByteVector &bytes, const SegmentPolicy &policy) {
  std::vector<Gap> gaps = gaps_between(bytes, policy.min_gap);
  uint64_t all = size_of(choose_slowly(bytes, policy_of(policy.min_gap, 1))), best = all;
  for (uint32_t choice = 0; choice < 1u << gaps.size(); choice++) {
    if (unsigned(std::popcount(choice)) + 1 > policy.max_segments)
      continue;
    uint64_t size = all;
    for (size_t i = 0; i < gaps.size(); i++)
      size -= choice >> i & 1 ? gaps[i].end - gaps[i].begin : 0;
    best = std::min(best, size);
  }
  return best;
}

TEST(ChooseSegments, LeavesOutTheLargestGapsOfRandomImages) {
  for (uint64_t gap : {1, 2, 5, 8, 9, 40, 64, 70})
    for (uint64_t limit : {1, 2, 3, 7, 30, 100'000})
      for (uint32_t zero_run : {2, 12, 80})
        for (size_t size : {0, 1, 63, 64, 65, 200, 3000}) {
          ByteVector bytes = random_bytes(size, gap * size + limit, zero_run);
          SegmentPolicy policy = policy_of(gap, limit);
          ASSERT_EQ(choose_segments(bytes, policy), choose_slowly(bytes, policy))
              << "gap " << gap << ", limit " << limit << ", zero runs below " << zero_run << ", "
              << size << " bytes";
        }
}

TEST(ChooseSegments, NoChoiceWritesLess) {
  for (uint32_t seed = 0; seed < 50; seed++)
    for (uint64_t limit : {1, 2, 3, 5, 8}) {
      ByteVector bytes = random_bytes(90, seed, 14);
      SegmentPolicy policy = policy_of(3, limit);
      std::vector<ImageSegment> segments = choose_segments(bytes, policy);
      ASSERT_LE(segments.size(), limit);
      ASSERT_EQ(size_of(segments), smallest_size(bytes, policy)) << "seed " << seed;
    }
}

// The example in the head of data_image.h.
TEST(ChooseSegments, KeepsTheFiveAndTheThree) {
  ByteVector bytes = {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1};
  EXPECT_EQ(choose_segments(bytes, policy_of(2, 3)),
            (std::vector<ImageSegment>{{0, 5}, {10, 11}, {14, 18}}));
}

TEST(DataImage, HoldsWhatIsFedInAnyOrderAndPieces) {
  DataImage image(0x1000, 0x400000);
  ByteVector expected(image.bytes().size());
  auto expect = [&](uint64_t address, const ByteVector &bytes) {
    std::copy(bytes.begin(), bytes.end(), expected.begin() + (address - 0x1000));
  };
  image.begin_section(0x200000);
  ByteVector large = random_bytes(300'000, 7, 30);
  image.feed(large);
  image.feed_zeros(1'000'000);
  EXPECT_EQ(image.next_address(), 0x200000u + 1'300'000);
  image.feed(ByteVector{1, 2, 3});
  image.end_section();
  expect(0x200000, large);
  expect(0x200000 + 1'300'000, {1, 2, 3});

  image.begin_section(0x1000);
  image.feed_changed(ByteVector{5, 6}, 4,
                     [](llvm::MutableArrayRef<uint8_t> bytes) { bytes[3] = 9; });
  image.feed_spread_words(3, 6, [](uint64_t i) { return uint32_t(0x01020304 + i); });
  image.end_section();
  expect(0x1000, {5, 6, 0, 9, 4, 3, 2, 1, 0, 0, 5, 3, 2, 1, 0, 0, 6, 3, 2, 1, 0, 0});
  EXPECT_TRUE(image.bytes() == llvm::ArrayRef(expected));
}

TEST(DataImage, WritesItsSegments) {
  DataImage image(0x10000, 0x20000);
  for (uint64_t address : {0x10010, 0x10020, 0x1ffff}) {
    image.begin_section(address);
    image.feed(ByteVector{7});
    image.end_section();
  }
  auto segments = [&](const SegmentPolicy &policy) {
    ByteVector written = test::written_by([&](OutputStream &out) { image.write(out, policy); });
    std::vector<Segment> read = test::read_segments(llvm::ArrayRef(written).drop_front());
    EXPECT_EQ(written.front(), read.size());
    return read;
  };
  EXPECT_EQ(segments(policy_of(8, 100)),
            (std::vector<Segment>{{0x10010, {7}}, {0x10020, {7}}, {0x1ffff, {7}}}));
  ByteVector two(17);
  two.front() = two.back() = 7;
  EXPECT_EQ(segments(policy_of(8, 2)), (std::vector<Segment>{{0x10010, two}, {0x1ffff, {7}}}));
}

} // namespace
} // namespace wald::wasm

// Contents of memory as segments while they come, against the rule written down byte by byte.
#include "wasm/segment_stream.h"

#include "segment_bytes.h"

#include "gtest/gtest.h"

#include <cstring>
#include <utility>

namespace wald::wasm {
namespace {

using test::ByteVector;
using test::random_bytes;
using test::Segment;

constexpr SegmentPolicy kReference;

struct SectionContents {
  uint64_t address;
  ByteVector bytes;
};

// The rule as the specification of the reference's output has it, byte by byte.
std::vector<Segment> cut_by_the_rule(const std::vector<SectionContents> &sections,
                                     const SegmentPolicy &policy = kReference) {
  std::vector<Segment> segments;
  for (size_t k = 0; k < sections.size(); k++) {
    const auto &[address, bytes] = sections[k];
    auto skip = [&](size_t at, bool zeros) {
      while (at < bytes.size() && (bytes[at] == 0) == zeros)
        at++;
      return at;
    };
    for (size_t begin = skip(0, true); begin < bytes.size();) {
      size_t end = begin, next = begin;
      if (segments.size() + (sections.size() - k) >= policy.max_segments)
        end = next = bytes.size();
      while (next < bytes.size() && next - end < policy.min_gap) {
        end = skip(next, false);
        next = skip(end, true);
      }
      segments.push_back({address + begin, ByteVector(&bytes[begin], bytes.data() + end)});
      begin = next;
    }
  }
  return segments;
}

size_t count_zeros(const ByteVector &bytes, size_t from) {
  size_t to = from;
  while (to < bytes.size() && bytes[to] == 0)
    to++;
  return to - from;
}

// Feeds the contents of each section by feed(stream, bytes) and reads back what was written.
template <typename Fn>
std::vector<Segment> cut_by(const std::vector<SectionContents> &sections,
                            const SegmentPolicy &policy, Fn feed) {
  uint64_t count = 0;
  ByteVector written = test::written_by([&](OutputStream &out) {
    std::vector<uint64_t> lengths;
    for (const SectionContents &section : sections)
      lengths.push_back(section.bytes.size());
    SegmentStream stream(out, lengths, policy);
    for (const SectionContents &section : sections) {
      stream.begin_section(section.address);
      feed(stream, section.bytes);
      EXPECT_EQ(stream.next_address(), section.address + section.bytes.size());
      stream.end_section();
    }
    count = stream.num_segments();
  });
  std::vector<Segment> segments = test::read_segments(written);
  EXPECT_EQ(segments.size(), count);
  return segments;
}

// In pieces of `piece` bytes, long zeros by their number.
constexpr size_t kZerosByCount = 10'000;
std::vector<Segment> cut(const std::vector<SectionContents> &sections, size_t piece,
                         const SegmentPolicy &policy = kReference) {
  return cut_by(sections, policy, [&](DataSink &writer, const ByteVector &bytes) {
    for (size_t at = 0, size = 0; at < bytes.size(); at += size) {
      size_t zeros = count_zeros(bytes, at);
      size = std::min(piece, bytes.size() - at);
      if (zeros >= kZerosByCount) {
        size = zeros;
        writer.feed_zeros(size);
        continue;
      }
      std::memcpy(writer.reserve(size), bytes.data() + at, size);
      writer.advance(size);
    }
  });
}

TEST(SegmentStream, FollowsTheRuleWhateverThePieces) {
  for (uint32_t zero_run : {3, 9, 12, 20, 400})
    for (size_t size : {0, 1, 7, 8, 9, 63, 64, 65, 1000, 5000}) {
      std::vector<SectionContents> sections = {{0x1000, random_bytes(size, size + 1, zero_run)},
                                               {0x100000, random_bytes(size, size + 2, zero_run)}};
      std::vector<Segment> expected = cut_by_the_rule(sections);
      for (size_t piece : {1, 5, 8, 13, 4096})
        ASSERT_EQ(cut(sections, piece), expected)
            << size << " bytes, zero runs below " << zero_run << ", pieces of " << piece;
    }
}

TEST(SegmentStream, FollowsOtherPolicies) {
  for (uint64_t gap : {1, 2, 3, 7, 9, 16, 31, 33, 63, 64, 65, 200})
    for (uint64_t limit : {1, 2, 3, 5, 100})
      for (uint32_t zero_run : {3, 20, 90, 400}) {
        SegmentPolicy policy = {.min_gap = gap, .max_segments = limit};
        std::vector<SectionContents> sections = {
            {0x1000, random_bytes(3000, gap + limit, zero_run)},
            {0x10000, {}},
            {0x100000, random_bytes(777, gap - limit, zero_run)}};
        ASSERT_EQ(cut(sections, 61, policy), cut_by_the_rule(sections, policy))
            << "gap " << gap << ", limit " << limit << ", zero runs below " << zero_run;
      }
}

TEST(SegmentStream, KeepsSegmentsLargerThanTheWindow) {
  std::vector<SectionContents> sections = {{64, ByteVector(1'000'000, 7)}};
  EXPECT_EQ(cut(sections, 50'000), cut_by_the_rule(sections));
}

TEST(SegmentStream, PassesOverLongZeros) {
  for (size_t zeros : {10'000, 131'071, 131'072, 200'003, 1'000'001, 1'000'008})
    for (size_t lead : {0, 1, 5, 8, 13}) {
      ByteVector bytes(lead, 3);
      bytes.insert(bytes.end(), zeros, 0);
      bytes.insert(bytes.end(), {4, 0, 0, 5});
      bytes.insert(bytes.end(), zeros, 0);
      std::vector<SectionContents> sections = {{64, bytes}, {8'000'000, bytes}};
      std::vector<Segment> expected;
      for (uint64_t address : {64, 8'000'000}) {
        if (lead)
          expected.push_back({address, ByteVector(lead, 3)});
        expected.push_back({address + lead + zeros, {4, 0, 0, 5}});
      }
      ASSERT_EQ(cut(sections, 4096), expected) << lead << " bytes, then " << zeros << " zeros";
    }
}

TEST(SegmentStream, StopsCuttingBeforeTheLimit) {
  // Each 9 bytes make a segment, up to the limit; then the rest of the section is one, with its
  // zeros.
  constexpr SegmentPolicy kPolicy = {.max_segments = 1000};
  ByteVector bytes;
  for (unsigned i = 0; i < kPolicy.max_segments + 50; i++) {
    bytes.push_back(1);
    bytes.insert(bytes.end(), 8, 0);
  }
  std::vector<SectionContents> sections = {
      {4096, bytes}, {8'000'000, {0, 0, 5, 0}}, {9'000'000, {}}};
  std::vector<Segment> segments = cut(sections, 4096, kPolicy);
  EXPECT_EQ(segments.size(), kPolicy.max_segments - 1);
  EXPECT_EQ(segments[segments.size() - 2].bytes.back(), 0);
  EXPECT_EQ(segments, cut_by_the_rule(sections, kPolicy));
}

// Words with zeros after each, as one section has them among other contents.
struct SpreadWords {
  ByteVector front, back;
  std::vector<uint32_t> words;
  size_t stride;

  ByteVector bytes() const {
    ByteVector bytes = front;
    for (uint32_t word : words) {
      size_t at = bytes.size();
      bytes.resize(at + stride);
      std::memcpy(&bytes[at], &word, sizeof word);
    }
    bytes.insert(bytes.end(), back.begin(), back.end());
    return bytes;
  }
};

// `sections`, the first of which is made of `spread`.
std::vector<Segment> cut(const SpreadWords &spread, const std::vector<SectionContents> &sections,
                         const SegmentPolicy &policy = kReference) {
  bool is_first = true;
  return cut_by(sections, policy, [&](DataSink &writer, const ByteVector &bytes) {
    if (!std::exchange(is_first, false))
      return writer.feed(bytes);
    writer.feed(spread.front);
    writer.feed_spread_words(spread.words.size(), spread.stride,
                             [&](uint64_t i) { return spread.words[i]; });
    writer.feed(spread.back);
  });
}

TEST(SegmentStream, CutsSpreadWordsAsTheirBytes) {
  const std::vector<uint32_t> words = {0,       1,          0x100,      0x10000,    0x1000000,
                                       0,       0x01000001, 0xff00ff00, UINT32_MAX, 0x00010100,
                                       0x10002, 0,          0};
  for (size_t front : {0, 1, 60, 64, 67, 200, 70'000})
    for (uint32_t zero_run : {1, 12, 80})
      for (size_t back : {0, 1, 70})
        for (size_t stride : {12, 20, 64})
          for (size_t count : {0, 1, 2, 13}) {
            SpreadWords spread = {random_bytes(front, front + count, zero_run),
                                  random_bytes(back, back + count, zero_run),
                                  {words.begin(), words.begin() + count},
                                  stride};
            std::vector<SectionContents> sections = {{0x1000, spread.bytes()}};
            for (uint64_t gap : {4, 8, 9, 40}) {
              if (front > 1000 && gap != 8)
                continue; // slow
              SegmentPolicy policy = {.min_gap = gap};
              ASSERT_EQ(cut(spread, sections, policy), cut_by_the_rule(sections, policy))
                  << "gap " << gap << ", " << front << " bytes, " << count << " words, " << back
                  << " bytes, stride " << stride << ", zero runs below " << zero_run;
            }
          }
}

// The limit is met at words, at the first of them, before them and after them.
TEST(SegmentStream, StopsAtSpreadWordsBeforeTheLimit) {
  constexpr SegmentPolicy kPolicy = {.max_segments = 3000};
  for (unsigned num_in_front : {1, 10, 2990, 2996, 2997, 2998, 2999, 3005})
    for (unsigned num_sections : {1, 3}) {
      unsigned num_words = num_in_front == 10 ? 3000 - 10 - num_sections : 20;
      SpreadWords spread = {{}, {4, 5}, std::vector<uint32_t>(num_words), 12};
      for (unsigned i = 0; i < num_in_front; i++) {
        spread.front.push_back(1);
        spread.front.insert(spread.front.end(), 8, 0);
      }
      for (unsigned i = 0; i < num_words; i++)
        spread.words[i] = i % 3 ? i << 8 | 0x80 : 7;
      std::vector<SectionContents> sections = {{4096, spread.bytes()}};
      for (unsigned i = 1; i < num_sections; i++)
        sections.push_back({8'000'000 * i, {0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}});
      ASSERT_EQ(cut(spread, sections, kPolicy), cut_by_the_rule(sections, kPolicy))
          << num_in_front << " segments in front, " << num_sections << " sections";
    }
}

} // namespace
} // namespace wald::wasm

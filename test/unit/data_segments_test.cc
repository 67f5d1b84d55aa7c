#include "wasm/data_segments.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <cstring>
#include <utility>

namespace wald::wasm {
namespace {

using ByteVector = std::vector<uint8_t>;

struct Segment {
  uint64_t address;
  ByteVector bytes;
  bool operator==(const Segment &) const = default;
};

struct SectionContents {
  uint64_t address;
  ByteVector bytes;
};

// The rule as the specification of the reference's output has it, byte by byte.
std::vector<Segment> cut_by_the_rule(const std::vector<SectionContents> &sections, size_t limit) {
  std::vector<Segment> segments;
  for (size_t k = 0; k < sections.size(); k++) {
    uint64_t address = sections[k].address;
    ByteVector rest = sections[k].bytes;
    while (!rest.empty() && rest.front() == 0) {
      rest.erase(rest.begin());
      address++;
    }
    while (!rest.empty()) {
      if (segments.size() + (sections.size() - k) == limit) {
        segments.push_back({address, rest});
        break;
      }
      size_t end = 0, behind_zeros = 0;
      for (;;) {
        end = behind_zeros;
        while (end < rest.size() && rest[end])
          end++;
        behind_zeros = end;
        while (behind_zeros < rest.size() && rest[behind_zeros] == 0)
          behind_zeros++;
        if (behind_zeros - end >= 8 || behind_zeros == rest.size())
          break;
      }
      segments.push_back({address, ByteVector(rest.begin(), rest.begin() + end)});
      rest.erase(rest.begin(), rest.begin() + behind_zeros);
      address += behind_zeros;
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

// Feeds the contents of each section by feed(writer, bytes) and reads back what was written.
template <typename Fn>
std::vector<Segment> cut_by(const std::vector<SectionContents> &sections, Fn feed) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("segments", "bin", path));
  unsigned count = 0;
  {
    llvm::Expected<OutputFile> file = OutputFile::create(path);
    EXPECT_TRUE(bool(file));
    {
      OutputStream out(*file, 0);
      std::vector<uint64_t> lengths;
      for (const SectionContents &section : sections)
        lengths.push_back(section.bytes.size());
      DataSegmentWriter writer(out, lengths);
      for (const SectionContents &section : sections) {
        writer.begin_section(section.address);
        feed(writer, section.bytes);
        EXPECT_EQ(writer.next_address(), section.address + section.bytes.size());
        writer.end_section();
      }
      count = writer.num_segments();
    }
    EXPECT_FALSE(bool(file->commit()));
  }
  auto buffer = llvm::MemoryBuffer::getFile(path, false, false);
  llvm::sys::fs::remove(path);
  std::vector<Segment> segments;
  auto *at = reinterpret_cast<const uint8_t *>((*buffer)->getBufferStart());
  auto *end = reinterpret_cast<const uint8_t *>((*buffer)->getBufferEnd());
  while (at < end) {
    EXPECT_EQ(at[0], 0x00);
    EXPECT_EQ(at[1], 0x41);
    at += 2;
    unsigned size;
    uint64_t address = llvm::decodeSLEB128(at, &size);
    at += size;
    EXPECT_EQ(*at++, 0x0b);
    uint64_t length = llvm::decodeULEB128(at, &size);
    at += size;
    segments.push_back({address, ByteVector(at, at + length)});
    at += length;
  }
  EXPECT_EQ(segments.size(), count);
  return segments;
}

// In pieces of `piece` bytes, long zeros by their number.
constexpr size_t kZerosByCount = 10'000;
std::vector<Segment> cut(const std::vector<SectionContents> &sections, size_t piece) {
  return cut_by(sections, [&](DataSegmentWriter &writer, const ByteVector &bytes) {
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

ByteVector random_bytes(size_t size, uint32_t seed, uint32_t zero_run) {
  ByteVector bytes;
  uint32_t x = seed;
  while (bytes.size() < size) {
    x = x * 1664525 + 1013904223;
    bytes.insert(bytes.end(), (x >> 16) % zero_run, 0);
    bytes.insert(bytes.end(), (x >> 24) % 5 + 1, uint8_t(x >> 8) | 1);
  }
  bytes.resize(size);
  return bytes;
}

TEST(DataSegments, FollowTheRuleWhateverThePieces) {
  for (uint32_t zero_run : {3, 9, 12, 20, 400})
    for (size_t size : {0, 1, 7, 8, 9, 63, 64, 65, 1000, 5000}) {
      std::vector<SectionContents> sections = {{0x1000, random_bytes(size, size + 1, zero_run)},
                                               {0x100000, random_bytes(size, size + 2, zero_run)}};
      std::vector<Segment> expected = cut_by_the_rule(sections, DataSegmentWriter::kMaxSegments);
      for (size_t piece : {1, 5, 8, 13, 4096})
        ASSERT_EQ(cut(sections, piece), expected)
            << size << " bytes, zero runs below " << zero_run << ", pieces of " << piece;
    }
}

TEST(DataSegments, KeepSegmentsLargerThanTheWindow) {
  std::vector<SectionContents> sections = {{64, ByteVector(1'000'000, 7)}};
  EXPECT_EQ(cut(sections, 50'000), cut_by_the_rule(sections, DataSegmentWriter::kMaxSegments));
}

TEST(DataSegments, PassOverLongZeros) {
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

TEST(DataSegments, StopCuttingBeforeTheLimit) {
  // Each 9 bytes make a segment, up to the limit; then the rest of the section is one, with its
  // zeros.
  ByteVector bytes;
  for (unsigned i = 0; i < DataSegmentWriter::kMaxSegments + 50; i++) {
    bytes.push_back(1);
    bytes.insert(bytes.end(), 8, 0);
  }
  std::vector<SectionContents> sections = {
      {4096, bytes}, {8'000'000, {0, 0, 5, 0}}, {9'000'000, {}}};
  std::vector<Segment> segments = cut(sections, 4096);
  EXPECT_EQ(segments.size(), DataSegmentWriter::kMaxSegments - 1);
  EXPECT_EQ(segments[segments.size() - 2].bytes.back(), 0);
  EXPECT_EQ(segments, cut_by_the_rule(sections, DataSegmentWriter::kMaxSegments));
}

// Words with zeros behind each, as one section has them among other contents.
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
std::vector<Segment> cut(const SpreadWords &spread, const std::vector<SectionContents> &sections) {
  bool is_first = true;
  return cut_by(sections, [&](DataSegmentWriter &writer, const ByteVector &bytes) {
    if (!std::exchange(is_first, false))
      return writer.feed(bytes);
    writer.feed(spread.front);
    writer.feed_spread_words(spread.words.size(), spread.stride,
                             [&](uint64_t i) { return spread.words[i]; });
    writer.feed(spread.back);
  });
}

TEST(DataSegments, SpreadWordsAreCutAsTheirBytes) {
  const std::vector<uint32_t> words = {0,       1,          0x100,      0x10000,    0x1000000,
                                       0,       0x01000001, 0xff00ff00, UINT32_MAX, 0x00010100,
                                       0x10002, 0,          0};
  for (size_t front : {0, 1, 60, 64, 67, 200, 140'000})
    for (uint32_t zero_run : {1, 12, 80})
      for (size_t back : {0, 1, 70})
        for (size_t stride : {12, 20, 64})
          for (size_t count : {0, 1, 2, 13}) {
            SpreadWords spread = {random_bytes(front, front + count, zero_run),
                                  random_bytes(back, back + count, zero_run),
                                  {words.begin(), words.begin() + count},
                                  stride};
            std::vector<SectionContents> sections = {{0x1000, spread.bytes()}};
            ASSERT_EQ(cut(spread, sections), cut(sections, 4096))
                << front << " bytes, " << count << " words, " << back << " bytes, stride " << stride
                << ", zero runs below " << zero_run;
          }
}

// The limit is met at words, at the first of them, in front of them and behind them.
TEST(DataSegments, SpreadWordsStopBeforeTheLimit) {
  for (unsigned num_in_front : {1, 10, 99'990, 99'996, 99'997, 99'998, 99'999, 100'005})
    for (unsigned num_sections : {1, 3}) {
      unsigned num_words = num_in_front == 10 ? 100'000 - 10 - num_sections : 20;
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
      ASSERT_EQ(cut(spread, sections), cut(sections, 4096))
          << num_in_front << " segments in front, " << num_sections << " sections";
    }
}

} // namespace
} // namespace wald::wasm

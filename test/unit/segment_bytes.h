// Data segments in tests: random contents of memory, and segments read back from their bytes.
#pragma once

#include "objfile/system/output_file.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <vector>

namespace wald::test {

using ByteVector = std::vector<uint8_t>;

struct Segment {
  uint64_t address;
  ByteVector bytes;
  bool operator==(const Segment &) const = default;
};

// Runs of up to `zero_run` - 1 zeros between a few bytes that are none.
inline ByteVector random_bytes(size_t size, uint32_t seed, uint32_t zero_run) {
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

// What write(OutputStream &) writes.
template <typename Fn> ByteVector written_by(Fn write) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("written", "bin", path));
  llvm::Expected<wasm::OutputFile> file = wasm::OutputFile::create(path);
  EXPECT_TRUE(bool(file));
  {
    wasm::OutputStream out(*file, 0);
    write(out);
  }
  ByteVector bytes;
  EXPECT_FALSE(bool(file->read_back([&](llvm::ArrayRef<uint8_t> all) { bytes = all.vec(); })));
  llvm::sys::fs::remove(path);
  return bytes;
}

// The segments that follow one another in `bytes`, all active, in memory 0 and at constant
// addresses.
inline std::vector<Segment> read_segments(llvm::ArrayRef<uint8_t> bytes) {
  std::vector<Segment> segments;
  const uint8_t *at = bytes.begin();
  while (at < bytes.end()) {
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
  return segments;
}

} // namespace wald::test

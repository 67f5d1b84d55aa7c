// Where the contents of memory go, section by section and each from front to back. Who has contents
// asks for room, fills it in place and says how much was used; nothing is built elsewhere to be
// copied.
//
//     sink.begin_section(0x4000);
//     std::memcpy(sink.reserve(6), "abcdef", 6);
//     sink.advance(6);
//     sink.feed_zeros(10);
//     sink.end_section();
//
// What becomes of the bytes is an implementation's matter: SegmentStream cuts them into segments
// and writes these while more bytes come, DataImage keeps all of them. Room is given out inline,
// out of a window; an implementation is called only when the window is full.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace wald::wasm {

class DataSink {
public:
  DataSink() = default;
  DataSink(const DataSink &) = delete;
  DataSink &operator=(const DataSink &) = delete;
  virtual ~DataSink() = default;

  // What is fed until end_section() lies from `address` on.
  virtual void begin_section(uint64_t address) = 0;
  virtual void end_section() = 0;

  // Room for the next `size` bytes of the section.
  uint8_t *reserve(uint64_t size) {
    if (used_ + size > limit_)
      make_room(size);
    return window_ + used_;
  }
  void advance(uint64_t size) { used_ += size; }

  void feed(llvm::ArrayRef<uint8_t> bytes);
  void feed_zeros(uint64_t count);
  // `size` bytes: `bytes`, which change(MutableArrayRef<uint8_t>) may change before they are looked
  // at, and zeros. It sees the zeros, too, unless they are many, which then take no memory.
  template <typename Fn> void feed_changed(llvm::ArrayRef<uint8_t> bytes, uint64_t size, Fn change);
  // `count` words of four bytes, word(i), each with zeros after it, which make it `stride` bytes.
  template <typename Fn> void feed_spread_words(uint64_t count, uint64_t stride, Fn word);

  // The address of the next byte.
  uint64_t next_address() const { return address_ + used_; }

protected:
  // Makes limit_ at least used_ + size.
  virtual void make_room(uint64_t size) = 0;
  // Of the next `count` bytes, which are zeros like those before them, how many need not be fed;
  // next_address() is then after these.
  virtual uint64_t skip_zeros(uint64_t) { return 0; }
  // For an implementation that has a quicker way with words between zeros.
  virtual void add_spread_words(llvm::ArrayRef<uint32_t> words, uint64_t stride);

  uint8_t *window_ = nullptr;
  uint64_t used_ = 0;    // bytes of the window
  uint64_t limit_ = 0;   // how many may be used
  uint64_t address_ = 0; // of the window's first byte
};

template <typename Fn>
void DataSink::feed_changed(llvm::ArrayRef<uint8_t> bytes, uint64_t size, Fn change) {
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

template <typename Fn> void DataSink::feed_spread_words(uint64_t count, uint64_t stride, Fn word) {
  uint32_t batch[1024];
  for (uint64_t done = 0; done < count;) {
    uint64_t size = std::min<uint64_t>(std::size(batch), count - done);
    for (uint64_t i = 0; i < size; i++)
      batch[i] = word(done + i);
    add_spread_words({batch, size}, stride);
    done += size;
  }
}

} // namespace wald::wasm

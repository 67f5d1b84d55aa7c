#include "wasm/data_sink.h"

namespace wald::wasm {

constexpr uint64_t kPiece = 64 << 10;

void DataSink::feed(llvm::ArrayRef<uint8_t> bytes) {
  while (!bytes.empty()) {
    uint64_t size = std::min<uint64_t>(bytes.size(), kPiece);
    std::memcpy(reserve(size), bytes.data(), size);
    advance(size);
    bytes = bytes.drop_front(size);
  }
}

void DataSink::feed_zeros(uint64_t count) {
  while (count) {
    uint64_t size = std::min(count, kPiece);
    std::memset(reserve(size), 0, size);
    advance(size);
    count -= size;
    if (count > 2 * kPiece)
      count -= skip_zeros(count);
  }
}

void DataSink::add_spread_words(llvm::ArrayRef<uint32_t> words, uint64_t stride) {
  for (uint32_t word : words) {
    uint8_t *at = reserve(stride);
    std::memset(at, 0, stride);
    std::memcpy(at, &word, sizeof word);
    advance(stride);
  }
}

} // namespace wald::wasm

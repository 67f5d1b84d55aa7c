#include "linker/core/go_sort.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Endian.h"

#include <algorithm>

namespace wald {

namespace {

// The first eight bytes as a number of the same order.
uint64_t prefix_of(llvm::StringRef text) {
  uint8_t bytes[8] = {};
  std::copy_n(text.bytes_begin(), std::min<size_t>(text.size(), 8), bytes);
  return llvm::support::endian::read64be(bytes);
}

} // namespace

std::vector<uint32_t> rank_strings(llvm::ArrayRef<llvm::StringRef> strings) {
  struct Key {
    uint64_t prefix;
    uint32_t position;
  };
  std::vector<Key> keys;
  keys.reserve(strings.size());
  // Each place in memory is compared once: very many types may have one very long string.
  llvm::DenseMap<std::pair<const char *, size_t>, uint32_t> first;
  first.reserve(strings.size());
  std::vector<uint32_t> same(strings.size()); // the position of the first in the same place
  for (uint32_t i = 0; i < strings.size(); i++) {
    auto [known, is_new] = first.try_emplace({strings[i].data(), strings[i].size()}, i);
    same[i] = known->second;
    if (is_new)
      keys.push_back({prefix_of(strings[i]), i});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key &a, const Key &b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : strings[a.position] < strings[b.position];
  });
  std::vector<uint32_t> ranks(strings.size());
  uint32_t rank = 0;
  for (size_t i = 0; i < keys.size(); i++) {
    rank += i > 0 && strings[keys[i].position] != strings[keys[i - 1].position];
    ranks[keys[i].position] = rank;
  }
  for (uint32_t i = 0; i < strings.size(); i++)
    ranks[i] = ranks[same[i]];
  return ranks;
}

std::vector<uint32_t> go_sort_by_rank(llvm::ArrayRef<uint32_t> ranks) {
  std::vector<uint64_t> elements; // rank, position
  elements.reserve(ranks.size());
  for (uint64_t i = 0; i < ranks.size(); i++)
    elements.push_back(uint64_t(ranks[i]) << 32 | i);
  auto less = [&](int64_t i, int64_t j) { return elements[i] >> 32 < elements[j] >> 32; };
  auto swap = [&](int64_t i, int64_t j) { std::swap(elements[i], elements[j]); };
  GoSort(less, swap).sort(elements.size());
  std::vector<uint32_t> positions(elements.begin(), elements.end());
  return positions;
}

} // namespace wald

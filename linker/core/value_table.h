// The values of symbols, by id.
#pragma once

#include "objfile/support/zeroed_array.h"

#include "llvm/ADT/DenseMap.h"

#include <cstdint>

namespace wald {

// Zero where nothing was set. Four bytes a value, for this is the largest table by id and nearly
// all values fit; others lie in a map. So only one thread at a time may set values, even of
// different symbols, and no other may read any then.
class ValueTable {
public:
  void reset(size_t size) { values_.reset(size); }
  void prefault(size_t count) { values_.prefault(count); }

  uint64_t operator[](uint32_t n) const {
    uint32_t value = values_[n];
    return value != kElsewhere ? value : large(n);
  }
  void set(uint32_t n, uint64_t value) {
    values_[n] = value < kElsewhere ? value : kElsewhere;
    if (value >= kElsewhere) [[unlikely]]
      large_[n] = value;
  }

private:
  [[gnu::cold]] [[gnu::noinline]] uint64_t large(uint32_t n) const {
    return large_.find(n)->second;
  }

  static constexpr uint32_t kElsewhere = UINT32_MAX;

  ZeroedArray<uint32_t> values_;
  llvm::DenseMap<uint32_t, uint64_t> large_;
};

} // namespace wald

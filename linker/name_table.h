// Names of symbols -> ids. One name space: on wasm both calling conventions share it.
#pragma once

#include "linker/chunked_vector.h"
#include "linker/symbol.h"

#include "llvm/Support/xxhash.h"

namespace wald {

// The names that somebody asks for: those of references, of definitions outside a package's own
// index, and of the symbols that the linker itself knows. All other names never get into a table.
//
// Open addressing over 8-byte slots that lead to entries, which lie in order of first mention.
class NameTable {
public:
  struct Entry {
    StringRef name; // in an object file or the arena
    SymId id = SymId::kNone;
  };

  // Room for `count` names in all.
  explicit NameTable(size_t count) {
    size_t capacity = 64;
    while (capacity < count * 3 / 2)
      capacity *= 2;
    slots_.reset(capacity);
    mask_ = capacity - 1;
  }

  // The number of the name's entry, which is new and without id if the name is.
  uint32_t insert(StringRef name) {
    Slot &slot = find_slot(name, llvm::xxh3_64bits(name));
    if (slot.entry == 0) {
      entries_.push_back({name, SymId::kNone});
      slot.entry = entries_.size();
      set_filter(name);
    }
    return slot.entry - 1;
  }

  Entry &entry(uint32_t number) { return entries_[number]; }

  // The entry of the name, or null.
  Entry *find(StringRef name) {
    if (!may_contain(name))
      return nullptr;
    Slot &slot = find_slot(name, llvm::xxh3_64bits(name));
    return slot.entry ? &entries_[slot.entry - 1] : nullptr;
  }

  // A quick answer to most names that are not in the table.
  bool may_contain(StringRef name) const {
    uint32_t bit = filter_bit(name);
    return filter_[bit / 64] >> (bit % 64) & 1;
  }

private:
  struct Slot {
    uint32_t tag;
    uint32_t entry; // 1-based, 0: free
  };

  Slot &find_slot(StringRef name, uint64_t hash) {
    uint32_t tag = uint32_t(hash >> 32);
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      Slot &slot = slots_[i];
      if (slot.entry == 0) {
        slot.tag = tag;
        return slot;
      }
      if (slot.tag == tag && entries_[slot.entry - 1].name == name)
        return slot;
    }
  }

  // From the end of the name, where names of one package differ, and its length.
  static constexpr unsigned kFilterBits = 19;
  static uint32_t filter_bit(StringRef name) {
    uint64_t key = 0;
    if (name.size() >= 8)
      std::memcpy(&key, name.end() - 8, 8);
    else
      std::memcpy(&key, name.data(), name.size());
    return (key ^ (name.size() * 0xff51afd7ed558ccd)) * 0x9e3779b97f4a7c15 >> (64 - kFilterBits);
  }
  void set_filter(StringRef name) {
    uint32_t bit = filter_bit(name);
    filter_[bit / 64] |= uint64_t(1) << (bit % 64);
  }

  ZeroedArray<Slot> slots_;
  size_t mask_;
  ChunkedVector<Entry> entries_;
  uint64_t filter_[(1 << kFilterBits) / 64] = {};
};

} // namespace wald

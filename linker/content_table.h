// Definitions that are the same symbol if their content is the same, by the hash that the compiler
// gave them.
//
// Most of them are never needed, so they are found when something first refers to them. Which of
// several equal definitions counts, and which number the symbol has, is settled behind reachability
// by one pass over all hashes (settle_content_symbols).
#pragma once

#include "linker/chunked_vector.h"
#include "linker/symbol.h"

#include <memory>

namespace wald {

struct ContentHash {
  uint64_t low, high;
  bool operator==(const ContentHash &) const = default;
  static ContentHash load(const uint8_t *at) {
    return {objfile::load<uint64_t>(at), objfile::load<uint64_t>(at + 8)};
  }
};

class ContentTable {
public:
  ContentTable() { resize(1 << 12); }

  // For a program with this many definitions by hash. A sixth to a quarter of them is needed;
  // insert() makes room for more.
  void reserve(size_t num_definitions) {
    size_t capacity = 1 << 12;
    while (capacity < num_definitions / 4)
      capacity *= 2;
    resize(capacity);
  }

  // The id of the symbol with this hash; kNone where it is not known yet, then for the caller to
  // set.
  SymId &insert(ContentHash hash) {
    if (entries_.size() * 3 > slots_->size() * 2)
      resize(slots_->size() * 2);
    Slot &slot = find_slot(hash);
    if (slot.entry == 0) {
      entries_.push_back({hash, SymId::kNone});
      slot = {uint32_t(hash.high), uint32_t(entries_.size())};
    }
    return entries_[slot.entry - 1].id;
  }

  // The id if the hash is that of entry `first` or a later one, or kNone.
  SymId find(ContentHash hash, size_t first) {
    uint32_t entry = find_slot(hash).entry;
    return entry > first ? entries_[entry - 1].id : SymId::kNone;
  }

  // Entries lie in the order in which they were inserted.
  size_t size() const { return entries_.size(); }
  ContentHash hash(size_t entry) const { return entries_[entry].hash; }

private:
  struct Entry {
    ContentHash hash;
    SymId id;
  };
  struct Slot {
    uint32_t tag;
    uint32_t entry; // 1-based, 0: free
  };

  Slot &find_slot(ContentHash hash) {
    for (size_t i = hash.low & mask_;; i = (i + 1) & mask_) {
      Slot &slot = (*slots_)[i];
      if (slot.entry == 0 ||
          (slot.tag == uint32_t(hash.high) && entries_[slot.entry - 1].hash == hash))
        return slot;
    }
  }

  void resize(size_t capacity) {
    slots_ = std::make_unique<ZeroedArray<Slot>>(capacity);
    mask_ = capacity - 1;
    for (size_t i = 0; i < entries_.size(); i++)
      find_slot(entries_[i].hash) = {uint32_t(entries_[i].hash.high), uint32_t(i + 1)};
  }

  std::unique_ptr<ZeroedArray<Slot>> slots_;
  size_t mask_ = 0;
  ChunkedVector<Entry> entries_;
};

} // namespace wald

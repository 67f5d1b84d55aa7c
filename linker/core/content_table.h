// A hash table of what is the same if its content is, by the 16-byte hash that the compiler gave
// it.
#pragma once

#include "objfile/support/bytes.h"
#include "objfile/support/name_map.h"
#include "objfile/support/scratch_array.h"

#include "llvm/Support/ErrorHandling.h"

#include <cstdint>
#include <cstring>

namespace wald {

// The hash of an object's hashed definition.
struct ContentHash {
  uint64_t low, high;
  static ContentHash at(const uint8_t *bytes) {
    return {objfile::load<uint64_t>(bytes), objfile::load<uint64_t>(bytes + 8)};
  }
  bool operator==(const ContentHash &) const = default;
};

// Open addressing over 8-byte slots that lead to entries, which lie in order of first mention. The
// slot is what the hash says; should hashes have been chosen to share one, it is made up anew, in a
// way that nobody can have known. Entry has a ContentHash `hash`, is all zeros when new, and does
// not move.
template <typename Entry> class ContentTable {
public:
  // For up to `most` entries, but probably `expected`.
  void reset(size_t most, size_t expected) {
    size_t capacity = 1 << 10;
    while (capacity < expected * 3 / 2)
      capacity *= 2;
    entries_.reset(most, expected);
    resize(capacity);
  }

  // The entry of a hash, made if there is none: its `hash` is set, the rest is zero.
  [[gnu::always_inline]] Entry &find_or_insert(ContentHash hash, bool &is_new) {
    Slot *slot = &find_slot(hash);
    is_new = slot->entry == 0;
    if (is_new) {
      if (num_entries_ * size_t(3) >= slots_.size() * 2 || num_entries_ == entries_.size())
          [[unlikely]]
        slot = &grow(hash);
      Entry &entry = entries_[num_entries_++];
      entry = {};
      entry.hash = hash;
      *slot = {uint32_t(hash.high), num_entries_};
    }
    return entries_[slot->entry - 1];
  }

private:
  struct Slot {
    uint32_t tag;
    uint32_t entry; // 1-based, 0: free
  };

  static constexpr size_t kFewProbes = 64; // of a full enough table; most need one or two
  static constexpr uint64_t kMostFarProbes = 1 << 20; // in all

  bool is_slot_of(const Slot &slot, ContentHash hash) {
    return slot.entry == 0 ||
           (slot.tag == uint32_t(hash.high) && entries_[slot.entry - 1].hash == hash);
  }

  size_t first_slot(ContentHash hash) const { return is_keyed_ ? keyed(hash) : hash.low; }

  [[gnu::cold]] [[gnu::noinline]] static size_t keyed(ContentHash hash) {
    return objfile::name_hash({reinterpret_cast<const char *>(&hash), sizeof(hash)});
  }

  [[gnu::always_inline]] Slot &find_slot(ContentHash hash) {
    size_t first = first_slot(hash);
    Slot &slot = slots_[first & mask_];
    return is_slot_of(slot, hash) ? slot : find_later_slot(hash, first);
  }

  [[gnu::noinline]] Slot &find_later_slot(ContentHash hash, size_t first) {
    for (size_t i = first + 1; i != first + kFewProbes; i++) {
      Slot &slot = slots_[i & mask_];
      if (is_slot_of(slot, hash))
        return slot;
    }
    return find_far_slot(hash);
  }

  [[gnu::cold]] [[gnu::noinline]] Slot &find_far_slot(ContentHash hash) {
    for (size_t i = first_slot(hash) + kFewProbes; num_far_probes_ < kMostFarProbes; i++) {
      num_far_probes_++;
      Slot &slot = slots_[i & mask_];
      if (is_slot_of(slot, hash))
        return slot;
    }
    num_far_probes_ = 0;
    is_keyed_ = true;
    resize(slots_.size());
    return find_slot(hash);
  }

  [[gnu::noinline]] Slot &grow(ContentHash hash) {
    if (num_entries_ == entries_.size())
      llvm::report_fatal_error("more contents than the table was made for");
    resize(2 * slots_.size());
    return find_slot(hash);
  }

  void resize(size_t capacity) {
    slots_.reset(capacity, capacity);
    std::memset(slots_.data(), 0, capacity * sizeof(Slot));
    mask_ = capacity - 1;
    for (uint32_t i = 0; i < num_entries_; i++)
      find_slot(entries_[i].hash) = {uint32_t(entries_[i].hash.high), i + 1};
  }

  ScratchArray<Slot> slots_;
  size_t mask_ = 0;
  bool is_keyed_ = false; // else the hash says the slot
  uint64_t num_far_probes_ = 0;
  ScratchArray<Entry> entries_;
  uint32_t num_entries_ = 0;
};

} // namespace wald

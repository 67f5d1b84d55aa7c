// Names of symbols -> ids. One name space: on wasm both calling conventions share it.
#pragma once

#include "linker/core/symbol.h"
#include "objfile/support/name_map.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/xxhash.h"

namespace wald {

// The names that somebody asks for: those of references, of definitions outside a package's own
// index, and of the symbols that the linker itself knows. All other names never get into a table.
//
// Open addressing over 8-byte slots that lead to entries, which lie in order of first mention.
// Should names have been chosen whose hashes share a slot, another hash takes over, with a key that
// nobody can have known.
class NameTable {
public:
  class Entry {
  public:
    Entry(StringRef name) : begin_(name.data()), size_(name.size()) {}
    StringRef name() const { return {begin_, size_}; }

  private:
    const char *begin_; // in an object file or the arena
    uint32_t size_;

  public:
    SymId id = SymId::kNone;
  };
  static_assert(sizeof(Entry) == 16);

  // For up to `most` names, but probably `expected`.
  NameTable(size_t most, size_t expected) {
    size_t capacity = 64;
    while (capacity < expected * 3 / 2)
      capacity *= 2;
    resize(capacity);
    entries_.reset(most);
    entries_.prefault(expected);
  }

  // The number of the name's entry, which is new and without id if the name is.
  uint32_t insert(StringRef name) {
    if (num_entries_ * size_t(3) > slots_.size() * 2)
      resize(2 * slots_.size());
    uint32_t hash = hash_of(name);
    Slot *slot = find_slot(name, hash, kFewProbes);
    if (!slot) [[unlikely]]
      slot = &find_far_slot(name, hash);
    if (slot->entry == 0) {
      if (num_entries_ == entries_.size())
        llvm::report_fatal_error("more names than the name table was made for");
      entries_[num_entries_++] = name;
      *slot = {hash, num_entries_};
      set_filter(name);
    }
    return slot->entry - 1;
  }

  Entry &entry(uint32_t number) { return entries_[number]; }

  // The entry of the name, or null.
  Entry *find(StringRef name) {
    if (!may_contain(name))
      return nullptr;
    const Slot *slot = find_slot(name, hash_of(name), slots_.size());
    return slot && slot->entry ? &entries_[slot->entry - 1] : nullptr;
  }

  // A quick answer to most names that are not in the table.
  bool may_contain(StringRef name) const {
    uint32_t bit = filter_bit(name);
    return filter_[bit / 64] >> (bit % 64) & 1;
  }

private:
  struct Slot {
    uint32_t hash;
    uint32_t entry; // 1-based, 0: free
  };

  static constexpr size_t kFewProbes = 64;            // most need one or two
  static constexpr uint64_t kMostFarProbes = 1 << 18; // in all

  uint32_t hash_of(StringRef name) const {
    return is_keyed_ ? objfile::name_hash(name) : uint32_t(llvm::xxh3_64bits(name));
  }

  // The name's slot or a free one; null if neither is among the next `most`.
  Slot *find_slot(StringRef name, uint32_t hash, size_t most) {
    for (size_t i = hash, end = i + most; i != end; i++) {
      Slot &slot = slots_[i & mask_];
      if (slot.entry == 0 || (slot.hash == hash && entries_[slot.entry - 1].name() == name))
        return &slot;
    }
    return nullptr;
  }

  // Sets `hash` if it has changed.
  [[gnu::cold]] [[gnu::noinline]] Slot &find_far_slot(StringRef name, uint32_t &hash) {
    Slot *slot = find_slot(name, hash, slots_.size());
    num_far_probes_ += (size_t(slot - slots_.data()) - hash) & mask_;
    if (num_far_probes_ < kMostFarProbes || is_keyed_)
      return *slot;
    is_keyed_ = true;
    for (size_t i = 0; i < slots_.size(); i++)
      if (slots_[i].entry)
        slots_[i].hash = hash_of(entries_[slots_[i].entry - 1].name());
    resize(slots_.size());
    hash = hash_of(name);
    return *find_slot(name, hash, slots_.size());
  }

  void resize(size_t capacity) {
    ZeroedArray<Slot> old = std::move(slots_);
    slots_.reset(capacity);
    slots_.prefault(capacity);
    mask_ = capacity - 1;
    for (size_t n = 0; n < old.size(); n++) {
      if (old[n].entry == 0)
        continue;
      size_t i = old[n].hash & mask_;
      while (slots_[i].entry != 0)
        i = (i + 1) & mask_;
      slots_[i] = old[n];
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
  size_t mask_ = 0;
  uint64_t num_far_probes_ = 0;
  bool is_keyed_ = false;
  ZeroedArray<Entry> entries_;
  uint32_t num_entries_ = 0;
  uint64_t filter_[(1 << kFilterBits) / 64] = {};
};

} // namespace wald

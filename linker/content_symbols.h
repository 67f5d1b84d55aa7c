// Definitions that are the same symbol if their content is the same, by the 16-byte hash that the
// compiler gave them: most of all definitions.
#pragma once

#include "linker/context.h"

#include <vector>

namespace wald {

// Gives each such definition the number of the first of its kind (InputObject::others). The
// definition that counts is the first of the largest ones: hashes leave out trailing zeros.
class ContentSymbols {
public:
  explicit ContentSymbols(Context &ctx) : ctx_(ctx) {}

  // May run beside other passes over symbols: of what they share it writes only the entries of
  // definitions by hash in `others` and `attributes`.
  void resolve();
  // Enters what resolve() found out in the Context.
  void finish();

private:
  struct Hash {
    uint64_t low, high;
    bool operator==(const Hash &) const = default;
  };
  struct Entry {
    Hash hash;
    SymId id;
    uint32_t size, alignment;
  };
  struct Slot {
    uint32_t tag;
    uint32_t entry; // 1-based, 0: free
  };

  void resolve_object(const InputObject &object);
  void note_flags(uint8_t flag2, SymId id);
  Slot &find_slot(Hash hash);
  void resize(size_t capacity);

  Context &ctx_;
  ZeroedArray<Slot> slots_;
  size_t mask_ = 0;
  ZeroedArray<Entry> entries_; // room for one a definition
  uint32_t num_entries_ = 0;
  std::vector<std::pair<SymId, Definition>> moved_;
  std::vector<std::pair<SymId, uint32_t>> raised_alignment_;
  std::vector<SymId> exports_;
};

} // namespace wald

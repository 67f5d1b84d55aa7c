// Definitions that are the same symbol if their content is the same: by the content itself, up to
// eight bytes, or by the 16-byte hash that the compiler gave them. They are most of all
// definitions.
#pragma once

#include "linker/core/content_table.h"
#include "linker/core/context.h"

#include <vector>

namespace wald {

// Gives each such definition the number of the first of its kind (InputObject::others). The
// definition that counts is the first of the largest ones: hashes leave out trailing zeros.
//
// Those by hash without a name, most of them, are pc tables, which have no place in data. They keep
// numbers of their own; of equal ones that are live, pclntab takes one.
class ContentSymbols {
public:
  explicit ContentSymbols(Context &ctx) : ctx_(ctx) {}

  // May run beside other passes over symbols: of what they share it writes only the entries of
  // definitions by hash in `others` and `attributes`.
  void resolve();
  // Enters what resolve() found out in the Context.
  void finish();

private:
  struct Entry {
    ContentHash hash;
    SymId id;
    uint32_t size, alignment;
  };
  void resolve_short(const InputObject &object);
  void resolve_hashed(const InputObject &object);
  void enter(ContentTable<Entry> &table, ContentHash hash, SymId own, Definition def);
  void note_flags(uint8_t flag2, SymId id);

  Context &ctx_;
  ContentTable<Entry> short_contents_, hashed_;
  std::vector<std::pair<SymId, Definition>> moved_;
  std::vector<std::pair<SymId, uint32_t>> raised_alignment_;
  std::vector<SymId> exports_;
  std::vector<Definition> functions_;
};

} // namespace wald

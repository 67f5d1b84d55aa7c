// Settles which of several equal definitions a symbol by content hash is (see content_table.h).
//
// The reference numbers the first one in load order and keeps the contents of the largest: hashes
// leave out trailing zeros. Reachability needs neither, since equal definitions refer to the same
// symbols; the order of data, the units of functions and names do.
#include "linker/live_symbols.h"
#include "linker/symbols.h"

#include <algorithm>

namespace wald {

namespace {

// Says quickly of most hashes that they are not among those that matter.
class HashFilter {
public:
  explicit HashFilter(size_t count) {
    while ((size_t(1) << bits_) < 8 * count)
      bits_++;
    words_.reset((size_t(1) << bits_) / 64);
  }
  void add(uint64_t low) { words_[bit(low) / 64] |= uint64_t(1) << (bit(low) % 64); }
  bool may_contain(uint64_t low) const { return words_[bit(low) / 64] >> (bit(low) % 64) & 1; }

private:
  uint64_t bit(uint64_t low) const { return low >> (64 - bits_); }
  unsigned bits_ = 10;
  ZeroedArray<uint64_t> words_;
};

} // namespace

std::vector<SymId> settle_content_symbols(Context &ctx, size_t first) {
  std::vector<SymId> moved;
  HashFilter filter(ctx.content.size() - first);
  for (size_t i = first; i < ctx.content.size(); i++)
    filter.add(ctx.content.hash(i).low);
  for (auto &object : ctx.objects) {
    const objfile::Object &obj = object->obj;
    uint32_t num_symdefs = obj.num_symdefs();
    for (uint32_t i = obj.first_hashed(); i < obj.first_nonpkg_def(); i++) {
      SymId &own = object->others[i - num_symdefs];
      if (own == SymId::kNone) {
        const uint8_t *hash = obj.hash(i).data();
        if (!filter.may_contain(objfile::load<uint64_t>(hash)))
          continue;
        own = ctx.content.find(ContentHash::load(hash), first);
        if (own == SymId::kNone)
          continue;
      }
      SymId id = own;
      NewSymbol &symbol = ctx.new_symbols[number(id) - ctx.num_positional - 1];
      if (symbol.rank == 0) {
        symbol.rank = number(object->first_other) + (i - num_symdefs);
        if (symbol.object != object->index || symbol.local != i) {
          symbol.object = object->index;
          symbol.local = i;
          moved.push_back(id);
        }
        continue;
      }
      objfile::SymbolRecord record = obj.symbol(i);
      objfile::SymbolRecord kept = ctx.objects[symbol.object]->obj.symbol(symbol.local);
      if (record.alignment() != kept.alignment()) {
        uint32_t &raised = ctx.raised_alignment[number(id)];
        raised = std::max({raised, record.alignment(), kept.alignment()});
      }
      if (record.size() > kept.size()) {
        symbol.object = object->index;
        symbol.local = i;
        moved.push_back(id);
      }
    }
  }
  return moved;
}

} // namespace wald

// Applies relocations to data, by replacing bytes. Those of code, which are numbers to be inserted,
// are the matter of linker/output/code_relocs.h.
#pragma once

#include "linker/core/symbols.h"

namespace wald {

// What relocations need besides symbol values.
class Relocator {
public:
  explicit Relocator(Context &ctx);

  // Applies the symbol's relocations to a copy of its contents, `bytes`.
  void apply(const SymbolView &symbol, llvm::MutableArrayRef<uint8_t> bytes) const;
  // Likewise for funcdata that pclntab holds, where fewer relocations are allowed.
  void apply_to_funcdata(const SymbolView &symbol, llvm::MutableArrayRef<uint8_t> bytes) const;
  static bool has_relocs(const SymbolView &symbol);

private:
  void apply_one(const SymbolView &symbol, const Reloc &reloc,
                 llvm::MutableArrayRef<uint8_t> bytes) const;
  SymId stub_of(SymId method) const;
  bool data_value(const SymbolView &symbol, const Reloc &reloc, int64_t &value) const;
  bool is_without_address(const SymbolView &symbol, const Reloc &reloc) const;
  void report_overflow(const SymbolView &symbol, SymId target) const;
  int64_t section_offset(const SymbolView &symbol, const Reloc &reloc, Group group) const;

  Context &ctx_;
  uint64_t unreachable_method_ = 0;
  std::array<uint64_t, kNumGroups> section_start_{}; // address, by group
};

// The error for a reference to a symbol that is not defined.
void report_undefined(Context &ctx, SymId from, SymId target, bool is_call);

} // namespace wald

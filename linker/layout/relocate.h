// Applies relocations: into data, by replacing bytes, and into code, by inserting LEB128 operands.
#pragma once

#include "linker/core/symbols.h"

namespace wald {

// What relocations need besides symbol values.
class Relocator {
public:
  explicit Relocator(Context &ctx, uint32_t num_imports);

  // -- Code. The number of bytes of a function's body, and the body itself, which needs room for
  // largest_body_size() bytes.
  uint64_t body_size(SymId function) const;
  static uint64_t largest_body_size(const SymbolView &function);
  uint8_t *write_body(const SymbolView &function, uint8_t *at) const;

  // -- Data. Applies the symbol's relocations to a copy of its contents, `bytes`.
  void apply(const SymbolView &symbol, llvm::MutableArrayRef<uint8_t> bytes) const;
  // Likewise for funcdata that pclntab holds, where fewer relocations are allowed.
  void apply_to_funcdata(const SymbolView &symbol, llvm::MutableArrayRef<uint8_t> bytes) const;
  static bool has_relocs(const SymbolView &symbol);

  // The index in the module's function space of the function that begins there.
  int64_t wasm_index(EntryPc pc) const {
    return int64_t(num_imports_) + int64_t(number(pc) >> 16) - kFirstFunction;
  }

  // Number of an import by the function that wraps it.
  void set_import(SymId wrapper, uint32_t index) { imports_[wrapper] = index; }

private:
  static constexpr int64_t kFirstFunction = 0x1000;
  static constexpr uint64_t kSlack = 16; // that copying in steps may write after the end

  // fn(offset, value) for each operand to be inserted into the code.
  template <typename Fn> void for_each_operand(const SymbolView &symbol, Fn fn) const;

  void apply_one(const SymbolView &symbol, const Reloc &reloc,
                 llvm::MutableArrayRef<uint8_t> bytes) const;
  int64_t code_operand(SymId function, const Reloc &reloc) const;
  int64_t unusual_operand(SymId function, const Reloc &reloc) const;
  bool data_value(const SymbolView &symbol, const Reloc &reloc, int64_t &value) const;
  bool is_without_address(const SymbolView &symbol, const Reloc &reloc) const;
  void report_undefined(const SymbolView &symbol, SymId target, bool is_call) const;
  void report_no_function(SymId caller, SymId target) const;
  void report_overflow(const SymbolView &symbol, SymId target) const;
  int64_t section_offset(const SymbolView &symbol, const Reloc &reloc, Group group) const;

  Context &ctx_;
  uint32_t num_imports_;
  uint16_t reloc_wasm_import_;
  uint64_t unreachable_method_ = 0;
  std::array<uint64_t, kNumGroups> section_start_{}; // address, by group
  llvm::DenseMap<SymId, uint32_t> imports_;
};

} // namespace wald

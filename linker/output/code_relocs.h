// Relocations of code. The compiler leaves no room for them: a call has its opcode and nothing
// after it, and the number that the relocation stands for, an operand, is inserted as LEB128 of the
// length it needs. So a body's size is known only with the addresses.
//
//     as compiled    00 10 41 00 0b            relocations: a call at 2, an address at 3
//     in the module  00 10 d4 1a 41 80 a0 02 00 0b
#pragma once

#include "linker/output/body_transform.h"
#include "linker/output/module_plan.h"

namespace wald {

class CodeRelocator {
public:
  CodeRelocator(Context &ctx, const ModulePlan &plan);

  // The number of bytes of a function's body, and the body itself, which needs room for
  // largest_body_size() bytes.
  uint64_t body_size(SymId function) const;
  static uint64_t largest_body_size(const SymbolView &function);
  uint8_t *write_body(const SymbolView &function, uint8_t *at) const;

  // The operands, for who makes the body itself. False if they are broken, which is reported.
  bool list_operands(const SymbolView &function, std::vector<Operand> &operands) const;

private:
  static constexpr uint64_t kSlack = 16; // that copying in steps may write beyond the end

  // fn(offset, value) for each operand to be inserted into the code.
  template <typename Fn> void for_each_operand(const SymbolView &symbol, Fn fn) const;
  int64_t code_operand(SymId function, const Reloc &reloc) const;
  int64_t unusual_operand(SymId function, const Reloc &reloc) const;
  void report_no_function(SymId caller, SymId target) const;
  void report_broken(SymId function) const;
  int64_t function_index(EntryPc pc) const { return index_of_zero_ + int64_t(number(pc) >> 16); }

  Context &ctx_;
  const ModulePlan &plan_;
  int64_t index_of_zero_; // what the function with value 0 would have
  uint16_t reloc_wasm_import_;
};

} // namespace wald

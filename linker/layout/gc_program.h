// Writes the programs that tell the garbage collector where pointers are in the data and bss
// sections (ref: GCProg in cmd/link/internal/ld/data.go and cmd/internal/gcprog).
//
// A program is a sequence of bits, one a word, in two instructions: n literal bits, or repeat the
// last n bits c times. 0 ends it.
#pragma once

#include "linker/core/symbols.h"

namespace wald {

class GcProgram {
public:
  explicit GcProgram(Context &ctx) : ctx_(ctx) {}

  // The pointers in a symbol that begins `offset` bytes into the section.
  void add_symbol(SymId id, uint64_t offset);
  // Ends the program for a section of this length and returns it.
  std::vector<uint8_t> finish(uint64_t section_length);

private:
  void add_type(SymId type, uint64_t offset, unsigned depth);
  void add_fields(const class TypeData &type, uint64_t offset, unsigned depth);
  void add_mask(const class TypeData &type, uint64_t offset);
  void report_broken_type();
  bool take_steps(uint64_t count);
  bool has_room(uint64_t offset, uint64_t size) const;
  void pointer_at(uint64_t word);
  void zeros_until(uint64_t word);
  void literal(bool bit);
  void repeat(uint64_t num_bits, uint64_t times);
  void flush();
  void append_uleb(uint64_t value);

  Context &ctx_;
  StringRef symbol_name_; // of the symbol under way
  uint64_t end_ = 0;      // after it, in words
  uint64_t position_ = 0; // in words
  // For all variables. A type or field or word of a mask is a step, an array is one and its
  // element; the program has at least a bit for each. No real one comes near.
  uint64_t steps_left_ = 1 << 24;
  std::vector<uint8_t> code_;
  uint8_t pending_[16] = {};
  unsigned num_pending_ = 0;
};

} // namespace wald

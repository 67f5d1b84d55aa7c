// One of the tables that pclntab consists of. First it is arranged, which settles its size; its
// bytes are made when the data section is written, straight into it.
#pragma once

#include "linker/core/symbol.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace wald {

// Some bytes of a table, and whose they are.
struct TablePiece {
  uint64_t offset, size; // in the table
  SymId owner;           // a function, or a symbol whose contents they are; kNone: nobody's
};

class RuntimeTable : public TableSource {
public:
  // Without what it is padded by.
  virtual uint64_t size() const = 0;
  // The table cut into pieces, in order. What lies between two of them is padding. Bytes that
  // several functions share belong to the first.
  virtual void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const = 0;

protected:
  ~RuntimeTable() = default;
};

} // namespace wald

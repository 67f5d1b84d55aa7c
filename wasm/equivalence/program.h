// What the checker is told about the program around a function. It believes all of this.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace wald::equivalence {

// Of a function of the old module.
struct FunctionFacts {
  // Comes back only to unwind, with 1, or not at all. Of functions of Go's calling convention.
  bool never_returns = false;
  // runtime.deferreturn: a recovered panic resumes its caller right before the call.
  bool is_deferreturn = false;
  // runtime.goexit: goroutines start with the address after its entry.
  bool is_goexit = false;
  // Nothing is known: it may be deferreturn or goexit.
  bool is_unknown = false;

  bool operator==(const FunctionFacts &) const = default;
};

struct Signature {
  uint8_t num_params = 0, num_results = 0;
  bool is_go = false; // (i32) -> (i32): the number to go on at; whether it unwinds
};

class Code;

struct Program {
  llvm::ArrayRef<Signature> functions; // of the new module, by index; the old one's are the first
  llvm::ArrayRef<Signature> types;
  llvm::ArrayRef<FunctionFacts> facts; // by index, of the old module's functions
  llvm::ArrayRef<Code> added;          // bodies of the functions that only the new module has
  uint32_t num_globals = 0;
  // Whose new body is run where the old module ran a function's own: by index, of the old module's
  // functions. Empty: each has its own.
  llvm::ArrayRef<uint32_t> stand_ins;
};

} // namespace wald::equivalence

// What the transformation has to know about the functions that a body calls, and about itself. A
// linker fills this from symbols, the command for finished modules from names.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace wald::code {

struct Callee {
  uint8_t num_params = 1, num_results = 1;
  // Comes back only to unwind or not at all, by the Go compiler's own lists: what stands after a
  // call of it is not what runs next.
  bool never_returns = false;
  // Of those that never return: its arguments are two words, such as an index and a length.
  bool takes_two_words = false;
  // runtime.deferreturn: a recovered panic resumes the caller right before the call.
  bool is_deferreturn = false;
  // Nothing is known but the type: the function may be any of the above that only adds ways to
  // resume.
  bool is_unknown = false;
  // Functions that push a return address and call this one, after they have stored two words of
  // arguments or none (outlined_calls.h). 0: there is none.
  uint32_t outlined = 0, outlined_with_two = 0;
};

// By type index, for indirect calls.
struct Arity {
  uint8_t num_params = 0, num_results = 0;
};

struct Environment {
  llvm::ArrayRef<Callee> callees; // by function index, imports included
  llvm::ArrayRef<Arity> types;
};

struct Function {
  uint32_t pc_f = 0; // the number that return addresses into it carry, shifted by 16
  // runtime.goexit, or any function where that is not known: goroutines start with the address
  // after its entry, which means the entry.
  bool may_enter_at_one = false;
};

} // namespace wald::code

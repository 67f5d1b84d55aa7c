// The interface of a program as text for people.
#pragma once

#include "directives/interface.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::directives {

// Files below `directory` are named relative to it. Without those of Go's own packages a last line
// says how many are left out.
void print_interface(llvm::raw_ostream &out, const Interface &interface, llvm::StringRef program,
                     llvm::StringRef directory, bool with_std);

} // namespace wald::directives

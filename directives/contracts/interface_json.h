// Interfaces as JSON: what `wald check --print --format=json` writes, and what it reads again as a
// contract or baseline. directives/README.md describes the form. Text that is read is not trusted.
#pragma once

#include "directives/interface.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <vector>

namespace wald::directives {

// One object. Files below `directory` are named relative to it.
void write_interface(llvm::json::OStream &json, const Interface &interface, llvm::StringRef program,
                     llvm::StringRef directory);

struct ReadInterface {
  std::string program;
  Interface interface;         // goos is empty where the text does not say it
  std::vector<uint32_t> lines; // in the text, of each directive; from 1
};

// Reading fails beyond these.
inline constexpr uint64_t kMaxInterfaceText = 4 << 20; // bytes
inline constexpr unsigned kMaxInterfaceObjects = 50000;

// Reads one object or a list of them, with no key that is not known and all that are needed. Types
// point into each other as they like, cycles included. Errors begin with "LINE:COLUMN: " or
// "LINE: " where that is known.
llvm::Expected<std::vector<ReadInterface>> read_interfaces(llvm::StringRef text);

} // namespace wald::directives

// Names from files that are not trusted, for messages: one must not look like another line, a
// command to the program that reads the messages, or one to a terminal.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald::wasm {

// Control characters and what is not UTF-8 as \n or \x1b, the rest as it is. Twice is as once.
std::string printable(llvm::StringRef text);

// The same, but for the ends of lines whose next begins with ">>> ".
std::string printable_lines(llvm::StringRef text);

} // namespace wald::wasm

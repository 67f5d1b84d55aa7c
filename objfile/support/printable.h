// Names from files that are not trusted, for messages: one must not look like another line, a
// command to the program that reads the messages, or one to a terminal.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald::wasm {

// Control characters and what is not UTF-8 as \n or \x1b, the rest as it is. Idempotent.
std::string printable(llvm::StringRef text);

} // namespace wald::wasm

// What the names of Go's runtime say about its functions: which never return, by the lists of the
// Go compiler (cmd/compile/internal/ssagen: rtcall without a return, and the calls that end a
// block).
#pragma once

#include "wasm/code/callees.h"

#include "llvm/ADT/StringRef.h"

namespace wald::code {

// Of symbol names, such as runtime.goPanicIndex; none of these has a character that the name
// section lacks. Without a name nothing is known.
Callee go_callee(llvm::StringRef name); // but for its type
bool is_goexit(llvm::StringRef name);

} // namespace wald::code

// What the names of Go's runtime say about its functions: which never return, by the lists of the
// Go compiler (cmd/compile/internal/ssagen: rtcall without a return, and the calls that end a
// block).
#pragma once

#include "wasm/code/callees.h"

#include "llvm/ADT/StringRef.h"

namespace wald::code {

// Symbol names, such as runtime.goPanicIndex. These have no characters that the name section lacks.
bool never_returns(llvm::StringRef name);
bool is_deferreturn(llvm::StringRef name);
bool is_goexit(llvm::StringRef name);

} // namespace wald::code

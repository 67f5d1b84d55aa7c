// Checks that a module is valid WebAssembly, with wabt's validator.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace wald::wasm {

// Accepts what engines accept by default today: WebAssembly 2.0. The error names the offset in the
// module and, inside a function's body, the function with its name from the "name" section.
llvm::Error validate_module(llvm::ArrayRef<uint8_t> module);

} // namespace wald::wasm

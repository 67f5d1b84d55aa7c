// A module that another program has rewritten. Nothing is taken on its word: what the outside sees
// of the module, and what its table and memory hold at the start, must be as they were.
//
// The program gets the module without custom sections, and each function under a name that is its
// number. By that every function can be found again, whatever order they then have.
#pragma once

#include "wasm/module_reader.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace wald::wasm {

std::vector<uint8_t> with_numbered_functions(const Module &module);

// What the program has made of that, with the custom sections of `before` in their places; "name"
// has the names of functions that are still there. An error says what is another than it was; that
// bodies are valid is not checked.
llvm::Expected<std::vector<uint8_t>> take_rewritten(const Module &before, Bytes rewritten);

} // namespace wald::wasm

// --verify of an optimized module: each function against what it was, and what memory holds. Of
// findfunctab only where it leads has to be the same.
#pragma once

#include "wasm/module_reader.h"

namespace wald {

// Checks `after` against `before`, which it was made of. Reports what could not be proven, and says
// whether all was. The names of functions are those of `before`.
bool verify_code(const wasm::Module &before, const wasm::Module &after, unsigned num_threads);

} // namespace wald

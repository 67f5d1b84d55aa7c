// The transformation of a finished module that Go's linker, or wald, wrote: every function's body,
// and new functions after all others. Indices, tables and data stay as they are, so that the
// runtime's tables of functions and positions need no change. What `wald link --optimize` writes
// for the same program is the same.
#pragma once

#include "wasm/code/statistics.h"
#include "wasm/module_reader.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace wald::code {

struct OptimizedModule {
  std::vector<uint8_t> bytes;
  Statistics statistics;
};

// What the module's names say about functions is believed; where it has none, less is known. Fails
// for a module that Go's linker does not write.
llvm::Expected<OptimizedModule> optimize_module(const wasm::Module &module, unsigned num_threads);

} // namespace wald::code

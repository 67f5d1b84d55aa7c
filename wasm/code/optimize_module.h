// The transformation of a finished module that Go's linker, or wald, wrote: every function's body,
// and nothing else. Indices, tables and data stay as they are, so that the runtime's tables of
// functions and positions need no change.
#pragma once

#include "wasm/code/dispatch.h"
#include "wasm/module_reader.h"

#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <vector>

namespace wald::code {

struct Statistics {
  uint32_t num_functions = 0, num_rebuilt = 0;
  std::array<uint32_t, kNumLeft> left{};      // by reason
  uint64_t bytes_before = 0, bytes_after = 0; // of all bodies

  void add(const Statistics &other);
};

struct OptimizedModule {
  std::vector<uint8_t> bytes;
  Statistics statistics;
};

// What the module's names say about functions is believed; where it has none, less is known. Fails
// for a module that Go's linker does not write.
llvm::Expected<OptimizedModule> optimize_module(const wasm::Module &module, unsigned num_threads);

} // namespace wald::code

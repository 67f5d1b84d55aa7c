// What engines limit in the bodies of functions, measured.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace wald::wasm {

struct BodyFacts {
  uint32_t func_index = 0;       // in the module, imports included
  uint64_t size_bytes = 0;       // of the body, after its size
  uint64_t num_locals = 0;       // without parameters
  uint64_t deepest_nesting = 0;  // blocks, loops and ifs open at once
  uint64_t largest_br_table = 0; // targets, without the default
};

// One entry for each function that the module defines, in order. The error names the offset in the
// module; instructions beyond WebAssembly 2.0 are one.
llvm::Expected<std::vector<BodyFacts>> measure_bodies(llvm::ArrayRef<uint8_t> module);

} // namespace wald::wasm

// What engines limit in the bodies of functions, measured; and what a module asks of engines.
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

// What a module uses beyond the first version of WebAssembly.
struct Features {
  bool sign_extension = false, saturating_conversions = false, bulk_memory = false, simd = false,
       mutable_globals = false, multiple_values = false, reference_types = false;
  bool operator==(const Features &) const = default;

  // Of both.
  Features operator|(const Features &other) const;
};

// The error is that of measure_bodies().
llvm::Expected<Features> find_features(llvm::ArrayRef<uint8_t> module);

} // namespace wald::wasm

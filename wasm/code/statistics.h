// What was done to the functions of a module.
#pragma once

#include "wasm/code/dispatch.h"

#include <array>
#include <cstdint>

namespace llvm {
class raw_ostream;
}

namespace wald::code {

struct Statistics {
  uint32_t num_functions = 0, num_rebuilt = 0;
  std::array<uint32_t, kNumLeft> left{};      // by reason
  uint64_t bytes_before = 0, bytes_after = 0; // of all bodies

  void add(const Statistics &other);
  void print(llvm::raw_ostream &out) const; // as lines
};

} // namespace wald::code

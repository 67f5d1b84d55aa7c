// --wasm-opt and --wasm-opt-limit: binaryen's passes over the finished module.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald {

struct WasmOptOptions {
  std::vector<std::string> steps; // levels (-Oz) and names of passes, in order; none: no binaryen
  uint32_t most_seconds = 0;      // of processor time; 0: as long as it takes
  uint32_t most_mib = 0;          // of memory; 0: as much as there is

  bool is_on() const { return !steps.empty(); }
};

// What is wrong with the value, if anything.
std::optional<Problem> set_wasm_opt(llvm::StringRef value, WasmOptOptions &options);
std::optional<Problem> set_wasm_opt_limit(llvm::StringRef value, WasmOptOptions &options);

} // namespace wald

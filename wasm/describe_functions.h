// Functions of a module as messages name them.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wald::wasm {

// "function 12 (main.main)" for each index, imports included; without the names if there are none
// or the module is too broken to read them.
std::vector<std::string> describe_functions(llvm::ArrayRef<uint8_t> module,
                                            llvm::ArrayRef<uint32_t> func_indices);

} // namespace wald::wasm

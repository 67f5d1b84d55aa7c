// Says in words where two modules differ: section, function or data symbol, bytes.
#pragma once

#include "wasm/module_reader.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace wald::wasm {

struct DiffNames {
  llvm::StringRef a = "A", b = "B"; // what the text calls the two modules
};

// Empty when the bytes are the same. Otherwise some lines, each with its end: every section that
// differs and, indented below it, its first difference; at last the sizes. `symbol_at` may turn a
// memory address into "symbol+offset" (empty: unknown); a module itself has no names for data.
// `function_at` may name the functions of modules without a name section, by their index among
// those that the module defines.
std::string describe_difference(Bytes a, Bytes b, const DiffNames &names = {},
                                llvm::function_ref<std::string(uint64_t)> symbol_at = nullptr,
                                llvm::function_ref<std::string(uint32_t)> function_at = nullptr);

} // namespace wald::wasm

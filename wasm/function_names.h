// Names of functions from a module's "name" section, for messages.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace wald::wasm {

// Function index (imports included) to name. The names are views into the module's bytes.
using FunctionNames = llvm::DenseMap<uint32_t, llvm::StringRef>;

// Takes any bytes. Where the module or the section is broken the names read so far are returned:
// they only decorate messages.
FunctionNames read_function_names(llvm::ArrayRef<uint8_t> module);

// "function 12 (main.main)", or without the name if there is none.
std::string describe_function(const FunctionNames &names, uint32_t func_index);

} // namespace wald::wasm

// Checks that a module is valid WebAssembly: code by a quick validator where that is sure, all else
// by wabt's.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace wald::wasm {

struct Invalidity {
  std::string problem;                // with the offset in the module
  std::optional<uint32_t> func_index; // whose body it is in, imports counted
};

// Accepts what engines accept by default today: WebAssembly 2.0. Nothing for a valid module.
std::optional<Invalidity> find_invalidity(llvm::ArrayRef<uint8_t> module);
// The same by wabt alone, which takes longer.
std::optional<Invalidity> find_invalidity_by_wabt(llvm::ArrayRef<uint8_t> module);

// The same for the memory and data sections alone.
std::optional<Invalidity> find_memory_invalidity(llvm::ArrayRef<uint8_t> module);

// The same for people, with the function's name from the "name" section.
std::optional<Problem> validate_module(llvm::ArrayRef<uint8_t> module);

} // namespace wald::wasm

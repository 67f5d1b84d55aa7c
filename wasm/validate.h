// Checks that a module is valid WebAssembly: code by a quick validator where that is sure, all else
// by wabt's.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/ArrayRef.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace wald::wasm {

struct Invalidity {
  std::string problem;                // with the offset in the module
  std::optional<uint32_t> func_index; // whose body it is in, imports counted
};

// Accepts what engines accept by default today: WebAssembly 2.0. Nothing for a valid module.
std::optional<Invalidity> find_invalidity(llvm::ArrayRef<uint8_t> module);
// The same by several threads, which share the bodies. A module that it does not accept is valid or
// not: who knows all of WebAssembly has to say.
class SharedValidation {
public:
  explicit SharedValidation(llvm::ArrayRef<uint8_t> module);
  ~SharedValidation();

  // Whether everything but the bodies is valid. For one of the threads.
  bool accepts_all_but_bodies() const;
  // Looks at bodies that no thread has taken, until none is left. Whether these are surely valid.
  bool accepts_bodies();

private:
  struct Contents;

  llvm::ArrayRef<uint8_t> bytes_;
  std::unique_ptr<Contents> contents_; // none if the module cannot be read
  std::atomic<size_t> next_ = 0;
};

// Asks wabt alone, which takes ten times as long.
std::optional<Invalidity> find_invalidity_by_wabt(llvm::ArrayRef<uint8_t> module);

// The same for the memory and data sections alone.
std::optional<Invalidity> find_memory_invalidity(llvm::ArrayRef<uint8_t> module);

// The same for people, with the function's name from the "name" section.
std::optional<Problem> validate_module(llvm::ArrayRef<uint8_t> module);

// The library's version: "1.0.32".
const char *wabt_version();

} // namespace wald::wasm

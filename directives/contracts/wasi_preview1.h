// The functions of wasi_snapshot_preview1 as a module imports them. Source: the specification's
// wasi_snapshot_preview1.witx, in which a list or string is an address and a length, and a value
// that a function gives back besides its errno is an address to write it to.
#pragma once

#include "wasm/types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald::directives {

inline constexpr llvm::StringLiteral kWasiPreview1 = "wasi_snapshot_preview1";

struct WasiPreview1Function {
  llvm::StringLiteral name;
  llvm::StringLiteral params;      // one character each: 'i' for i32, 'I' for i64
  llvm::StringLiteral param_names; // separated by blanks

  llvm::SmallVector<wasm::ValueType, 9> param_types() const;
  llvm::SmallVector<wasm::ValueType, 1> result_types() const; // the errno; proc_exit has none
  // "fd_close(fd i32) -> (i32)"
  std::string text() const;
};

// All of them, sorted by name.
llvm::ArrayRef<WasiPreview1Function> wasi_preview1_functions();

// Null: preview 1 has no such function.
const WasiPreview1Function *find_wasi_preview1(llvm::StringRef name);

// The function that a misspelt name most likely means; null when none is near.
const WasiPreview1Function *nearest_wasi_preview1(llvm::StringRef name);

} // namespace wald::directives

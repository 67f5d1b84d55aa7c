// What a module imports and exports, with the types of functions: of a binary module, or of one in
// the text format (wabt reads that). Bytes and text are not trusted.
#pragma once

#include "wasm/module_reader.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace wald::wasm {

struct Extern {
  std::string module; // of an import
  std::string name;
  ExternKind kind = ExternKind::kFunction;
  FuncType type;           // of a function
  uint32_t line = 0;       // in the text, from 1; 0 in a binary module
  uint32_t func_index = 0; // of a function; in a binary module only
};

struct Externs {
  std::vector<Extern> imports, exports; // in the module's order
};

// In all of a module's imports and exports; types are shared in a module, and here are not.
inline constexpr uint64_t kMaxExternValues = 1 << 20;
inline constexpr uint64_t kMaxTextSize = 1 << 20; // bytes of a module in the text format

// Fails for a function that refers to a type which is not there, and beyond kMaxExternValues
// parameters and results.
llvm::Expected<Externs> externs_of(const Module &module);

// Errors begin with "LINE:COLUMN: ". Fails beyond kMaxTextSize, for blocks that nest too deep, and
// for types that a Module cannot have.
llvm::Expected<Externs> read_text_externs(llvm::StringRef text);

} // namespace wald::wasm

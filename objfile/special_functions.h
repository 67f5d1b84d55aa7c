// Functions of the runtime that do not take and return what all Go functions do.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace wald::objfile {

// Letters of the function's parameters, a dot, and those of its results: i I f F for i32 i64 f32
// f64. Null for all other functions. By name, as in the reference (wasmFuncTypes in wasm/asm.go):
// some are assembly functions of one file, which have no entry in the linker's name table.
const char *special_function_type(llvm::StringRef name);

} // namespace wald::objfile

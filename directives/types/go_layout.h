// How Go lays out arrays and structs on wasm: each field at the next multiple of its alignment, and
// a byte after a last field without a size, so that a pointer to it stays inside (reference:
// cmd/compile/internal/types/size.go).
#pragma once

#include "directives/types/go_type.h"

#include "llvm/ADT/StringRef.h"

namespace wald::directives {

// Computes size and alignment, and of structs the fields' offsets, from the types of elements and
// fields. Other kinds stay as they are. False where a type is missing or the size is beyond
// kLargestType.
bool lay_out(GoType &type);

inline constexpr uint64_t kLargestType = 1ull << 50; // bytes

// A type of the kind without parts: numbers, strings, and what is not looked into.
GoType scalar_type(GoKind kind);

// The types that the compiler itself declares: "int32", "byte", "error", "unsafe.Pointer". Of kind
// kInvalid for other names.
GoType predeclared_type(llvm::StringRef name);

// Vectors of simd/archsimd are structs whose first field is a mark. Such a struct becomes of kind
// kVector.
void mark_vector(GoType &type);

} // namespace wald::directives

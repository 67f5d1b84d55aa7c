// From Go types to the signature of an export: which wasm values a parameter or result is, and
// where it lies in the frame of a Go call.
#pragma once

#include "directives/signature.h"
#include "directives/types/go_type.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace wald::directives {

// The types are those that exports may have (directives/types/type_rules.h); others, and frames and
// parameter lists that are too large for an export wrapper, are errors that say so.
llvm::Expected<Signature> export_signature(llvm::ArrayRef<const GoType *> params,
                                           llvm::ArrayRef<const GoType *> results,
                                           const objfile::GoVersion &version);

// The same for any directive: without limits, and nothing if a type has no counterpart in wasm.
std::optional<Signature> frame_signature(llvm::ArrayRef<const GoType *> params,
                                         llvm::ArrayRef<const GoType *> results,
                                         const objfile::GoVersion &version);

} // namespace wald::directives

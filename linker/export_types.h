// The types of a function that has no directive, for which the compiler left no signature in the
// object: they are read from the function's declaration in its source file.
#pragma once

#include "directives/signature.h"
#include "linker/context.h"

namespace wald {

// The signature of an export wrapper for the function `local` of the library's first object. The
// error is a fact, then lines of notes.
llvm::Expected<directives::Signature> read_export_signature(const Context &ctx, uint32_t library,
                                                            uint32_t local);

} // namespace wald

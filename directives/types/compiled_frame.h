// What an object tells of the parameters and results of a Go function that has no directive. Their
// types are not in it, but much that follows from them, so that a declaration which is not the one
// that was compiled is mostly noticed: a source may have changed since, or an overlay stood for it.
#pragma once

#include "directives/types/go_types.h"

namespace wald::directives {

// Why function `local` of the object cannot have been compiled from a declaration with these types,
// as far as the compiler's tables tell: sizes, places of parameters and of pointers. Nothing if
// they fit. The types are those that exports may have.
std::optional<std::string> frame_mismatch(const objfile::Object &object, uint32_t local,
                                          const FunctionTypes &types);

// Likewise whether its code takes a value for a floating-point number that is none in the
// declaration, or the other way round. Code may have reasons to do so, so this is for declarations
// of which nothing else tells that they are the right ones.
std::optional<std::string> code_mismatch(const objfile::Object &object, uint32_t local,
                                         const FunctionTypes &types);

} // namespace wald::directives

// Whether the runtime could tell two functions apart by return addresses into them, in tracebacks,
// in collecting garbage and in recovering from panics. Full names are not compared, as only
// profiles show them (linker/OPTIMIZE.md).
#pragma once

#include "linker/inspect/go_module.h"

#include <string>

namespace wald::inspect {

// The first thing that the runtime's tables say of one and not of the other at the same resume
// point: "lines". Nothing if all is the same. Type arguments in names count as the `[...]` that the
// runtime prints; equal_functions.h of the linker has the same rule, written apart from this one.
std::optional<std::string> first_distinction(const Function &a, const Function &b);

} // namespace wald::inspect

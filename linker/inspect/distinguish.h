// Whether the program could tell two functions apart by return addresses into them: by what the
// runtime makes of such an address in tracebacks, in collecting garbage and in recovering from
// panics.
#pragma once

#include "linker/inspect/go_module.h"

#include <string>

namespace wald::inspect {

// The first thing that the runtime's tables say of one and not of the other at the same resume
// point: "lines". Nothing if all is the same, where a generic function's type arguments count as
// the
// `[...]` that the runtime prints.
std::optional<std::string> first_distinction(const Function &a, const Function &b);

} // namespace wald::inspect

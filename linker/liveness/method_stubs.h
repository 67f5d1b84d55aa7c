// What stands in the place of methods that --reflect-methods leaves out.
#pragma once

#include "objfile/known_symbols.h"

namespace wald {

// What the stubs refer to, beside what runtime.unreachableMethod does.
inline constexpr objfile::KnownSymbol kNeededByMethodStubs[] = {objfile::KnownSymbol::kGoPanic,
                                                                objfile::KnownSymbol::kStringType};

} // namespace wald

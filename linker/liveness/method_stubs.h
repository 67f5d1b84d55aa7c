// What stands in the place of methods that --reflect-methods leaves out.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace wald {

// What the stubs refer to, beside what runtime.unreachableMethod does.
inline constexpr llvm::StringLiteral kStubPanic = "runtime.gopanic", kStubPanicType = "type:string";
inline constexpr llvm::StringLiteral kNeededByMethodStubs[] = {kStubPanic, kStubPanicType};

} // namespace wald

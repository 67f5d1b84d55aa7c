// --wasm-opt: the program wald-opt, by which binaryen works on a finished module.
#pragma once

#include "llvm/Support/Error.h"

#include <string>

namespace wald {

// The program's path: beside wald, or in PATH.
llvm::Expected<std::string> find_wald_opt();

// "wald-opt 0.1.0, binaryen 108, library e32afbd40903501f"; the last word is a hash of the library,
// so that the line is another one where the output may be.
llvm::Expected<std::string> version_of_wald_opt();

} // namespace wald

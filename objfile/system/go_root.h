// A Go toolchain on the disk.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

// The first line of ROOT/VERSION, go1.26.8 for example; empty without a root or that file, which a
// development version does not have.
std::string toolchain_version(llvm::StringRef root);

} // namespace wald

// Paths as Go spells them.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

// Go's path.Clean: no empty, "." or inner ".." elements; "." for nothing.
std::string clean_path(llvm::StringRef path);

} // namespace wald

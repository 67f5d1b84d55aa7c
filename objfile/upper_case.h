// Whether Go takes a name for an exported one.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace wald::objfile {

// Whether the first character of the name is an upper-case letter for go1.MINOR's linker.
bool begins_upper_case(llvm::StringRef name, int go_minor);

} // namespace wald::objfile

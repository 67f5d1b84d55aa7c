// Which values of its frame a Go function reads and writes, and as what: read off its code in the
// object, before relocation.
#pragma once

#include "objfile/goobj.h"

#include <vector>

namespace wald::directives {

struct FrameAccess {
  uint64_t offset; // from SP as it is in the function's body
  uint8_t size;    // in bytes
  bool is_float;
};

// In order of the code. Left out are addresses that were computed otherwise than from SP and a
// constant, and zeros that are written, for which the compiler takes any type. Empty for code with
// instructions that are not known.
std::vector<FrameAccess> frame_accesses(const objfile::Object &object, uint32_t local);

} // namespace wald::directives

// Writes a body's bytes: the opposite of decode, with every number in its shortest form.
#pragma once

#include "wasm/code/body.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace wald::code {

// The entry of a code section, without its size. It stands in `room`, which grows where it must and
// is for the next body afterwards.
llvm::ArrayRef<uint8_t> encode(const Body &body, std::vector<uint8_t> &room);

} // namespace wald::code

// Reads a body's bytes. Nothing about Go or about the transformation is known here, so that a
// checker of the transformation can read with it, too.
#pragma once

#include "wasm/code/body.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>

namespace wald::code {

using Bytes = llvm::ArrayRef<uint8_t>;

// Go's objects have no bytes where a relocation is: the number is put in at `offset`. It stands for
// the whole immediate there.
struct Insertion {
  uint32_t offset;
  int64_t value;
};

struct DecodeFault {
  const char *reason; // "unknown instruction"
  uint64_t offset;    // in the body
};

// Fills `body`, whose vectors are used again. The bytes are those of a code section's entry after
// its size; insertions are in order. A body that decodes has balanced blocks and labels that exist.
// `offsets`, if given, tells where each instruction begins.
std::optional<DecodeFault> decode(Bytes bytes, llvm::ArrayRef<Insertion> insertions, Body &body,
                                  std::vector<uint32_t> *offsets = nullptr);

} // namespace wald::code

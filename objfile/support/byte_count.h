// Numbers of bytes as users write them.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace wald::objfile {

// Digits, and a letter for powers of 1024: 4096, 16M, 1GiB. Nothing for other texts, and for
// numbers of more than 64 bits.
std::optional<uint64_t> parse_byte_count(llvm::StringRef text);

} // namespace wald::objfile

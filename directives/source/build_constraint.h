// Which Go files a build for wasm includes, by their names and //go:build lines (reference:
// go/build and go/build/constraint). For files of packages that the go command was not asked about.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace wald::directives {

enum class Inclusion : uint8_t { kNo, kMaybe, kYes }; // maybe: tags of -tags are not known

// `file` is a name without a directory, `constraint` the expression of the //go:build line or
// empty, `goos` "wasip1" or "js", `go_minor` the toolchain's.
Inclusion is_built(llvm::StringRef file, llvm::StringRef constraint, llvm::StringRef goos,
                   int go_minor);

} // namespace wald::directives

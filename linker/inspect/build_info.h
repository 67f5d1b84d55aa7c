// What a Go program knows of how it was built: the version of Go, and the text that the go command
// gave the linker (runtime.buildVersion and runtime.modinfo).
#pragma once

#include "wasm/memory_image.h"

#include "llvm/ADT/StringRef.h"

#include <vector>

namespace wald::inspect {

using objfile::Bytes;
using wasm::MemoryImage;

// All texts are views of the memory image.
struct BuildInfo {
  // runtime.buildVersion, with experiments that are not the default ("go1.26.8-X:nogreenteagc").
  // Empty if it was not found, or if several variables could be it.
  llvm::StringRef go_version;
  // The text between its two marks; empty if the link had none.
  llvm::StringRef text;

  struct Line {
    llvm::StringRef kind; // "path", "mod", "dep", "=>", "build"
    llvm::SmallVector<llvm::StringRef, 3> fields;
  };
  std::vector<Line> lines() const;
  // Of a line of kind "build": the value of "GOOS", "-buildmode", "vcs.time". Empty without.
  llvm::StringRef setting(llvm::StringRef key) const;
};

// Variables lie in [data, data_end). `version` is what the version begins with ("go1.27").
BuildInfo find_build_info(const MemoryImage &memory, uint64_t data, uint64_t data_end,
                          llvm::StringRef version);

} // namespace wald::inspect

// Options about what a module asks its host for and offers it beside functions: its memory, its
// imports, its custom sections.
#pragma once

#include "objfile/known_symbols.h"
#include "objfile/support/problem.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald {

inline constexpr uint64_t kMemoryPage = 0x10000, kMostMemory = uint64_t(1) << 32;

// Sizes are bytes, multiples of a page.
struct MemoryOptions {
  std::optional<uint64_t> initial;             // --initial-memory=BYTES; else as the reference's
  std::optional<uint64_t> most;                // --max-memory=BYTES; else the module names none
  bool is_imported = false;                    // --import-memory[=MODULE.NAME]
  std::string module = "env", name = "memory"; // of the import

  bool any() const { return initial || most || is_imported; }
};

// --stub-import=MODULE.NAME[=ERRNO]: a function of the module that takes the place of an import.
struct ImportStub {
  static constexpr uint16_t kNotSupported = 52; // WASI's errno ENOSYS

  std::string import;            // MODULE.NAME
  std::optional<uint16_t> error; // as it was given

  uint16_t result() const { return error.value_or(kNotSupported); }
};

// --add-section=NAME=FILE: a custom section with the contents of a file.
struct SectionFile {
  std::string name, file;
};

// The section of --embed-buildinfo.
inline constexpr llvm::StringLiteral kBuildInfoSection =
    objfile::name_of(objfile::KnownSymbol::kBuildInfo);

// What is wrong with the value, if anything.
std::optional<Problem> set_initial_memory(llvm::StringRef value, MemoryOptions &options);
std::optional<Problem> set_max_memory(llvm::StringRef value, MemoryOptions &options);
std::optional<Problem> import_memory(llvm::StringRef value, MemoryOptions &options);
std::optional<Problem> add_import_stub(llvm::StringRef value, std::vector<ImportStub> &stubs);
std::optional<Problem> add_section(llvm::StringRef value, std::vector<SectionFile> &sections);

} // namespace wald

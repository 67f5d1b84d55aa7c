// Bills of materials (SBOM) of finished Go modules: CycloneDX 1.6 and SPDX 2.3, as JSON.
#pragma once

#include "linker/inspect/build_info.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <string>

namespace wald {

struct ModuleFile {
  llvm::StringRef name; // without folders
  llvm::ArrayRef<uint8_t> bytes;
  std::string go_version; // "go1.26.8"
  const inspect::BuildInfo &info;
};

// The same for the same file. Fails for a module without build information: what it is made of is
// then not known.
llvm::Expected<llvm::json::Value> cyclonedx(const ModuleFile &file);

// `created` is seconds since 1970; the format demands a time.
llvm::Expected<llvm::json::Value> spdx(const ModuleFile &file, int64_t created);

// pkg:golang/PATH@VERSION, with what has a meaning in URLs escaped.
std::string package_url(llvm::StringRef path, llvm::StringRef version);

} // namespace wald

// --export=PKG.FUNC[=NAME] and --no-export=NAME: exports that are asked for on the command line,
// besides or instead of those of go:wasmexport directives.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace wald {

struct ExportRequest {
  std::string package;  // import path; "main" for the program
  std::string function; // Go name within the package
  std::string name;     // of the export
};

struct ExportOptions {
  std::vector<ExportRequest> added;
  std::vector<std::string> dropped; // export names

  bool empty() const { return added.empty() && dropped.empty(); }
};

// Adds what an --export asks for. What is wrong with its value, if anything.
std::optional<Problem> add_export(llvm::StringRef value, ExportOptions &options);

} // namespace wald

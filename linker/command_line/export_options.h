// --export=PKG.FUNC[=NAME] and --no-export=NAME: what the end builder exports beside, or instead
// of, what go:wasmexport directives say.
#pragma once

#include "llvm/ADT/StringRef.h"

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
std::string add_export(llvm::StringRef value, ExportOptions &options);

} // namespace wald

// --export=PKG.FUNC[=NAME] and --no-export=NAME: what the end builder exports beside, or instead
// of, what go:wasmexport directives say. The only options of wald's that change the module.
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

// Takes `word` if it is one of these options. Sets `error` for one that cannot be meant.
bool parse_export_option(llvm::StringRef word, ExportOptions &options, std::string &error);

} // namespace wald

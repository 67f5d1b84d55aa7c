// The import configuration of a link: a text file that maps import paths to archives and carries
// the module information. The go command writes one for every link step and names it with
// -importcfg.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wald::objfile {

struct ImportConfig {
  // packagefile lines in order: import path -> file. A later line for a path replaces the earlier
  // one's file in its place. Paths are as written; look-ups clean theirs.
  std::vector<std::pair<std::string, std::string>> package_files;

  // Value of the last modinfo line: the linker's string value for runtime.modinfo.
  std::optional<std::string> modinfo;
};

// Errors read "FILE_NAME:LINE: fact".
llvm::Expected<ImportConfig> parse_import_config(llvm::StringRef text, llvm::StringRef file_name);

} // namespace wald::objfile

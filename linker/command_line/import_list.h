// The file of --allow-imports: which functions a module may import.
//
//     # A comment, also after an import.
//     env.log
//     wasi_snapshot_preview1.*
//
// A line allows one import, MODULE.NAME, or all of a module. Modules and names may have dots;
// spaces around a line do not count.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <optional>
#include <string>

namespace wald {

class ImportList {
public:
  // Reads the text of a file, called `file` in messages. What is wrong with it, if anything.
  std::optional<Problem> read(llvm::StringRef text, llvm::StringRef file);

  bool allows(llvm::StringRef module, llvm::StringRef name) const {
    return modules_.contains(module) || imports_.contains((module + "." + name).str());
  }

private:
  llvm::StringSet<> imports_, modules_;
};

} // namespace wald

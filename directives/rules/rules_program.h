// Rules about a program as a whole: what hosts can call in it, and files that its build leaves out.
#pragma once

#include "directives/rules/rules.h"
#include "objfile/support/name_map.h"

namespace wald::directives {

struct MainFunction {
  SourcePosition position;
  bool does_nothing = false;
};

// The main function among the files of a program's package.
std::optional<MainFunction> find_main(llvm::ArrayRef<PackageSource> files);

// export-in-command, reactor-without-exports, main-in-reactor. Not for libraries.
void check_mode(const Interface &interface, llvm::StringRef program,
                const std::optional<MainFunction> &main, FindingList &findings);

// An export that a source has and no object, for those who look for it.
struct DroppedExport {
  std::string name;
  SourcePosition position;
  std::string why; // "this build leaves the file out: //go:build tinygo"
};

// Adds the directives of a file that was compiled, as "go:wasmexport NAME".
void add_directive_keys(const SourceFile &source, objfile::NameSet &keys);

// excluded-directive, other-build-directive: a file of a package that the build leaves out. What
// other files of the package have that are compiled is not missed.
void check_left_out(const PackageSource &from, const objfile::NameSet &compiled,
                    std::vector<DroppedExport> &dropped, FindingList &findings);

} // namespace wald::directives

// What `wald check` reads in source files: directives that Go drops, among what is compiled and in
// files that a build leaves out.
#pragma once

#include "directives/rules/rules_program.h"
#include "directives/source/source_files.h"
#include "wald/go_packages.h"

namespace wald {

class SourceChecker {
public:
  SourceChecker(directives::SourceFiles &sources, directives::FindingList &findings)
      : sources_(sources), findings_(findings) {}

  // The compiled files of a package. Those that cannot be read were none for the compiler either.
  void check_files(llvm::StringRef package, llvm::ArrayRef<std::string> files);

  // The files of a package that the build leaves out. For those who can change them: the module's
  // own packages.
  void check_left_out(const GoPackage &package);

  // What does not compile has no object, but its declarations may tell more than the compiler did.
  void check_uncompiled(const GoPackage &package, directives::TypeResolver &resolver);

  std::optional<directives::MainFunction> main_function(llvm::ArrayRef<std::string> files);

  // Exports that sources have and programs have not, as far as findings tell.
  std::vector<directives::DroppedExport> dropped_exports() const;

private:
  bool may_have_directives(const std::string &file) const;
  std::vector<directives::PackageSource> read(llvm::StringRef package,
                                              llvm::ArrayRef<std::string> files);

  directives::SourceFiles &sources_;
  directives::FindingList &findings_;
  std::vector<directives::DroppedExport> left_out_;
};

// "main" for a program, else the import path.
llvm::StringRef path_in_symbols(const GoPackage &package);

} // namespace wald

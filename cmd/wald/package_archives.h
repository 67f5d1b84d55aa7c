// The archives of packages, each opened and read once, for commands that look at objects without
// linking them.
#pragma once

#include "directives/gather.h"
#include "objfile/support/name_map.h"
#include "objfile/system/mapped_file.h"

#include "llvm/Support/Error.h"

#include <deque>
#include <string>
#include <vector>

namespace wald {

struct LoadedPackage {
  std::string path; // import path; "main" for a program
  std::string file; // the archive
  std::vector<objfile::Object> objects;
  std::vector<std::string> imports; // in order of mention, each once
  std::vector<directives::Directive> directives;
  bool is_main = false; // an object said `main`
};

class PackageArchives {
public:
  // What $GOROOT in file names stands for, in all packages that are loaded from here on.
  void set_goroot(std::string goroot) { goroot_ = std::move(goroot); }

  // Opens the archive of a package, or gives what an earlier call for the file has opened. Errors
  // name the file. Only a root can be a program: as part of another one it is a package whose tests
  // import it.
  llvm::Expected<const LoadedPackage *> load(llvm::StringRef path, llvm::StringRef file,
                                             bool is_root = true);

  // `root` and everything that it imports, in the order in which a linker loads them. `file_of`
  // gives a package's archive, or nothing where there is none to be had; such a package is left
  // out.
  llvm::Expected<std::vector<const LoadedPackage *>>
  load_closure(const LoadedPackage &root, llvm::function_ref<std::string(llvm::StringRef)> file_of);

  // The first header line seen, which all objects must repeat. Empty before the first.
  const std::string &header_line() const { return header_line_; }
  const std::string &goos() const { return goos_; }

private:
  // `imports` are those of the package so far.
  llvm::Error load_object(LoadedPackage &package, objfile::NameSet &imports, objfile::Bytes member);

  std::string goroot_, header_line_, goos_;
  std::deque<objfile::MappedFile> files_;
  std::deque<LoadedPackage> packages_;
  objfile::NameMap<LoadedPackage *> by_file_;
};

} // namespace wald

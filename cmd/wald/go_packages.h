// Packages as the go command lists them, compiled into its cache.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace wald {

struct GoPackage {
  std::string path; // import path
  std::string name; // "main" for a program
  std::string directory;
  std::string archive;               // empty for one that could not be compiled
  std::vector<std::string> go_files; // absolute
  std::vector<std::string> left_out; // Go files that the build's constraints leave out
  bool is_standard = false;
  bool is_own = false;   // of the module in which the go command runs, or of none
  bool is_named = false; // on the command line, and not only as a dependency
};

struct GoPackageList {
  std::vector<GoPackage> packages; // dependencies first
  std::vector<std::string> errors; // of the go command and the compiler, each once
  std::string goroot;              // of the Go that answered; empty without standard packages
};

// Runs `go list -deps -export` with these flags and packages; `go_words` may begin with -C DIR. An
// error means that the go command did not answer, after it said why.
llvm::Expected<GoPackageList> list_go_packages(const std::string &go,
                                               llvm::ArrayRef<std::string> go_words);

// The answer of `go list -json`, objects one behind the other.
llvm::Expected<GoPackageList> parse_go_list(llvm::StringRef text);

} // namespace wald

// wald's options on `wald toolexec`, `wald build` and `wald test`: words with two dashes in front
// of everything else.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald {

struct WrapperOptions {
  std::vector<std::string> words; // for `wald link`: --threads=N and the like
  bool verify = false;            // --verify: link with the reference too, and compare
  bool changes_module = false;    // --export, --no-export: the Go linker cannot take over
  size_t count = 0;               // how many words of the command line these are
  std::string error;              // what is wrong, if anything
};

// Takes wald's options off the front of `words`, up to the first other word. Files in them are made
// absolute: the linker may run in another directory.
WrapperOptions parse_wrapper_options(llvm::ArrayRef<const char *> words);

// The options as words for another wald.
std::vector<std::string> words_of(const WrapperOptions &options);

// The answer of a linker to -V=full, extended by wald's version and these words of options, so that
// the go command keeps builds with them apart from others. Unchanged without options.
std::string version_line_with_options(llvm::StringRef line, llvm::ArrayRef<std::string> words);

} // namespace wald

// wald's options on `wald toolexec`, `wald build` and `wald test`: words with two dashes.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald {

struct WrapperOptions {
  std::vector<std::string> words; // for `wald link`: --threads=N and the like
  bool verify = false;            // --verify: link with the reference too, and compare
  bool stub = false;              // --stub, for `wald run`
  bool help = false;              // --help, of `wald build` and `wald test`
  bool changes_module = false;    // --export, --no-export: the Go linker cannot take over
  std::vector<std::string> rest;  // the other words
  std::string error;              // what is wrong, if anything
};

enum class Wrapper {
  kTool,   // wald's options stand in front of everything else
  kGo,     // they stand anywhere before the packages
  kGoTest, // likewise, and some are for `wald run`
};

// Takes wald's options out of `words`. Files in them are made absolute: the linker may run in
// another directory.
WrapperOptions parse_wrapper_options(Wrapper wrapper, llvm::ArrayRef<const char *> words);

// The options as words for another wald.
std::vector<std::string> words_of(const WrapperOptions &options);

// The answer of a linker to -V=full, extended by wald's version and these words of options, so that
// the go command keeps builds with them apart from others. Unchanged without options.
std::string version_line_with_options(llvm::StringRef line, llvm::ArrayRef<std::string> words);

// What stands in the usage of `wald toolexec`, `wald build` and `wald test`.
extern const char kWrapperUsage[];

} // namespace wald

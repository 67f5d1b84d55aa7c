// A link as the go command asks for it, done by wald or handed over to Go's linker.
#pragma once

#include "linker/command_line/own_options.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald {

// Set in the environment where links are to show their passes, as with -v.
inline constexpr char kShowPasses[] = "WALD_SHOW_PASSES";

// The answer of a linker to -V=full, extended by which wald this is and these words of options, so
// that the go command keeps builds with them apart from others.
std::string version_line_with_options(llvm::StringRef line, llvm::StringRef id,
                                      llvm::ArrayRef<std::string> words);

// `line` is the linker with its arguments, after those of another tool, if there is one. The exit
// status.
int link_or_hand_over(const std::vector<std::string> &line, size_t linker,
                      const GivenOptions &options);

} // namespace wald

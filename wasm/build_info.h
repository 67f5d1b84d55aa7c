// What `go build` writes into a program of itself: packages, modules and settings, the text of
// `go version -m`.
#pragma once

#include "wasm/module_reader.h"

#include <string>
#include <utility>
#include <vector>

namespace wald::wasm {

// "path", "mod example.org/m", "build vcs.revision" and their values, in the text's order. Empty
// for a module without the text.
using BuildInfo = std::vector<std::pair<std::string, std::string>>;

BuildInfo read_build_info(const Module &module);

} // namespace wald::wasm

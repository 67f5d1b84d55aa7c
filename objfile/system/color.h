// Colours of what is said on a terminal.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

enum class Color { kBold, kError, kWarning, kNote };

// Whether the descriptor is a terminal that wants colours: NO_COLOR (https://no-color.org) is not
// set, and TERM is not dumb.
bool has_color(int descriptor);

// The text in that colour if stderr has colours, else as it is.
std::string colored_for_stderr(llvm::StringRef text, Color color);

} // namespace wald

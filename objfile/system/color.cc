#include "objfile/system/color.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <unistd.h>

namespace wald {

bool has_color(int descriptor) {
  const char *no_color = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  bool is_unwanted = no_color && *no_color;
  return !is_unwanted && terminal && llvm::StringRef(terminal) != "dumb" && ::isatty(descriptor);
}

std::string colored_for_stderr(llvm::StringRef text, Color color) {
  if (!has_color(STDERR_FILENO))
    return text.str();
  const char *begin = color == Color::kError     ? "\033[1;31m"
                      : color == Color::kWarning ? "\033[1;35m"
                      : color == Color::kNote    ? "\033[1;36m"
                                                 : "\033[1m";
  return (begin + text + "\033[0m").str();
}

} // namespace wald

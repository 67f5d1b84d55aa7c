#include "linker/core/go_path.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace wald {

using llvm::StringRef;

std::string clean_path(StringRef path) {
  bool is_absolute = path.starts_with("/");
  llvm::SmallVector<StringRef, 16> elements, kept;
  path.split(elements, '/', -1, /*KeepEmpty=*/false);
  for (StringRef element : elements) {
    if (element == ".")
      continue;
    if (element != "..")
      kept.push_back(element);
    else if (!kept.empty() && kept.back() != "..")
      kept.pop_back();
    else if (!is_absolute)
      kept.push_back(element);
  }
  std::string clean = (is_absolute ? "/" : "") + llvm::join(kept, "/");
  return clean.empty() ? "." : clean;
}

} // namespace wald

// See the header.
#include "linker/command_line/import_list.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

namespace wald {

using llvm::StringRef;
using llvm::Twine;

// A # inside of a name is a part of it.
static StringRef without_comment(StringRef line) {
  for (size_t at = line.find('#'); at != StringRef::npos; at = line.find('#', at + 1))
    if (at == 0 || llvm::isSpace(line[at - 1]))
      return line.take_front(at);
  return line;
}

std::optional<Problem> ImportList::read(StringRef text, StringRef file) {
  for (unsigned number = 1; !text.empty(); number++) {
    auto [line, rest] = text.split('\n');
    text = rest;
    StringRef import = without_comment(line).trim();
    if (import.empty())
      continue;
    auto [module, name] = import.rsplit('.');
    bool is_all = name == "*";
    if (module.empty() || name.empty() || module.contains('*') || (name.contains('*') && !is_all) ||
        llvm::any_of(import, llvm::isSpace))
      return Problem{
          (file + ":" + Twine(number) + ": want an import, MODULE.NAME or MODULE.*: " + import)
              .str(),
          {}};
    (is_all ? modules_ : imports_).insert(is_all ? module : import);
  }
  return std::nullopt;
}

} // namespace wald

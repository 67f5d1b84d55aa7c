#include "objfile/known_symbols.h"

namespace wald::objfile {

// Asked a few times a link, so a walk through the table is good enough.
std::optional<KnownSymbol> find_known_symbol(llvm::StringRef name) {
  for (size_t i = 0; i < kKnownSymbols.size(); i++)
    if (kKnownSymbols[i].name == name)
      return KnownSymbol(i);
  return std::nullopt;
}

} // namespace wald::objfile

#include "objfile/support/byte_count.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace wald::objfile {

using llvm::StringRef;

std::optional<uint64_t> parse_byte_count(StringRef text) {
  StringRef digits = text.take_while(llvm::isDigit), unit = text.drop_front(digits.size());
  unsigned shift = llvm::StringSwitch<unsigned>(unit)
                       .Case("", 0)
                       .Cases("K", "KiB", 10)
                       .Cases("M", "MiB", 20)
                       .Cases("G", "GiB", 30)
                       .Default(64);
  uint64_t number = 0;
  if (shift == 64 || digits.getAsInteger(10, number) || number > UINT64_MAX >> shift)
    return std::nullopt;
  return number << shift;
}

} // namespace wald::objfile

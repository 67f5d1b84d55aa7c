#include "objfile/support/printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::wasm {

namespace {

// Unicode's C0, DEL and C1.
bool is_control(llvm::UTF32 character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

} // namespace

std::string printable(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream out(result);
  const llvm::UTF8 *at = text.bytes_begin();
  while (at != text.bytes_end()) {
    const llvm::UTF8 *start = at;
    llvm::UTF32 character = 0;
    bool is_valid = llvm::convertUTF8Sequence(&at, text.bytes_end(), &character,
                                              llvm::strictConversion) == llvm::conversionOK;
    if (!is_valid)
      at = start + 1;
    if (is_valid && !is_control(character))
      out.write(reinterpret_cast<const char *>(start), at - start);
    else if (character == '\n')
      out << "\\n";
    else
      for (; start != at; start++)
        out << "\\x" << llvm::format_hex_no_prefix(*start, 2);
  }
  return result;
}

std::string printable_lines(llvm::StringRef text) {
  constexpr llvm::StringLiteral kBetween = "\n>>> ";
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, kBetween);
  return llvm::join(llvm::map_range(lines, printable), kBetween);
}

} // namespace wald::wasm

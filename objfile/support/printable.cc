#include "objfile/support/printable.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::wasm {

namespace {

// Unicode's C0, DEL and C1.
bool is_control(uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

} // namespace

std::string printable(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream out(result);
  while (!text.empty()) {
    objfile::Rune rune = objfile::decode_rune(text);
    llvm::StringRef character = text.take_front(rune.size);
    text = text.drop_front(rune.size);
    if (rune.is_valid && !is_control(rune.value))
      out << character;
    else if (character == "\n")
      out << "\\n";
    else
      for (uint8_t byte : character.bytes())
        out << "\\x" << llvm::format_hex_no_prefix(byte, 2);
  }
  return result;
}

} // namespace wald::wasm

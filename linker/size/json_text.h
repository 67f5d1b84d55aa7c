// Writes the many small values of a report's JSON. llvm::json::OStream takes three times as long
// for them; it writes everything else.
#pragma once

#include "objfile/support/printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::size {

// A name as a JSON string.
inline void write_json_string(llvm::raw_ostream &out, llvm::StringRef text) {
  bool is_plain =
      llvm::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (is_plain)
    out << '"' << text << '"';
  else
    out << llvm::json::Value(wasm::printable(text));
}

} // namespace wald::size

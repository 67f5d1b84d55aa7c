// What the forms of a report in JSON share.
#pragma once

#include "linker/size/report.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::size {

// A name as a JSON string. There are many, and llvm::json::OStream, which writes everything else,
// takes three times as long for them.
inline void write_json_string(llvm::raw_ostream &out, llvm::StringRef text) {
  bool is_plain =
      llvm::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (is_plain)
    out << '"' << text << '"';
  else
    out << llvm::json::Value(wasm::printable(text));
}

// What the report as a whole is about.
inline void write_heading(llvm::json::OStream &to, const Report &report) {
  to.attribute("name", wasm::printable(report.file));
  to.attribute("size", int64_t(report.file_size()));
  to.attribute("go", wasm::printable(report.go_version));
  to.attribute("source", report.is_of_link ? "link" : "module");
  to.attributeArray("notes", [&] {
    for (const std::string &note : report.notes)
      to.value(wasm::printable(note));
  });
}

} // namespace wald::size

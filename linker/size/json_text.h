// What the forms of a report in JSON share.
#pragma once

#include "linker/size/row_text.h"
#include "objfile/support/printable.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::size {

// A name as a JSON string. There are many, and llvm::json::OStream, which writes everything else,
// takes three times as long for them.
inline void write_json_string(llvm::raw_ostream &out, llvm::StringRef text) {
  NameText name(text, '"', '\\');
  if (!name.is_printable) {
    out << llvm::json::Value(wasm::printable(text));
    return;
  }
  out << '"';
  while (!name.is_plain) {
    size_t at = text.find_first_of("\"\\");
    if (at == llvm::StringRef::npos)
      break;
    out << text.take_front(at) << '\\' << text[at];
    text = text.drop_front(at + 1);
  }
  out << text << '"';
}

// What the report as a whole is about.
inline void write_heading(llvm::json::OStream &to, const Report &report) {
  to.attribute("name", wasm::printable(report.file));
  to.attribute("size", int64_t(report.file_size()));
  if (report.gzip_size)
    to.attribute("gzip", int64_t(*report.gzip_size));
  to.attribute("go", wasm::printable(report.go_version));
  to.attribute("source", report.is_of_link ? "link" : "module");
  to.attributeArray("notes", [&] {
    for (const std::string &note : report.notes)
      to.value(wasm::printable(note));
  });
}

// The attribute "symbols", a long list of one entry a row, which write(out, row) writes.
inline void write_symbols(llvm::json::OStream &to, const Report &report, RunBoth run_both,
                          llvm::function_ref<void(llvm::raw_ostream &, const Row &)> write) {
  to.attributeArray("symbols", [&] {
    if (!report.rows().empty())
      to.rawValue([&](llvm::raw_ostream &out) { write_rows(out, report, run_both, ",", write); });
  });
}

} // namespace wald::size

// What the forms of a report in JSON share.
#pragma once

#include "linker/size/output.h"
#include "objfile/support/printable.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <charconv>

namespace wald::size {

// Streams into a string have none of their own.
inline constexpr size_t kStreamBuffer = 1 << 16;

// A name as a JSON string. There are many, and llvm::json::OStream, which writes everything else,
// takes three times as long for them.
inline void write_json_string(llvm::raw_ostream &out, llvm::StringRef text) {
  // Without an end ahead of the last character: that can be vectorized.
  bool is_printable = true, is_plain = true;
  for (char c : text) {
    is_printable &= (c >= ' ') & (c <= '~');
    is_plain &= (c != '"') & (c != '\\');
  }
  if (!is_printable) {
    out << llvm::json::Value(wasm::printable(text));
    return;
  }
  out << '"';
  while (!is_plain) {
    size_t at = text.find_first_of("\"\\");
    if (at == llvm::StringRef::npos)
      break;
    out << text.take_front(at) << '\\' << text[at];
    text = text.drop_front(at + 1);
  }
  out << text << '"';
}

inline void write_number(llvm::raw_ostream &out, uint64_t number) {
  char digits[20];
  out << llvm::StringRef(digits, std::to_chars(digits, std::end(digits), number).ptr - digits);
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
  llvm::ArrayRef<Row> rows = report.rows();
  auto write_part = [&](llvm::raw_ostream &out, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
      if (i != 0)
        out << ',';
      write(out, rows[i]);
    }
  };
  size_t middle = (rows.size() + 1) / 2;
  constexpr size_t kUsualRow = 150;
  std::string second;
  second.reserve(kUsualRow * (rows.size() - middle));
  llvm::raw_string_ostream out_second(second);
  out_second.SetBufferSize(kStreamBuffer);
  to.attributeArray("symbols", [&] {
    if (!rows.empty())
      to.rawValue([&](llvm::raw_ostream &out) {
        run_both([&] { write_part(out, 0, middle); },
                 [&] { write_part(out_second, middle, rows.size()); });
        out_second.flush();
        out << second;
      });
  });
}

} // namespace wald::size

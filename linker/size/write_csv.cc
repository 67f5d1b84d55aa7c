// A line for each part of each row: bytes add up to the file's size. The retained size, which does
// not, stands in the first line of a row.
#include "linker/size/row_text.h"
#include "objfile/support/printable.h"

#include <string>
#include <vector>

namespace wald::size {

namespace {

void append_quoted(std::string &to, StringRef text) {
  to += '"';
  for (char c : text)
    to.append(c == '"' ? 2 : 1, c);
  to += '"';
}

// In quotes, which double within, where the text has a comma or quotes.
void append_field(std::string &to, StringRef text) {
  NameText name(text, '"', ',');
  std::string changed;
  if (!name.is_printable)
    text = changed = wasm::printable(text);
  if (name.is_plain)
    to += text;
  else
    append_quoted(to, text);
}

class CsvWriter {
public:
  explicit CsvWriter(const Report &report) {
    for (const Package &package : report.packages) {
      std::string &text = packages_.emplace_back();
      append_field(text, report.module_of(package).path);
      text += ',';
      append_field(text, package.path);
      text += ',';
    }
    for (const KindText &kind : kKinds)
      kinds_.push_back(("," + text_of(kind.area).name + "," + kind.name + ",").str());
  }

  void write(llvm::raw_ostream &out, const Row &row) const {
    std::string begin = packages_[row.package];
    append_field(begin, row.name);
    begin += ',';
    append_field(begin, generic_of(row.name));
    for (const Part &part : row.parts) {
      out << begin << kinds_[unsigned(part.kind)];
      write_number(out, part.size);
      out << ',';
      if (&part == row.parts.begin() && row.retained)
        write_number(out, *row.retained);
      out << '\n';
    }
  }

private:
  std::vector<std::string> packages_, kinds_; // what stands in many lines, as it stands there
};

} // namespace

void write_csv(llvm::raw_ostream &out, const Report &report, RunBoth run_both) {
  out << "module,package,symbol,generic,area,kind,bytes,retained\n";
  CsvWriter writer(report);
  write_rows(out, report, run_both, "",
             [&](llvm::raw_ostream &to, const Row &row) { writer.write(to, row); });
}

} // namespace wald::size

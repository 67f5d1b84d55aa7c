// The report as a page: page/page.html with its style, its script and the data in it, so that it is
// one file that needs nothing else. The build compiles these files in (page.h).
//
// The data is JSON with lists instead of objects where there are many:
//
//     { name, size, go, source, notes,
//       areas: [[name, title]], kinds: [[name, area, title]],
//       modules: [[path, version, retained]], packages: [[path, module, retained]],
//       symbols: [[name, package, retained, [kind, bytes, kind, bytes …]]],
//       baseline: { name, size, symbols: [[package, name, bytes]] } or null }
//
// Areas, kinds, modules and packages are numbers in these lists; a retained size that is not known
// is -1.
#include "linker/size/json_text.h"
#include "linker/size/output.h"
#include "linker/size/page.h"
#include "objfile/support/printable.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::size {

namespace {

namespace json = llvm::json;

int64_t number_or_none(std::optional<uint64_t> size) {
  return size ? int64_t(*size) : -1;
}

void write_totals(json::OStream &to, const Report &report) {
  to.attributeArray("areas", [&] {
    for (const AreaText &area : kAreas)
      to.array([&] {
        to.value(area.name);
        to.value(area.title);
      });
  });
  to.attributeArray("kinds", [&] {
    for (const KindText &kind : kKinds)
      to.array([&] {
        to.value(kind.name);
        to.value(int64_t(kind.area));
        to.value(kind.title);
      });
  });
  to.attributeArray("modules", [&] {
    for (const Module &module : report.modules)
      to.array([&] {
        to.value(wasm::printable(module.path));
        to.value(wasm::printable(module.version));
        to.value(number_or_none(module.retained));
      });
  });
  to.attributeArray("packages", [&] {
    for (const Package &package : report.packages)
      to.array([&] {
        to.value(wasm::printable(package.path));
        to.value(int64_t(package.module));
        to.value(number_or_none(package.retained));
      });
  });
}

void write_symbol(llvm::raw_ostream &out, const Row &row) {
  out << '[';
  write_json_string(out, row.name);
  out << ',';
  write_number(out, row.package);
  out << ',' << number_or_none(row.retained) << ",[";
  for (const Part &part : row.parts) {
    if (&part != row.parts.begin())
      out << ',';
    write_number(out, unsigned(part.kind));
    out << ',';
    write_number(out, part.size);
  }
  out << "]]";
}

void write_baseline(json::OStream &to, const Baseline *before) {
  if (!before)
    return to.attribute("baseline", nullptr);
  to.attributeObject("baseline", [&] {
    to.attribute("name", before->name);
    to.attribute("size", int64_t(before->file_size));
    to.attributeArray("symbols", [&] {
      for (const Baseline::Entry &entry : before->entries)
        to.array([&] {
          to.value(entry.package);
          to.value(entry.name);
          to.value(int64_t(entry.size));
        });
    });
  });
}

std::string data_of(const Report &report, const Baseline *before, RunBoth run_both) {
  constexpr size_t kUsualRow = 100;
  std::string text;
  text.reserve(kUsualRow * report.rows().size());
  llvm::raw_string_ostream out(text);
  out.SetBufferSize(kStreamBuffer);
  json::OStream to(out);
  to.object([&] {
    write_heading(to, report);
    write_totals(to, report);
    write_symbols(to, report, run_both, write_symbol);
    write_baseline(to, before);
  });
  out.flush();
  return text;
}

// Within a script element only "<" could end it, or begin a comment.
void write_for_script(llvm::raw_ostream &out, StringRef json) {
  for (size_t at; (at = json.find('<')) != StringRef::npos; json = json.drop_front(at + 1))
    out << json.take_front(at) << "\\u003c";
  out << json;
}

void write_escaped(llvm::raw_ostream &out, StringRef text) {
  for (char c : text)
    if (c == '<')
      out << "&lt;";
    else if (c == '&')
      out << "&amp;";
    else
      out << c;
}

} // namespace

void write_html(llvm::raw_ostream &out, const Report &report, const Baseline *before,
                RunBoth run_both) {
  for (StringRef rest = kPageHtml; !rest.empty();) {
    auto [text, after] = rest.split("{{");
    out << text;
    auto [what, next] = after.split("}}");
    rest = next;
    if (what == "title")
      write_escaped(out, "Size of " + wasm::printable(report.file));
    else if (what == "css")
      out << kPageCss;
    else if (what == "js")
      out << kPageJs;
    else if (what == "data")
      write_for_script(out, data_of(report, before, run_both));
  }
}

} // namespace wald::size

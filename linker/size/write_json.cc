// The report's own JSON, whose form SIZE.md describes, and the baseline that is read from it.
#include "linker/size/json_text.h"
#include "linker/size/output.h"
#include "objfile/support/nesting.h"
#include "objfile/support/printable.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

namespace wald::size {

namespace {

namespace json = llvm::json;

constexpr int64_t kVersion = 1;

void write_sizes(json::OStream &out, uint64_t size, std::optional<uint64_t> retained) {
  out.attribute("size", int64_t(size));
  if (retained)
    out.attribute("retained", int64_t(*retained));
}

// What stands in many rows, as it stands there.
struct RepeatedText {
  explicit RepeatedText(const Report &report) {
    for (const Package &package : report.packages) {
      llvm::raw_string_ostream out(packages.emplace_back());
      out << ",\"package\":";
      write_json_string(out, package.path);
    }
    for (const KindText &kind : kKinds)
      kinds.push_back((",\"" + kind.name + "\":").str());
  }
  std::vector<std::string> packages, kinds;
};

void write_symbol(llvm::raw_ostream &out, const RepeatedText &texts, const Row &row) {
  out << "{\"name\":";
  write_json_string(out, row.name);
  out << texts.packages[row.package];
  if (StringRef generic = generic_of(row.name); !generic.empty()) {
    out << ",\"generic\":";
    write_json_string(out, generic);
  }
  out << ",\"size\":";
  write_number(out, row.size);
  if (row.retained) {
    out << ",\"retained\":";
    write_number(out, *row.retained);
  }
  out << ",\"parts\":{";
  for (const Part &part : row.parts) {
    StringRef key = texts.kinds[unsigned(part.kind)];
    out << key.drop_front(&part == row.parts.begin() ? 1 : 0);
    write_number(out, part.size);
  }
  out << "}}";
}

void write_totals(json::OStream &out, const Report &report) {
  out.attributeArray("kinds", [&] {
    for (const KindText &kind : kKinds)
      out.object([&] {
        out.attribute("name", kind.name);
        out.attribute("area", text_of(kind.area).name);
        out.attribute("title", kind.title);
        out.attribute("size", int64_t(report.size_of(kind.kind)));
      });
  });
  out.attributeArray("modules", [&] {
    for (uint32_t i : report.modules_by_size())
      out.object([&] {
        const Module &module = report.modules[i];
        out.attribute("path", wasm::printable(module.path));
        if (!module.version.empty())
          out.attribute("version", wasm::printable(module.version));
        write_sizes(out, module.size, module.retained);
      });
  });
  out.attributeArray("packages", [&] {
    for (uint32_t i : report.packages_by_size())
      out.object([&] {
        const Package &package = report.packages[i];
        out.attribute("path", wasm::printable(package.path));
        out.attribute("module", wasm::printable(report.module_of(package).path));
        write_sizes(out, package.size, package.retained);
      });
  });
}

llvm::Error error(const llvm::Twine &text) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), text);
}

} // namespace

void write_json(llvm::raw_ostream &out, const Report &report, RunBoth run_both) {
  json::OStream to(out);
  RepeatedText texts(report);
  to.object([&] {
    to.attribute("format", "wald size");
    to.attribute("version", kVersion);
    write_heading(to, report);
    write_totals(to, report);
    write_symbols(to, report, run_both,
                  [&](llvm::raw_ostream &raw, const Row &row) { write_symbol(raw, texts, row); });
  });
  out << '\n';
}

llvm::Expected<Baseline> read_baseline(StringRef text) {
  llvm::Expected<json::Value> value = objfile::parse_json(text);
  if (!value)
    return value.takeError();
  const json::Object *root = value->getAsObject();
  if (!root || root->getString("format") != "wald size")
    return error("no size report of wald's: want a file that --size-report=FILE.json made");
  if (root->getInteger("version") != kVersion)
    return error("a size report of another version of wald");
  Baseline baseline;
  baseline.name = root->getString("name").value_or("").str();
  const json::Array *symbols = root->getArray("symbols");
  std::optional<int64_t> size = root->getInteger("size");
  if (!symbols || !size || *size < 0)
    return error("a size report without \"size\" or \"symbols\"");
  baseline.file_size = *size;
  std::map<std::pair<StringRef, StringRef>, uint64_t> sizes;
  for (const json::Value &entry : *symbols) {
    const json::Object *symbol = entry.getAsObject();
    std::optional<StringRef> name = symbol ? symbol->getString("name") : std::nullopt;
    std::optional<StringRef> package = symbol ? symbol->getString("package") : std::nullopt;
    std::optional<int64_t> bytes = symbol ? symbol->getInteger("size") : std::nullopt;
    if (!name || !package || !bytes || *bytes < 0)
      return error("a size report with a symbol without name, package or size");
    sizes[{*package, *name}] += *bytes;
  }
  for (auto &[key, bytes] : sizes)
    baseline.entries.push_back({key.first.str(), key.second.str(), bytes});
  return baseline;
}

} // namespace wald::size

// The report in forms that other projects' viewers read. They were written down from what these
// viewers ask for:
//
//     gsa        ui/src/schema/schema.ts of github.com/Zxilly/go-size-analyzer
//     esbuild    https://esbuild.github.io/api/#metafile
#include "linker/size/json_text.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <utility>
#include <vector>

namespace wald::size {

namespace {

namespace json = llvm::json;

// The rows of each package.
std::vector<std::vector<const Row *>> rows_by_package(const Report &report) {
  std::vector<std::vector<const Row *>> rows(report.packages.size());
  for (const Row &row : report.rows())
    rows[row.package].push_back(&row);
  return rows;
}

const char *gsa_type(const Report &report, const Package &package) {
  StringRef module = report.module_of(package).path;
  if (package.path == "main")
    return "main";
  if (module == "std")
    return "std";
  if (module == "<module unknown>")
    return "unknown";
  return module.starts_with("<") ? "generated" : "vendor";
}

const char *gsa_type(const Row &row) {
  switch (text_of(row.main_kind()).area) {
  case Area::kCode:
    return "text";
  case Area::kModule:
    return "unknown";
  default:
    return "data";
  }
}

void write_gsa_symbol(llvm::raw_ostream &out, const Row &row) {
  out << "{\"name\":";
  write_json_string(out, row.name);
  out << ",\"addr\":0,\"size\":";
  write_number(out, row.size);
  out << ",\"type\":\"" << gsa_type(row) << "\"}";
}

// What stands between the quotes of a JSON string, with another character for the slash, which
// begins a folder there.
void append_file_name(std::string &to, StringRef name) {
  llvm::SmallString<128> quoted;
  llvm::raw_svector_ostream out(quoted);
  write_json_string(out, name);
  StringRef rest = quoted.str().drop_front().drop_back();
  for (size_t at; (at = rest.find('/')) != StringRef::npos; rest = rest.drop_front(at + 1)) {
    to += rest.take_front(at);
    to += "∕";
  }
  to += rest;
}

struct Input {
  const Row *row; // the first of its name
  uint64_t size;
  std::string key; // its name, as a JSON string
};

// Symbols are the files of a bundle. Those of one name count together.
std::vector<Input> inputs_of(const Report &report, RunBoth run_both) {
  std::vector<std::string> folders;
  for (const Package &package : report.packages) {
    llvm::raw_string_ostream out(folders.emplace_back());
    write_json_string(out, report.module_of(package).path);
    std::string &folder = folders.back();
    folder.back() = '/'; // instead of the end quote
    append_file_name(folder, package.path);
    folder += '/';
  }
  llvm::DenseMap<std::pair<uint32_t, StringRef>, size_t> places(report.rows().size());
  std::vector<Input> inputs;
  inputs.reserve(report.rows().size());
  for (const Row &row : report.rows()) {
    auto [place, is_new] = places.try_emplace({row.package, row.name}, inputs.size());
    if (is_new)
      inputs.push_back({&row, row.size, {}});
    else
      inputs[place->second].size += row.size;
  }
  auto add_keys = [&](llvm::MutableArrayRef<Input> list) {
    for (Input &input : list) {
      input.key = folders[input.row->package];
      append_file_name(input.key, input.row->name);
      input.key += '"';
    }
  };
  llvm::MutableArrayRef<Input> all = inputs;
  run_both([&] { add_keys(all.take_front(all.size() / 2)); },
           [&] { add_keys(all.drop_front(all.size() / 2)); });
  return inputs;
}

// An object of the inputs, each with its size between `before` and `after`.
void write_inputs(json::OStream &to, llvm::ArrayRef<Input> inputs, RunBoth run_both,
                  StringRef before, StringRef after) {
  to.attributeBegin("inputs");
  to.rawValue([&](llvm::raw_ostream &out) {
    out << '{';
    write_entries(out, inputs.size(), run_both, ",", [&](llvm::raw_ostream &entry, size_t i) {
      entry << inputs[i].key << before;
      write_number(entry, inputs[i].size);
      entry << after;
    });
    out << '}';
  });
  to.attributeEnd();
}

} // namespace

// Each package on its own, with its symbols. No section has anything else in it.
void write_gsa(llvm::raw_ostream &out, const Report &report) {
  json::OStream to(out);
  std::vector<std::vector<const Row *>> rows = rows_by_package(report);
  to.object([&] {
    to.attribute("name", wasm::printable(report.file));
    to.attribute("size", int64_t(report.file_size()));
    to.attributeObject("packages", [&] {
      for (uint32_t i : report.packages_by_size()) {
        const Package &package = report.packages[i];
        std::string path = wasm::printable(package.path);
        to.attributeObject(path, [&] {
          to.attribute("name", path);
          to.attribute("type", gsa_type(report, package));
          to.attributeObject("subPackages", [] {});
          to.attributeArray("files", [] {});
          to.attributeArray("symbols", [&] {
            for (const Row *row : rows[i])
              to.rawValue([&](llvm::raw_ostream &row_out) { write_gsa_symbol(row_out, *row); });
          });
          to.attribute("size", int64_t(package.size));
        });
      }
    });
    to.attributeArray("sections", [] {});
  });
  out << '\n';
}

void write_esbuild(llvm::raw_ostream &out, const Report &report, RunBoth run_both) {
  std::vector<Input> inputs = inputs_of(report, run_both);
  json::OStream to(out);
  to.object([&] {
    write_inputs(to, inputs, run_both, ":{\"bytes\":", ",\"imports\":[]}");
    to.attributeObject("outputs", [&] {
      to.attributeObject(wasm::printable(report.file), [&] {
        to.attribute("bytes", int64_t(report.file_size()));
        write_inputs(to, inputs, run_both, ":{\"bytesInOutput\":", "}");
        to.attributeArray("imports", [] {});
        to.attributeArray("exports", [] {});
      });
    });
  });
  out << '\n';
}

} // namespace wald::size

// The report in forms that other projects' viewers read. They were written down from what these
// viewers ask for:
//
//     gsa        ui/src/schema/schema.ts of github.com/Zxilly/go-size-analyzer
//     esbuild    https://esbuild.github.io/api/#metafile
#include "linker/size/output.h"
#include "objfile/support/printable.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

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

void write_gsa_symbol(json::OStream &out, const Row &row) {
  out.attribute("name", wasm::printable(row.name));
  out.attribute("addr", 0);
  out.attribute("size", int64_t(row.size));
  out.attribute("type", gsa_type(row));
}

// A slash begins a folder there.
std::string as_file_name(StringRef name) {
  std::string text = wasm::printable(name), result;
  for (char c : text)
    result += c == '/' ? "∕" : std::string(1, c);
  return result;
}

std::string input_name(const Report &report, const Row &row) {
  const Package &package = report.package_of(row);
  return wasm::printable(report.module_of(package).path) + "/" + as_file_name(package.path) + "/" +
         as_file_name(row.name);
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
              to.object([&] { write_gsa_symbol(to, *row); });
          });
          to.attribute("size", int64_t(package.size));
        });
      }
    });
    to.attributeArray("sections", [] {});
  });
  out << '\n';
}

// Symbols are the files of a bundle. Those of one name count together.
void write_esbuild(llvm::raw_ostream &out, const Report &report) {
  std::vector<std::pair<std::string, uint64_t>> inputs;
  for (const Row &row : report.rows())
    inputs.push_back({input_name(report, row), row.size});
  std::sort(inputs.begin(), inputs.end());
  size_t kept = 0;
  for (auto &[name, size] : inputs)
    if (kept != 0 && inputs[kept - 1].first == name)
      inputs[kept - 1].second += size;
    else
      inputs[kept++] = {std::move(name), size};
  inputs.resize(kept);
  json::OStream to(out);
  to.object([&] {
    to.attributeObject("inputs", [&] {
      for (auto &[name, size] : inputs)
        to.attributeObject(name, [&, bytes = size] {
          to.attribute("bytes", int64_t(bytes));
          to.attributeArray("imports", [] {});
        });
    });
    to.attributeObject("outputs", [&] {
      to.attributeObject(wasm::printable(report.file), [&] {
        to.attribute("bytes", int64_t(report.file_size()));
        to.attributeObject("inputs", [&] {
          for (auto &[name, size] : inputs)
            to.attributeObject(
                name, [&, bytes = size] { to.attribute("bytesInOutput", int64_t(bytes)); });
        });
        to.attributeArray("imports", [] {});
        to.attributeArray("exports", [] {});
      });
    });
  });
  out << '\n';
}

} // namespace wald::size

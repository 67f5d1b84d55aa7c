// The report for people at a terminal, and for spreadsheets.
#include "linker/size/output.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <tuple>

namespace wald::size {

namespace {

constexpr size_t kMostSymbols = 200, kMostGenerics = 50, kMostName = 160;

class TextWriter {
public:
  TextWriter(llvm::raw_ostream &out, const Report &report) : out_(out), report_(report) {}

  void write() {
    out_ << wasm::printable(report_.file) << ": " << report_.file_size() << " bytes";
    if (!report_.go_version.empty())
      out_ << ", " << wasm::printable(report_.go_version);
    if (report_.gzip_size)
      out_ << ", " << *report_.gzip_size << " after gzip -9";
    out_ << '\n';
    for (const std::string &note : report_.notes)
      out_ << ">>> " << wasm::printable(note) << '\n';
    write_kinds();
    write_modules();
    write_packages();
    write_symbols();
    write_generics();
  }

private:
  void size_and_share(uint64_t size) {
    double share = report_.file_size() ? 100.0 * double(size) / double(report_.file_size()) : 0;
    out_ << llvm::format("%10llu  %5.1f", static_cast<unsigned long long>(size), share);
  }
  void retained(std::optional<uint64_t> size) {
    if (size)
      out_ << llvm::format("  %10llu", static_cast<unsigned long long>(*size));
    else
      out_ << "           -";
  }

  void write_kinds() {
    out_ << "\n     bytes      %  what\n";
    for (const AreaText &area : kAreas) {
      size_and_share(report_.size_of(area.area));
      out_ << "  " << area.name << ": " << area.title << '\n';
      for (const KindText &kind : kKinds)
        if (kind.area == area.area && report_.size_of(kind.kind) != 0) {
          size_and_share(report_.size_of(kind.kind));
          out_ << "    " << kind.name << ": " << kind.title << '\n';
        }
    }
  }

  void write_modules() {
    out_ << "\n     bytes      %    retained  module\n";
    for (uint32_t i : report_.modules_by_size()) {
      const Module &module = report_.modules[i];
      size_and_share(module.size);
      retained(module.retained);
      out_ << "  " << wasm::printable(module.path);
      if (!module.version.empty())
        out_ << ' ' << wasm::printable(module.version);
      out_ << '\n';
    }
  }

  void write_packages() {
    out_ << "\n     bytes      %    retained  package\n";
    for (uint32_t i : report_.packages_by_size()) {
      const Package &package = report_.packages[i];
      size_and_share(package.size);
      retained(package.retained);
      out_ << "  " << wasm::printable(package.path) << '\n';
    }
  }

  void write_symbols() {
    llvm::ArrayRef<Row> rows = report_.rows();
    out_ << "\n     bytes      %    retained  symbol\n";
    for (const Row &row : rows.take_front(kMostSymbols)) {
      size_and_share(row.size);
      retained(row.retained);
      out_ << "  " << wasm::printable(report_.package_of(row).path) << ":("
           << wasm::printable(row.name.take_front(kMostName))
           << (row.name.size() > kMostName ? "…" : "") << ") " << text_of(row.main_kind()).name
           << '\n';
    }
    if (rows.size() <= kMostSymbols)
      return;
    uint64_t rest = 0;
    for (const Row &row : rows.drop_front(kMostSymbols))
      rest += row.size;
    size_and_share(rest);
    out_ << "              " << rows.size() - kMostSymbols << " more\n";
  }

  void write_generics() {
    struct Generic {
      StringRef name;
      uint64_t size = 0, num_instances = 0;
    };
    llvm::MapVector<StringRef, Generic> generics;
    for (const Row &row : report_.rows())
      if (StringRef name = generic_of(row.name); !name.empty()) {
        Generic &generic = generics[name];
        generic.name = name;
        generic.size += row.size;
        generic.num_instances++;
      }
    if (generics.empty())
      return;
    std::vector<Generic> list;
    for (auto &[name, generic] : generics)
      list.push_back(generic);
    llvm::sort(list, [](const Generic &a, const Generic &b) {
      return std::tie(b.size, a.name) < std::tie(a.size, b.name);
    });
    out_ << "\n     bytes      %   instances  generic function or type\n";
    for (const Generic &generic : llvm::ArrayRef(list).take_front(kMostGenerics)) {
      size_and_share(generic.size);
      out_ << llvm::format("  %10llu  ", static_cast<unsigned long long>(generic.num_instances))
           << wasm::printable(generic.name) << '\n';
    }
    if (list.size() > kMostGenerics)
      out_ << "                               " << list.size() - kMostGenerics << " more\n";
  }

  llvm::raw_ostream &out_;
  const Report &report_;
};

} // namespace

void write_text(llvm::raw_ostream &out, const Report &report) {
  TextWriter(out, report).write();
}

} // namespace wald::size

// --print-gc: what packages define and the program does not need.
#include "linker/core/passes.h"
#include "linker/liveness/named_definitions.h"
#include "objfile/support/printable.h"
#include "objfile/system/text_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

namespace wald {

namespace {

struct Dropped {
  uint64_t size;
  StringRef name;
};

struct DroppedOfPackage {
  StringRef name; // import path
  uint64_t size = 0;
  std::vector<Dropped> symbols;
};

std::vector<DroppedOfPackage> dropped_symbols(const Context &ctx) {
  std::vector<DroppedOfPackage> packages(ctx.libraries.size());
  for (size_t i = 0; i < packages.size(); i++)
    packages[i].name = ctx.libraries[i].path;
  for_each_named_definition(ctx, [&](const InputObject &object, uint32_t local, SymId id) {
    objfile::SymbolKind kind = object.obj.kind(local);
    if (kind == objfile::SymbolKind::kNone || kind == objfile::SymbolKind::kInvalid ||
        is_reachable(ctx, id))
      return;
    uint64_t size = is_text(kind) ? object.obj.data(local).size() : object.obj.symbol(local).size();
    DroppedOfPackage &package = packages[object.library];
    package.size += size;
    package.symbols.push_back({size, object.obj.name(local)});
  });
  auto by_size = [](const auto &a, const auto &b) {
    return std::tuple(b.size, a.name) < std::tuple(a.size, b.name);
  };
  llvm::erase_if(packages, [](const DroppedOfPackage &package) { return package.symbols.empty(); });
  llvm::sort(packages, by_size);
  for (DroppedOfPackage &package : packages)
    llvm::sort(package.symbols, by_size);
  return packages;
}

} // namespace

void list_dropped_symbols(Context &ctx) {
  std::string error = write_text_file(ctx.options.reports.print_gc, [&](llvm::raw_ostream &out) {
    for (const DroppedOfPackage &package : dropped_symbols(ctx)) {
      out << llvm::format("%9llu ", static_cast<unsigned long long>(package.size)) << "package "
          << wasm::printable(package.name) << ", " << package.symbols.size() << " symbols\n";
      for (const Dropped &symbol : package.symbols)
        out << llvm::format("%9llu   ", static_cast<unsigned long long>(symbol.size))
            << wasm::printable(symbol.name) << '\n';
    }
  });
  if (!error.empty())
    ctx.diag.error(error);
}

} // namespace wald

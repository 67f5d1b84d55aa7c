// --print-gc: what packages define and the program does not need.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
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

// Not those without a name: pc tables and function information, which go with their functions.
bool is_listed(const objfile::Object &object, uint32_t local) {
  objfile::SymbolKind kind = object.kind(local);
  bool is_debug =
      kind >= objfile::SymbolKind::kDwarfFirst && kind <= objfile::SymbolKind::kDwarfLast;
  return !is_debug && kind != objfile::SymbolKind::kNone && kind != objfile::SymbolKind::kInvalid &&
         object.symbol(local).name_size() != 0;
}

std::vector<DroppedOfPackage> dropped_symbols(const Context &ctx) {
  std::vector<DroppedOfPackage> packages(ctx.libraries.size());
  for (size_t i = 0; i < packages.size(); i++)
    packages[i].name = ctx.libraries[i].path;
  for (const auto &object : ctx.objects)
    for (uint32_t local = 0; local < object->obj.num_defs(); local++) {
      SymId id = object->local_symbol(local);
      if (!is_listed(object->obj, local) || is_reachable(ctx, id))
        continue;
      // Another definition with the same contents may stand for it, and is listed once.
      Definition def = definition(ctx, id);
      if (def.is_owned() || def.object != object->index || def.local != local)
        continue;
      bool is_text = objfile::is_text(object->obj.kind(local));
      uint64_t size = is_text ? object->obj.data(local).size() : object->obj.symbol(local).size();
      DroppedOfPackage &package = packages[object->library];
      package.size += size;
      package.symbols.push_back({size, object->obj.name(local)});
    }
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
  const std::string &file = ctx.options.reports.print_gc;
  std::error_code error;
  llvm::raw_fd_ostream out(file, error);
  if (!error) {
    for (const DroppedOfPackage &package : dropped_symbols(ctx)) {
      out << llvm::format("%9llu ", static_cast<unsigned long long>(package.size)) << "package "
          << wasm::printable(package.name) << ", " << package.symbols.size() << " symbols\n";
      for (const Dropped &symbol : package.symbols)
        out << llvm::format("%9llu   ", static_cast<unsigned long long>(symbol.size))
            << wasm::printable(symbol.name) << '\n';
    }
    out.close();
    error = out.error();
    out.clear_error(); // else the stream's end would be the process's
  }
  if (error)
    ctx.diag.error("cannot write " + file + ": " + error.message());
}

} // namespace wald

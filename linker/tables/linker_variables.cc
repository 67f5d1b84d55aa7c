// Variables of the runtime that the linker fills, strings set by -X, build information, and the
// tables of types and itabs of Go 1.24 to 1.26.
//
// The order in which symbols are made here is part of the output: it numbers them, and numbers
// break ties in data layout.
#include "linker/core/go_sort.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"

#include "llvm/Support/LEB128.h"

#include <algorithm>

namespace wald {

// ref: linksetup in cmd/link/internal/ld/lib.go.
void set_linker_variables(Context &ctx) {
  if (ctx.plan.kind == objfile::ModuleKind::kReactor) {
    // The reference appends a byte to a variable that has one already, but no contents.
    OwnedSymbol &is_library = make_owned(ctx, known_or_create(ctx, KnownSymbol::kIsLibrary));
    is_library.group = Group::kNoptrdata;
    constexpr uint64_t kLargest = 4096; // it is a bool
    if (is_library.size > kLargest)
      ctx.diag.error("variable runtime.islibrary is too large: " + llvm::Twine(is_library.size) +
                     " bytes");
    is_library.data.resize(std::min(is_library.size, kLargest) + 1);
    is_library.data[0] = 1;
    is_library.size = is_library.data.size();
  }
  SymId tls_id = known_or_create(ctx, KnownSymbol::kTlsG);
  if (SymbolView symbol(ctx, tls_id); !symbol.origin().is_owned() && symbol.is_defined())
    report_reserved_name(ctx, tls_id); // a variable can have it by linkname
  OwnedSymbol &tls = make_owned(ctx, tls_id);
  tls.group = Group::kTls;
  tls.size = 8;
  set_attribute(ctx, tls.id, kReachable);

  SymId module_data = known_or_create(ctx, KnownSymbol::kFirstModuleData);
  SymId profile = known(ctx, KnownSymbol::kMemProfileInternal);
  if (profile != SymId::kNone && !is_reachable(ctx, profile)) {
    SymId id = known_or_create(ctx, KnownSymbol::kDisableMemProfiling);
    if (SymbolView(ctx, id).is_text())
      report_reserved_name(ctx, id);
    OwnedSymbol &disable = make_owned(ctx, id);
    disable.group = Group::kNoptrdata;
    disable.relocs.clear();
    disable.data.assign({1});
    disable.size = 1;
  }
  redefine_symbol(ctx, module_data,
                  ctx.version->module_section ? Group::kModuleData : Group::kNoptrdata);
}

// ref: addstrdata in cmd/link/internal/ld/data.go.
static void set_string(Context &ctx, StringRef name, StringRef value) {
  SymId id = find_symbol(ctx, name);
  if (id == SymId::kNone)
    return;
  SymId type = SymbolView(ctx, id).aux(objfile::AuxKind::kGoType);
  if (type == SymId::kNone)
    return;
  StringRef type_name = name_of(ctx, type);
  if (type_name != objfile::name_of(KnownSymbol::kStringType)) {
    type_name.consume_front("type:");
    ctx.diag.error("cannot set " + name + " with -X: it is a variable of type " + type_name +
                   ", not string");
    return;
  }
  if (!is_reachable(ctx, id))
    return;
  if (SymbolView(ctx, id).is_text()) {
    ctx.diag.error("cannot set " + name + " with -X: it is a function");
    return;
  }
  OwnedSymbol &variable = make_owned(ctx, id);
  if (variable.group == Group::kBss)
    variable.group = Group::kData;
  OwnedSymbol &text =
      define_symbol(ctx, find_or_create_symbol(ctx, (name + ".str").str()), Group::kRodata);
  text.data.assign(value.begin(), value.end());
  text.data.push_back(0);
  text.size = text.data.size();

  uint64_t size = variable.size; // may be larger than a string
  variable.data.clear();
  variable.relocs.clear();
  variable.append_address(text.id);
  variable.append_word(value.size());
  variable.size = size;
}

void set_string_values(Context &ctx) {
  if (!ctx.options.goroot.empty())
    set_string_value(ctx.string_values, objfile::name_of(KnownSymbol::kDefaultGoroot),
                     ctx.options.goroot);
  set_string_value(ctx.string_values, objfile::name_of(KnownSymbol::kBuildVersion),
                   ctx.build_version);
  for (const auto &[name, value] : ctx.options.string_values)
    set_string_value(ctx.string_values, name, value);
  for (const auto &[name, value] : ctx.string_values)
    set_string(ctx, name, value);
}

static StringRef string_value(const Context &ctx, StringRef name) {
  for (const auto &[known, value] : ctx.string_values)
    if (known == name)
      return value;
  return {};
}

// What `go version -m` looks for. On wasm it takes up addresses, but is not written to the module.
void build_build_info(Context &ctx) {
  std::string text("\xff Go buildinf:\x08\x02", 16);
  text.resize(32);
  for (KnownSymbol name : {KnownSymbol::kBuildVersion, KnownSymbol::kModInfo}) {
    StringRef value = string_value(ctx, objfile::name_of(name));
    llvm::raw_string_ostream out(text);
    llvm::encodeULEB128(value.size(), out);
    out << value;
  }
  text.resize(llvm::alignTo(text.size(), 16));
  OwnedSymbol &info = define_symbol(ctx, KnownSymbol::kBuildInfo, Group::kBuildInfo, 16);
  info.data.assign(text.begin(), text.end());
  info.size = text.size();
  SymId info_id = info.id;
  define_symbol(ctx, KnownSymbol::kBuildInfoRef, Group::kRodata, 8).append_address(info_id);
}

// ref: typelink.go in cmd/link/internal/ld.
void build_type_links(Context &ctx) {
  if (ctx.version->types_in_own_section)
    return;
  std::vector<SymId> types, itabs;
  std::vector<StringRef> texts;
  std::vector<SymId> linked = ctx.linked_types;
  std::sort(linked.begin(), linked.end());
  linked.erase(std::unique(linked.begin(), linked.end()), linked.end());
  for (SymId id : linked) {
    SymbolView symbol(ctx, id);
    if (symbol.is_text()) {
      ctx.diag.error("broken object: a function among the types", {describe(ctx, id)});
    } else if (symbol.flag() & objfile::kFlagTypelink) {
      types.push_back(id);
      texts.push_back(TypeData(ctx, id).name());
    } else if (symbol.flag2() & objfile::kFlag2Itab) {
      itabs.push_back(id);
    }
  }
  std::vector<uint32_t> order = go_sort_by_rank(rank_strings(texts));

  OwnedSymbol &type_links = define_symbol(ctx, KnownSymbol::kTypeLink, Group::kTypelink);
  type_links.size = 4 * types.size();
  for (size_t i = 0; i < types.size(); i++)
    type_links.relocs.push_back({int32_t(4 * i), 4, objfile::kRelocAddrOff, 0, types[order[i]]});
  OwnedSymbol &itab_links = define_symbol(ctx, KnownSymbol::kItabLink, Group::kItablink);
  for (SymId itab : itabs)
    itab_links.append_address(itab);
}

} // namespace wald

// The symbols that mark where things begin and end, and runtime.firstmoduledata, which tells the
// runtime all of them (ref: symtab in cmd/link/internal/ld/symtab.go; reader: runtime/symtab.go).
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/tables/pclntab/pclntab.h"

namespace wald {

namespace {

void define_marker(Context &ctx, KnownSymbol symbol) {
  define_symbol(ctx, symbol, Group::kMarker);
}

void define_group_head(Context &ctx, KnownSymbol symbol, Group group) {
  define_symbol(ctx, symbol, group, 8);
}

void define_boundaries(Context &ctx) {
  const objfile::GoVersion &version = *ctx.version;
  for (KnownSymbol symbol :
       {KnownSymbol::kRodata, KnownSymbol::kERodata, KnownSymbol::kTypes, KnownSymbol::kETypes,
        KnownSymbol::kNoptrdata, KnownSymbol::kENoptrdata, KnownSymbol::kData, KnownSymbol::kEData,
        KnownSymbol::kBss, KnownSymbol::kEBss, KnownSymbol::kNoptrbss, KnownSymbol::kENoptrbss})
    define_marker(ctx, symbol);
  if (version.gcmask_group)
    define_marker(ctx, KnownSymbol::kGcMaskHead);
  for (KnownSymbol symbol :
       {KnownSymbol::kCovCtrs, KnownSymbol::kECovCtrs, KnownSymbol::kEnd, KnownSymbol::kEPclntab})
    define_marker(ctx, symbol);
  if (version.symtab_section)
    define_marker(ctx, KnownSymbol::kESymtab);
  // Two programs for the garbage collector, whose contents data layout knows, and their ends.
  define_symbol(ctx, KnownSymbol::kGcData, Group::kRodata);
  define_marker(ctx, KnownSymbol::kEGcData);
  define_symbol(ctx, KnownSymbol::kGcBss, Group::kRodata);
  define_marker(ctx, KnownSymbol::kEGcBss);
}

void define_group_heads(Context &ctx) {
  const objfile::GoVersion &version = *ctx.version;
  define_group_head(ctx, KnownSymbol::kTypeHead, Group::kType);
  define_group_head(ctx, KnownSymbol::kStringHead, Group::kGoString);
  define_group_head(
      ctx, version.funcdata_in_pclntab ? KnownSymbol::kFuncDescHead : KnownSymbol::kFuncHead,
      Group::kGoFunc);
  define_group_head(ctx, KnownSymbol::kGcBitsHead, Group::kGcBits);
  if (version.gcmask_group)
    define_group_head(ctx, KnownSymbol::kGcMaskHead, Group::kGcMask);
  if (version.symtab_section)
    define_symbol(ctx, KnownSymbol::kSymtab, Group::kSymtab);
}

SymId define_text_section_map(Context &ctx) {
  OwnedSymbol &map = define_symbol(ctx, KnownSymbol::kTextSectionMap, Group::kRodata);
  map.append_word(0);
  map.append_word(ctx.text_end - ctx.text_start + 1); // one more than the functions, as the section
  map.append_address(known(ctx, KnownSymbol::kText));
  return map.id;
}

class ModuleDataWriter {
public:
  ModuleDataWriter(Context &ctx, OwnedSymbol &symbol) : ctx_(ctx), symbol_(symbol) {}

  void write(SymId text_section_map) {
    write_tables();
    write_bounds();
    slice(text_section_map, 1);
    if (!ctx_.version->types_in_own_section) {
      slice(KnownSymbol::kTypeLink, size(KnownSymbol::kTypeLink) / 4);
      slice(KnownSymbol::kItabLink, size(KnownSymbol::kItabLink) / 8);
    }
    zeros(3); // ptab
    zeros(2); // pluginpath
    zeros(3); // pkghashes
    if (ctx_.main_inittasks == SymId::kNone)
      zeros(3);
    else
      slice(ctx_.main_inittasks, SymbolView(ctx_, ctx_.main_inittasks).size() / 8);
    zeros(2);                                                                // modulename
    zeros(3);                                                                // modulehashes
    symbol_.data.push_back(ctx_.plan.kind != objfile::ModuleKind::kReactor); // hasmain
    pad_to_type_size();
  }

private:
  void write_tables() {
    const Pclntab &tables = *ctx_.pclntab;
    auto [names, unit_files, files, pctab, functab] = tables.parts;
    auto table_size = [&](SymId id) { return SymbolView(ctx_, id).size(); };
    symbol_.append_address(tables.header);
    slice(names, table_size(names));
    slice(unit_files,
          ctx_.version->cutab_counts_entries ? table_size(unit_files) / 4 : table_size(unit_files));
    slice(files, table_size(files));
    slice(pctab, table_size(pctab));
    slice(functab, table_size(functab));
    slice(functab, tables.num_functions() + 1);
    symbol_.append_address(tables.find_functions);
    symbol_.append_address(ctx_.text.front());
    symbol_.append_address(ctx_.text.back(), SymbolView(ctx_, ctx_.text.back()).size());
  }

  void write_bounds() {
    for (KnownSymbol symbol :
         {KnownSymbol::kText, KnownSymbol::kEText, KnownSymbol::kNoptrdata,
          KnownSymbol::kENoptrdata, KnownSymbol::kData, KnownSymbol::kEData, KnownSymbol::kBss,
          KnownSymbol::kEBss, KnownSymbol::kNoptrbss, KnownSymbol::kENoptrbss,
          KnownSymbol::kCovCtrs, KnownSymbol::kECovCtrs, KnownSymbol::kEnd, KnownSymbol::kGcData,
          KnownSymbol::kGcBss, KnownSymbol::kTypes})
      address(symbol);
    bool sorted_types = ctx_.version->types_in_own_section;
    if (sorted_types)
      ctx_.module_data_words.types_length = reserve_word();
    address(KnownSymbol::kETypes);
    if (sorted_types) {
      ctx_.module_data_words.itabs_offset = reserve_word();
      ctx_.module_data_words.itabs_length = reserve_word();
    }
    address(KnownSymbol::kRodata);
    address(KnownSymbol::kFuncHead);
    if (ctx_.version->moduledata_has_epclntab)
      address(KnownSymbol::kEPclntab);
  }

  void address(KnownSymbol symbol) { symbol_.append_address(known(ctx_, symbol)); }
  void slice(SymId id, uint64_t length) { symbol_.append_slice(id, length); }
  void slice(KnownSymbol symbol, uint64_t length) { slice(known(ctx_, symbol), length); }
  uint64_t size(KnownSymbol symbol) { return SymbolView(ctx_, known(ctx_, symbol)).size(); }
  void zeros(unsigned count) {
    while (count--)
      symbol_.append_word(0);
  }
  uint64_t reserve_word() {
    symbol_.append_word(0);
    return symbol_.data.size() - 8;
  }

  void pad_to_type_size() {
    SymId type = known(ctx_, KnownSymbol::kModuleDataType);
    uint64_t type_size = type == SymId::kNone ? 0 : TypeData(ctx_, type).word(0);
    if (type_size < symbol_.data.size() || type_size > 4096) {
      ctx_.diag.error("the runtime package has no usable type moduledata",
                      {"its objects do not fit " + ctx_.go_version.str()});
      type_size = symbol_.data.size();
    }
    symbol_.data.resize(type_size);
    symbol_.size = type_size;
  }

  Context &ctx_;
  OwnedSymbol &symbol_;
};

} // namespace

void build_module_data(Context &ctx) {
  define_boundaries(ctx);
  define_group_heads(ctx);
  SymId text_section_map = define_text_section_map(ctx);
  OwnedSymbol &module_data = make_owned(ctx, known(ctx, KnownSymbol::kFirstModuleData));
  ModuleDataWriter(ctx, module_data).write(text_section_map);
  SymId module_data_id = module_data.id;
  redefine_symbol(ctx, known_or_create(ctx, KnownSymbol::kLastModuleData), Group::kNoptrdata)
      .append_address(module_data_id);
}

} // namespace wald

// The symbols that mark where things begin and end, and runtime.firstmoduledata, which tells the
// runtime all of them (ref: symtab in cmd/link/internal/ld/symtab.go; reader: runtime/symtab.go).
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/tables/pclntab/pclntab.h"

namespace wald {

namespace {

void define_marker(Context &ctx, StringRef name) {
  define_symbol(ctx, name, Group::kMarker);
}

void define_group_head(Context &ctx, StringRef name, Group group) {
  define_symbol(ctx, name, group, 8);
}

void define_boundaries(Context &ctx) {
  const objfile::GoVersion &version = *ctx.version;
  for (const char *name :
       {"runtime.rodata", "runtime.erodata", "runtime.types", "runtime.etypes", "runtime.noptrdata",
        "runtime.enoptrdata", "runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss",
        "runtime.noptrbss", "runtime.enoptrbss"})
    define_marker(ctx, name);
  if (version.gcmask_group)
    define_marker(ctx, "runtime.gcmask.*");
  for (const char *name :
       {"runtime.covctrs", "runtime.ecovctrs", "runtime.end", "runtime.epclntab"})
    define_marker(ctx, name);
  if (version.symtab_section)
    define_marker(ctx, "runtime.esymtab");
  // Two programs for the garbage collector, whose contents data layout knows, and their ends.
  define_symbol(ctx, "runtime.gcdata", Group::kRodata);
  define_marker(ctx, "runtime.egcdata");
  define_symbol(ctx, "runtime.gcbss", Group::kRodata);
  define_marker(ctx, "runtime.egcbss");
}

void define_group_heads(Context &ctx) {
  const objfile::GoVersion &version = *ctx.version;
  define_group_head(ctx, "type:*", Group::kType);
  define_group_head(ctx, "go:string.*", Group::kGoString);
  define_group_head(ctx, version.funcdata_in_pclntab ? "go:funcdesc" : "go:func.*", Group::kGoFunc);
  define_group_head(ctx, "runtime.gcbits.*", Group::kGcBits);
  if (version.gcmask_group)
    define_group_head(ctx, "runtime.gcmask.*", Group::kGcMask);
  if (version.symtab_section)
    define_symbol(ctx, "runtime.symtab", Group::kSymtab);
}

SymId define_text_section_map(Context &ctx) {
  OwnedSymbol &map = define_symbol(ctx, "runtime.textsectionmap", Group::kRodata);
  map.append_word(0);
  map.append_word(ctx.text_end - ctx.text_start + 1); // one more than the functions, as the section
  map.append_address(find_symbol(ctx, "runtime.text"));
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
      slice("runtime.typelink", size("runtime.typelink") / 4);
      slice("runtime.itablink", size("runtime.itablink") / 8);
    }
    zeros(3); // ptab
    zeros(2); // pluginpath
    zeros(3); // pkghashes
    if (ctx_.main_inittasks == SymId::kNone)
      zeros(3);
    else
      slice(ctx_.main_inittasks, SymbolView(ctx_, ctx_.main_inittasks).size() / 8);
    zeros(2);                                                           // modulename
    zeros(3);                                                           // modulehashes
    symbol_.data.push_back(ctx_.plan.kind != ModuleKind::kReactor); // hasmain
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
    for (const char *name :
         {"runtime.text", "runtime.etext", "runtime.noptrdata", "runtime.enoptrdata",
          "runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss", "runtime.noptrbss",
          "runtime.enoptrbss", "runtime.covctrs", "runtime.ecovctrs", "runtime.end",
          "runtime.gcdata", "runtime.gcbss", "runtime.types"})
      address(name);
    bool sorted_types = ctx_.version->types_in_own_section;
    if (sorted_types)
      ctx_.module_data_words.types_length = reserve_word();
    address("runtime.etypes");
    if (sorted_types) {
      ctx_.module_data_words.itabs_offset = reserve_word();
      ctx_.module_data_words.itabs_length = reserve_word();
    }
    address("runtime.rodata");
    address("go:func.*");
    if (ctx_.version->moduledata_has_epclntab)
      address("runtime.epclntab");
  }

  void address(StringRef name) { symbol_.append_address(find_symbol(ctx_, name)); }
  void slice(SymId id, uint64_t length) { symbol_.append_slice(id, length); }
  void slice(StringRef name, uint64_t length) { slice(find_symbol(ctx_, name), length); }
  uint64_t size(StringRef name) { return SymbolView(ctx_, find_symbol(ctx_, name)).size(); }
  void zeros(unsigned count) {
    while (count--)
      symbol_.append_word(0);
  }
  uint64_t reserve_word() {
    symbol_.append_word(0);
    return symbol_.data.size() - 8;
  }

  void pad_to_type_size() {
    SymId type = find_symbol(ctx_, "type:runtime.moduledata");
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
  OwnedSymbol &module_data = make_owned(ctx, find_symbol(ctx, "runtime.firstmoduledata"));
  ModuleDataWriter(ctx, module_data).write(text_section_map);
  SymId module_data_id = module_data.id;
  redefine_symbol(ctx, "runtime.lastmoduledatap", Group::kNoptrdata).append_address(module_data_id);
}

} // namespace wald

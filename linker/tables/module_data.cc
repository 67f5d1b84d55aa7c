// The symbols that mark where things begin and end, and runtime.firstmoduledata, which tells the
// runtime all of them (ref: symtab in cmd/link/internal/ld/symtab.go; reader: runtime/symtab.go).
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/tables/pclntab/pclntab.h"

#include <cassert>

namespace wald {

namespace {

using objfile::ModuleField;

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

// Fields that hold the address of a symbol.
constexpr std::pair<ModuleField, KnownSymbol> kAddresses[] = {
    {ModuleField::kText, KnownSymbol::kText},
    {ModuleField::kTextEnd, KnownSymbol::kEText},
    {ModuleField::kNoptrdata, KnownSymbol::kNoptrdata},
    {ModuleField::kNoptrdataEnd, KnownSymbol::kENoptrdata},
    {ModuleField::kData, KnownSymbol::kData},
    {ModuleField::kDataEnd, KnownSymbol::kEData},
    {ModuleField::kBss, KnownSymbol::kBss},
    {ModuleField::kBssEnd, KnownSymbol::kEBss},
    {ModuleField::kNoptrbss, KnownSymbol::kNoptrbss},
    {ModuleField::kNoptrbssEnd, KnownSymbol::kENoptrbss},
    {ModuleField::kCoverage, KnownSymbol::kCovCtrs},
    {ModuleField::kCoverageEnd, KnownSymbol::kECovCtrs},
    {ModuleField::kEnd, KnownSymbol::kEnd},
    {ModuleField::kGcData, KnownSymbol::kGcData},
    {ModuleField::kGcBss, KnownSymbol::kGcBss},
    {ModuleField::kTypes, KnownSymbol::kTypes},
    {ModuleField::kTypesEnd, KnownSymbol::kETypes},
    {ModuleField::kRodata, KnownSymbol::kRodata},
    {ModuleField::kFuncdata, KnownSymbol::kFuncHead},
    {ModuleField::kPclntabEnd, KnownSymbol::kEPclntab},
};

class ModuleDataWriter {
public:
  ModuleDataWriter(Context &ctx, OwnedSymbol &symbol, SymId text_section_map)
      : ctx_(ctx), symbol_(symbol), text_section_map_(text_section_map) {}

  void write() {
    const objfile::ModuleDataLayout layout(*ctx_.version);
    for (unsigned i = 0; i < objfile::kNumModuleFields; i++)
      if (layout.has(ModuleField(i))) {
        assert(symbol_.data.size() == layout.offset(ModuleField(i)));
        write_field(ModuleField(i));
      }
    pad_to_type_size();
  }

private:
  void write_field(ModuleField field) {
    for (auto [known_field, symbol] : kAddresses)
      if (field == known_field)
        return symbol_.append_address(known(ctx_, symbol));
    switch (field) {
    case ModuleField::kMinPc:
      return symbol_.append_address(ctx_.text.front());
    case ModuleField::kMaxPc:
      return symbol_.append_address(ctx_.text.back(), SymbolView(ctx_, ctx_.text.back()).size());
    case ModuleField::kTextSections:
      return symbol_.append_slice(text_section_map_, 1);
    case ModuleField::kTypeLinks:
      return slice(KnownSymbol::kTypeLink, 4);
    case ModuleField::kItabLinks:
      return slice(KnownSymbol::kItabLink, 8);
    case ModuleField::kInitTasks:
      if (ctx_.main_inittasks == SymId::kNone)
        return zeros(field);
      return slice(ctx_.main_inittasks, 8);
    case ModuleField::kTypesLength: // data layout knows these
      return reserve_word(ctx_.module_data_words.types_length);
    case ModuleField::kItabsOffset:
      return reserve_word(ctx_.module_data_words.itabs_offset);
    case ModuleField::kItabsLength:
      return reserve_word(ctx_.module_data_words.itabs_length);
    case ModuleField::kHasMain:
      return symbol_.data.push_back(ctx_.plan.kind != objfile::ModuleKind::kReactor);
    default:
      return is_pclntab_field(field) ? write_pclntab_field(field) : zeros(field);
    }
  }

  static bool is_pclntab_field(ModuleField field) { return field <= ModuleField::kFindIndex; }

  void write_pclntab_field(ModuleField field) {
    const Pclntab &tables = *ctx_.pclntab;
    auto [names, unit_files, files, pctab, functab] = tables.parts;
    switch (field) {
    case ModuleField::kPcHeader:
      return symbol_.append_address(tables.header);
    case ModuleField::kNames:
      return slice(names, 1);
    case ModuleField::kUnitFiles:
      return slice(unit_files, ctx_.version->cutab_counts_entries ? 4 : 1);
    case ModuleField::kFiles:
      return slice(files, 1);
    case ModuleField::kPcTables:
      return slice(pctab, 1);
    case ModuleField::kFunctionRecords:
      return slice(functab, 1);
    case ModuleField::kFunctions:
      return symbol_.append_slice(functab, tables.num_functions() + 1);
    default: // kFindIndex
      return symbol_.append_address(tables.find_functions);
    }
  }

  // All of a symbol that is a list of entries of this size.
  void slice(SymId id, uint64_t entry_size) {
    symbol_.append_slice(id, SymbolView(ctx_, id).size() / entry_size);
  }
  void slice(KnownSymbol symbol, uint64_t entry_size) { slice(known(ctx_, symbol), entry_size); }
  void zeros(ModuleField field) {
    for (unsigned left = objfile::module_field_info(field).num_words; left; left--)
      symbol_.append_word(0);
  }
  void reserve_word(uint64_t &offset) {
    offset = symbol_.data.size();
    symbol_.append_word(0);
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
  SymId text_section_map_;
};

} // namespace

void build_module_data(Context &ctx) {
  define_boundaries(ctx);
  define_group_heads(ctx);
  SymId text_section_map = define_text_section_map(ctx);
  OwnedSymbol &module_data = make_owned(ctx, known(ctx, KnownSymbol::kFirstModuleData));
  ModuleDataWriter(ctx, module_data, text_section_map).write();
  SymId module_data_id = module_data.id;
  redefine_symbol(ctx, known_or_create(ctx, KnownSymbol::kLastModuleData), Group::kNoptrdata)
      .append_address(module_data_id);
}

} // namespace wald

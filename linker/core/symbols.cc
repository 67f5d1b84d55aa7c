#include "linker/core/symbols.h"

#include "directives/gather.h"
#include "linker/core/name_table.h"

namespace wald {

using objfile::AuxKind;
using objfile::SymRef;

void OwnedSymbol::append_address(SymId target, int64_t addend) {
  relocs.push_back({int32_t(data.size()), 8, objfile::kRelocAddr, addend, target});
  append_word(0);
}

SymId SymbolView::aux(AuxKind kind) const {
  Definition from = origin();
  if (from.is_owned())
    return SymId::kNone;
  const InputObject &input = *ctx_.objects[from.object];
  for (objfile::AuxRecord record : input.obj.auxes(from.local))
    if (record.kind() == kind)
      return resolve(ctx_, input, record.target());
  return SymId::kNone;
}

SymId resolve_slowly(const Context &ctx, const InputObject &object, SymRef ref) {
  const objfile::Object &obj = object.obj;
  if (ref.is_null())
    return SymId::kNone;
  bool is_builtin = ref.package == objfile::kPackageBuiltin;
  uint32_t group = objfile::kPackageNone - ref.package;
  if (group >= object.local_groups.size() || ref.index >= object.local_groups[group].count)
    obj.report_fault(is_builtin ? "reference to a builtin symbol that does not exist"
                                : "reference to a symbol that does not exist",
                     obj.payload().data());
  // Instrumentation that the runtime does not support on wasm.
  else if (is_builtin)
    const_cast<Context &>(ctx).diag.fatal(
        "undefined symbol: " + objfile::builtin_names(*ctx.version)[ref.index] +
            ", a builtin function",
        {"referenced by package " + ctx.libraries[object.library].path.str()});
  return SymId::kNone;
}

StringRef name_of(const Context &ctx, SymId id) {
  return id == SymId::kNone ? StringRef() : SymbolView(ctx, id).name();
}

// Names that nothing was known to ask for are not in the table.
static SymId search_package_symbols(const Context &ctx, StringRef name) {
  for (size_t i = ctx.objects.size(); i-- > 0;) {
    const InputObject &object = *ctx.objects[i];
    for (uint32_t local = object.obj.num_symdefs(); local-- > 0;) {
      objfile::SymbolRecord record = object.obj.symbol(local);
      if (record.name_size() == name.size() && !record.is_static() &&
          object.obj.name(local) == name)
        return object.first_symdef + local;
    }
  }
  return SymId::kNone;
}

SymId find_symbol(const Context &ctx, StringRef name) {
  if (const NameTable::Entry *entry = ctx.names->find(name))
    return entry->id;
  return name.empty() ? SymId::kNone : search_package_symbols(ctx, name);
}

SymId create_symbol(Context &ctx, StringRef name) {
  uint32_t n = ctx.num_positional + 1 + ctx.new_symbols.size();
  if (n >= ctx.capacity)
    llvm::report_fatal_error("more symbols than the symbol table was made for");
  ctx.new_symbols.push_back(ctx.owned_symbols.size());
  OwnedSymbol &symbol = ctx.owned_symbols.emplace_back();
  symbol.id = SymId(n);
  symbol.name = name;
  return SymId(n);
}

SymId find_or_create_symbol(Context &ctx, StringRef name) {
  NameTable::Entry *entry = ctx.names->find(name);
  if (!entry) {
    SymId found = search_package_symbols(ctx, name);
    entry = &ctx.names->entry(ctx.names->insert(ctx.strings.save(name)));
    entry->id = found;
  }
  if (entry->id == SymId::kNone)
    entry->id = create_symbol(ctx, entry->name());
  return entry->id;
}

SymId known_or_create(Context &ctx, KnownSymbol symbol) {
  NameTable::Entry &entry = ctx.names->entry(unsigned(symbol));
  if (entry.id == SymId::kNone)
    entry.id = create_symbol(ctx, entry.name());
  return entry.id;
}

void move_definition(Context &ctx, SymId id, Definition to) {
  ctx.moved[number(id)] = to;
  set_attribute(ctx, id, kMoved);
}

OwnedSymbol &make_owned(Context &ctx, SymId id) {
  SymbolView symbol(ctx, id);
  if (symbol.is_owned())
    return ctx.owned_symbols[symbol.def().local];
  if (ctx.definitions_read_by)
    llvm::report_fatal_error("internal error: the definition of " + symbol.name() +
                             " moves while the task '" + ctx.definitions_read_by +
                             "' looks at definitions");
  OwnedSymbol copy;
  copy.id = id;
  copy.name = symbol.name();
  copy.group = symbol.base_group();
  copy.size = symbol.size();
  copy.alignment = symbol.explicit_alignment();
  Bytes data = symbol.data();
  copy.data.assign(data.begin(), data.end());
  symbol.for_each_reloc([&](Reloc reloc) {
    reloc.type &= ~objfile::kRelocWeak;
    copy.relocs.push_back(reloc);
  });
  copy.is_copy = true;
  copy.original = symbol.def();
  move_definition(ctx, id, {Definition::kOwned, uint32_t(ctx.owned_symbols.size())});
  return ctx.owned_symbols.emplace_back(std::move(copy));
}

std::string describe_exported(const Context &ctx, Definition wrapper) {
  // It calls two helpers of the runtime and the Go function. Somebody else's wrapper may have more
  // relocations than can be gone through for each message.
  constexpr uint64_t kMostRelocs = 64;
  const InputObject &input = *ctx.objects[wrapper.object];
  objfile::Table<objfile::RelocRecord> relocs = input.obj.relocs(wrapper.local);
  for (uint64_t i = 0; i < std::min(relocs.size(), kMostRelocs); i++) {
    objfile::RelocRecord record = relocs[i];
    if (record.type() != objfile::kRelocCall)
      continue;
    SymId target = resolve(ctx, input, record.target());
    StringRef name = name_of(ctx, target);
    if (!name.empty() && name != objfile::name_of(KnownSymbol::kNotInitialized) &&
        name != objfile::name_of(KnownSymbol::kExportLoop))
      return describe(ctx, target);
  }
  return input.name;
}

void report_reserved_name(Context &ctx, SymId id) {
  SymbolView symbol(ctx, id);
  bool is_export = llvm::is_contained(ctx.wasm_exports, id);
  ctx.diag.error(
      (is_export ? "export name " : "symbol ") + symbol.name() +
          " is reserved: the linker defines a symbol of that name",
      {"defined in " + (is_export ? describe_exported(ctx, symbol.origin()) : describe(ctx, id)),
       is_export ? "choose another name in the go:wasmexport directive"
                 : "choose another name in the go:linkname directive"});
}

// A Go declaration can get any name by linkname or wasmexport.
static void check_name_is_free(Context &ctx, SymId id) {
  SymbolView symbol(ctx, id);
  Group group = symbol.base_group();
  bool is_empty_variable = (group == Group::kNoptrdata || group == Group::kNoptrbss ||
                            group == Group::kData || group == Group::kBss) &&
                           symbol.data().empty();
  if (!symbol.origin().is_owned() && group != Group::kNone && !is_empty_variable)
    report_reserved_name(ctx, id);
}

OwnedSymbol &define_symbol(Context &ctx, KnownSymbol symbol, Group group, uint32_t alignment) {
  return define_symbol(ctx, known_or_create(ctx, symbol), group, alignment);
}

OwnedSymbol &define_symbol(Context &ctx, SymId id, Group group, uint32_t alignment) {
  check_name_is_free(ctx, id);
  // A variable can be linked to a table. It then keeps its size, or crashes the reference.
  SymbolView given(ctx, id);
  bool is_table = group == Group::kPclntab || id == known(ctx, KnownSymbol::kPclntab) ||
                  id == known(ctx, KnownSymbol::kTypes);
  if (is_table && !given.origin().is_owned() && !given.is_text() && given.size() != 0)
    ctx.hand_over_reason =
        ("a variable is linked to " + given.name() + ", which the linker makes").str();
  OwnedSymbol &symbol = redefine_symbol(ctx, id, group);
  if (alignment)
    symbol.alignment = alignment;
  return symbol;
}

OwnedSymbol &redefine_symbol(Context &ctx, SymId id, Group group) {
  if (ctx.attributes[number(id)] & (kInText | kInPctab | kInFuncdata))
    report_reserved_name(ctx, id);
  OwnedSymbol &symbol = make_owned(ctx, id);
  symbol.group = group;
  symbol.size = 0;
  symbol.data.clear();
  symbol.relocs.clear();
  set_attribute(ctx, id, kReachable);
  return symbol;
}

std::string place_of(const Context &ctx, Definition def) {
  const InputObject &input = *ctx.objects[def.object];
  directives::SourcePosition position =
      directives::function_position(input.obj, def.local, ctx.options.goroot);
  return position.line ? position.file + ":" + std::to_string(position.line) : input.name;
}

std::string describe(const Context &ctx, SymId id) {
  SymbolView symbol(ctx, id);
  std::string text = cut_text(symbol.name());
  if (text.empty())
    text = "an unnamed symbol";
  Definition from = symbol.origin();
  return from.is_owned() ? text : text + " (" + place_of(ctx, from) + ")";
}

} // namespace wald

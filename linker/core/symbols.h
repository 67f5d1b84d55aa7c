// Access to symbols by id: where the definition is, what it says, and making new ones.
#pragma once

#include "linker/core/context.h"

namespace wald {

inline constexpr unsigned kIdRangeShift = 7;

// `attributes` are the symbol's.
inline Definition definition(const Context &ctx, SymId id, uint8_t attributes) {
  uint32_t n = number(id);
  if (attributes & kMoved) [[unlikely]]
    return ctx.moved.find(n)->second;
  if (n > ctx.num_positional)
    return {Definition::kOwned, ctx.new_symbols[n - ctx.num_positional - 1]};
  const IdRange *range = &ctx.id_ranges[ctx.id_range_index[n >> kIdRangeShift]];
  while (range[1].first <= n)
    range++;
  return {range->object, range->first_local + n - range->first};
}

inline Definition definition(const Context &ctx, SymId id) {
  return definition(ctx, id, ctx.attributes[number(id)]);
}

// A symbol looked at once and asked several times.
class SymbolView {
public:
  SymbolView(const Context &ctx, SymId id) : ctx_(ctx), id_(id), def_(definition(ctx, id)) {}
  SymbolView(const Context &ctx, SymId id, Definition def) : ctx_(ctx), id_(id), def_(def) {}

  SymId id() const { return id_; }
  const Definition &def() const { return def_; }
  bool is_owned() const { return def_.is_owned(); }
  const OwnedSymbol &owned() const { return ctx_.owned_symbols[def_.local]; }
  const InputObject &object() const { return *ctx_.objects[def_.object]; }
  objfile::SymbolRecord record() const { return object().obj.symbol(def_.local); }

  StringRef name() const { return is_owned() ? owned().name : object().obj.name(def_.local); }
  uint64_t size() const { return is_owned() ? owned().size : record().size(); }
  Bytes data() const { return is_owned() ? Bytes(owned().data) : object().obj.data(def_.local); }
  // Flags read as unset once the linker has changed a symbol, as in the reference.
  uint8_t flag() const { return is_owned() ? 0 : record().flag(); }
  uint8_t flag2() const { return is_owned() ? 0 : record().flag2(); }
  // The kind as the group of a plain symbol of it.
  Group base_group() const;
  bool is_defined() const { return base_group() != Group::kNone; }
  bool is_text() const { return base_group() == Group::kText; }
  uint32_t explicit_alignment() const;

  // fn(Reloc) for each relocation, in order.
  template <typename Fn> void for_each_reloc(Fn fn) const;
  // The target of the first auxiliary entry of the kind, or kNone. Also for copies.
  SymId aux(objfile::AuxKind kind) const;
  // The definition in an object that this symbol is or was copied from, or one that the linker
  // owns.
  Definition origin() const { return is_owned() && owned().is_copy ? owned().original : def_; }

private:
  const Context &ctx_;
  SymId id_;
  Definition def_;
};

inline Group group_of_kind(objfile::SymbolKind kind) {
  using objfile::SymbolKind;
  switch (kind) {
  case SymbolKind::kNone:
    return Group::kNone;
  case SymbolKind::kText:
  case SymbolKind::kTextFips:
    return Group::kText;
  case SymbolKind::kRodata:
  case SymbolKind::kRodataFips:
    return Group::kRodata;
  case SymbolKind::kNoptrdata:
  case SymbolKind::kNoptrdataFips:
    return Group::kNoptrdata;
  case SymbolKind::kData:
  case SymbolKind::kDataFips:
    return Group::kData;
  case SymbolKind::kBss:
    return Group::kBss;
  case SymbolKind::kNoptrbss:
    return Group::kNoptrbss;
  case SymbolKind::kTlsbss:
    return Group::kTls;
  case SymbolKind::kLibfuzzerCounter:
    return Group::kLibfuzzerCounter;
  case SymbolKind::kCoverageCounter:
    return Group::kCoverageCounter;
  case SymbolKind::kCoverageAuxvar:
    return Group::kCoverageAuxvar;
  default:
    return Group::kOther;
  }
}

inline Group SymbolView::base_group() const {
  return is_owned() ? owned().group : group_of_kind(object().obj.kind(def_.local));
}

inline uint32_t SymbolView::explicit_alignment() const {
  if (is_owned())
    return owned().alignment;
  uint32_t alignment = record().alignment();
  if (ctx_.raised_alignment.empty())
    return alignment;
  auto it = ctx_.raised_alignment.find(number(id_));
  return it == ctx_.raised_alignment.end() ? alignment : std::max(alignment, it->second);
}

// What a reference in `object` stands for. A broken one is reported as a fault of the object and
// resolves to kNone.
SymId resolve(const Context &ctx, const InputObject &object, objfile::SymRef ref);

// The cold part of resolve(): what stands for nothing, and errors.
SymId resolve_slowly(const Context &ctx, const InputObject &object, objfile::SymRef ref);

inline SymId resolve(const Context &ctx, const InputObject &object, objfile::SymRef ref) {
  uint32_t group = objfile::kPackageNone - ref.package;
  if (group < object.local_groups.size()) {
    if (ref.index < object.local_groups[group].count) [[likely]]
      if (SymId id = object.local_groups[group].first[ref.index]; id != SymId::kNone) [[likely]]
        return id;
  } else if (ref.package == objfile::kPackageSelf) {
    if (ref.index < object.obj.num_symdefs()) [[likely]]
      return object.first_symdef + ref.index;
  } else if (ref.package < object.packages.size()) {
    const InputObject::PackageSymbols &package = object.packages[ref.package];
    if (ref.index < package.count) [[likely]]
      return package.first + ref.index;
  }
  return resolve_slowly(ctx, object, ref);
}

template <typename Fn> void SymbolView::for_each_reloc(Fn fn) const {
  if (is_owned()) {
    for (const Reloc &reloc : owned().relocs)
      fn(reloc);
    return;
  }
  const InputObject &input = object();
  for (objfile::RelocRecord record : input.obj.relocs(def_.local))
    fn(Reloc{record.offset(), record.size(), record.type(), record.addend(),
             resolve(ctx_, input, record.target())});
}

inline bool is_reachable(const Context &ctx, SymId id) {
  return ctx.attributes[number(id)] & kReachable;
}
inline void set_attribute(Context &ctx, SymId id, uint8_t attribute) {
  ctx.attributes[number(id)] |= attribute;
}
// Whether it is one of ctx.text, after order_functions.
inline bool is_in_text(const Context &ctx, SymId id) {
  return ctx.attributes[number(id)] & kInText;
}

StringRef name_of(const Context &ctx, SymId id);

// fn(n) for the symbols from `begin` to `end` that have any attribute. Long runs of those without
// cost next to nothing.
template <typename Fn>
void for_each_nonzero(const uint8_t *attributes, uint32_t begin, uint32_t end, Fn fn) {
  for (uint32_t n = begin; n < end; n++) {
    // Eight at a time.
    while (n + 8 <= end && objfile::load<uint64_t>(attributes + n) == 0)
      n += 8;
    if (n < end && attributes[n])
      fn(n);
  }
}

// -- The symbols that the linker knows (objfile/known_symbols.h): entry n of the name table is
// known symbol n.
inline SymId known(const Context &ctx, KnownSymbol symbol) { // kNone if nothing has or wants it
  return ctx.names->entry(unsigned(symbol)).id;
}
SymId known_or_create(Context &ctx, KnownSymbol symbol);

// -- Look-ups by names that users and objects give. Quick for those that resolve_symbols has met, a
// search through all definitions for others.
SymId find_symbol(const Context &ctx, StringRef name); // kNone if there is none
SymId find_or_create_symbol(Context &ctx, StringRef name);

// From now on the symbol's definition is this one instead of the one at its own position. Nothing
// else writes Context::moved.
void move_definition(Context &ctx, SymId id, Definition to);

// -- Symbols of the linker's own
// A new symbol that is not found by name.
SymId create_symbol(Context &ctx, StringRef name);
// The symbol as one that the linker owns, for changing it. One from an object becomes a copy:
// group, size, alignment, contents and relocations are the object's, without weak bits.
OwnedSymbol &make_owned(Context &ctx, SymId id);
// Makes the symbol a reachable one that the linker owns, with these properties and no contents. A
// definition in an object is an error: the name belongs to the linker.
OwnedSymbol &define_symbol(Context &ctx, KnownSymbol symbol, Group group, uint32_t alignment = 0);
OwnedSymbol &define_symbol(Context &ctx, SymId id, Group group, uint32_t alignment = 0);
// The same for a variable of the runtime, which the linker fills: a definition is replaced.
OwnedSymbol &redefine_symbol(Context &ctx, SymId id, Group group);

// The error for a symbol of an object whose name belongs to the linker.
void report_reserved_name(Context &ctx, SymId id);

// "main.f (FILE:LINE)" for messages, as far as the object knows it.
std::string describe(const Context &ctx, SymId id);
// The same for the Go function behind an export wrapper, whose name is only the export's.
std::string describe_exported(const Context &ctx, Definition wrapper);
// "FILE:LINE" of a function in an object, the object's name for everything else.
std::string place_of(const Context &ctx, Definition def);

} // namespace wald

#include "linker/core/type_data.h"

namespace wald {

namespace {

// So many relocations are searched one by one, and of those behind them only a type has any number:
// two for each field, four for each method.
constexpr uint32_t kMostSearched = 64;

uint64_t offset_of(const objfile::RelocRecord &reloc) {
  return uint64_t(reloc.offset());
}

// Whether they are in order of their offsets, as the compiler writes them.
bool has_ordered_relocs(const Context &ctx, const SymbolView &symbol,
                        const objfile::Table<objfile::RelocRecord> &relocs) {
  return ctx.ordered_types.contains(symbol.id(), [&] {
    for (uint32_t i = 1; i < relocs.size(); i++)
      if (offset_of(relocs[i - 1]) > offset_of(relocs[i])) {
        symbol.object().obj.report_fault("relocations of a type out of order", relocs[0].at);
        return false;
      }
    return true;
  });
}

} // namespace

TypeData::TypeData(const Context &ctx, SymId type)
    : ctx_(ctx), symbol_(ctx, type), data_(symbol_.data()) {}

// The first relocation at the offset, or the number of relocations.
uint32_t TypeData::find_reloc(const objfile::Table<objfile::RelocRecord> &relocs,
                              uint64_t offset) const {
  uint32_t count = relocs.size();
  // Descriptors are read forwards, and of a method two relocations are not asked for.
  if (next_reloc_ > 0)
    for (uint32_t i = next_reloc_; i < std::min(next_reloc_ + 3, count); i++)
      if (offset_of(relocs[i]) == offset && offset_of(relocs[i - 1]) != offset)
        return i;
  for (uint32_t i = 0; i < std::min(count, kMostSearched); i++)
    if (offset_of(relocs[i]) == offset)
      return i;
  if (count <= kMostSearched || !has_ordered_relocs(ctx_, symbol_, relocs))
    return count;
  uint32_t found = objfile::first_reloc_from(relocs, offset, kMostSearched);
  return found < count && offset_of(relocs[found]) == offset ? found : count;
}

SymId TypeData::target_at(uint64_t offset) const {
  if (symbol_.is_owned()) {
    for (const Reloc &reloc : symbol_.owned().relocs)
      if (uint64_t(reloc.offset) == offset)
        return reloc.target;
    return SymId::kNone;
  }
  const InputObject &object = symbol_.object();
  objfile::Table<objfile::RelocRecord> relocs = object.obj.relocs(symbol_.def().local);
  uint32_t i = find_reloc(relocs, offset);
  if (i == relocs.size())
    return SymId::kNone;
  next_reloc_ = i + 1;
  return resolve(ctx_, object, relocs[i].target());
}

StringRef TypeData::name_at(uint64_t offset) const {
  SymId name = target_at(offset);
  return name == SymId::kNone ? StringRef()
                              : objfile::decode_type_name(SymbolView(ctx_, name).data()).text;
}

StringRef TypeData::name() const {
  StringRef text = name_at(objfile::type_layout::kText);
  return has_extra_star() ? text.drop_front(!text.empty()) : text;
}

uint16_t TypeData::num_methods() const {
  return has_uncommon() ? read<uint16_t>(uncommon_part() + objfile::type_layout::kNumMethods) : 0;
}

std::vector<TypeData::Method> TypeData::methods() const {
  using namespace objfile::type_layout;
  std::vector<Method> methods;
  uint16_t count = num_methods();
  uint64_t table = uncommon_part() + read<uint32_t>(uncommon_part() + kMethods);
  for (uint16_t i = 0; i < count; i++, table += kMethodSize)
    methods.push_back({name_at(table), target_at(table + 4)});
  return methods;
}

} // namespace wald

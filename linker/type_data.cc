#include "linker/type_data.h"

namespace wald {

TypeData::TypeData(const Context &ctx, SymId type)
    : ctx_(ctx), symbol_(ctx, type), data_(symbol_.data()) {}

SymId TypeData::target_at(uint64_t offset) const {
  if (symbol_.is_external()) {
    for (const Reloc &reloc : symbol_.external().relocs)
      if (uint64_t(reloc.offset) == offset)
        return reloc.target;
    return SymId::kNone;
  }
  const InputObject &object = symbol_.object();
  objfile::Table<objfile::RelocRecord> relocs = object.obj.relocs(symbol_.def().local);
  // The first relocation at the offset, which in order of offsets is the first that is found.
  uint32_t count = relocs.size();
  auto offset_of = [&](uint32_t i) { return uint64_t(relocs[i].offset()); };
  uint32_t i = next_reloc_;
  if (i >= count || offset_of(i) != offset || (i > 0 && offset_of(i - 1) == offset))
    for (i = 0; i < count && offset_of(i) != offset;)
      i++;
  if (i == count)
    return SymId::kNone;
  next_reloc_ = i + 1;
  return resolve(ctx_, object, relocs[i].target());
}

StringRef decode_name(Bytes name_data) {
  objfile::Cursor cursor(name_data);
  cursor.read<uint8_t>();
  return objfile::to_string(cursor.read_bytes(cursor.read_uleb()));
}

StringRef TypeData::name_at(uint64_t offset) const {
  SymId name = target_at(offset);
  return name == SymId::kNone ? StringRef() : decode_name(SymbolView(ctx_, name).data());
}

StringRef TypeData::name() const {
  StringRef text = name_at(40);
  return has_extra_star() ? text.drop_front(!text.empty()) : text;
}

// What the descriptor has between the common and the uncommon part.
uint64_t TypeData::extra_size() const {
  switch (kind()) {
  case TypeKind::kStruct:
    return 32;
  case TypeKind::kPointer:
  case TypeKind::kFunc:
  case TypeKind::kSlice:
    return 8;
  case TypeKind::kArray:
    return 24;
  case TypeKind::kChan:
    return 16;
  case TypeKind::kMap:
    return ctx_.map_extra_bytes;
  case TypeKind::kInterface:
    return ctx_.version->interface_extra_bytes;
  default:
    return 0;
  }
}

std::vector<TypeData::Method> TypeData::methods() const {
  std::vector<Method> methods;
  if (!has_uncommon())
    return methods;
  uint64_t uncommon = kCommonTypeSize + extra_size();
  uint16_t count = read<uint16_t>(uncommon + 4);
  uint64_t table = uncommon + read<uint32_t>(uncommon + 8);
  for (uint16_t i = 0; i < count; i++, table += 16)
    methods.push_back({name_at(table), target_at(table + 4)});
  return methods;
}

} // namespace wald

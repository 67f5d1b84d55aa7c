// Reads Go type descriptors as they stand in the objects; what is where in one is in
// objfile/go_abi.h.
#pragma once

#include "linker/core/symbols.h"
#include "objfile/go_abi.h"

namespace wald {

using objfile::TypeKind;

// One descriptor: its bytes and its relocations. Everything read beyond the bytes is zero.
class TypeData {
public:
  TypeData(const Context &ctx, SymId type);

  uint64_t pointer_bytes() const { return word(objfile::type_layout::kPointerBytes); }
  bool has_uncommon() const { return flags() & objfile::kTypeUncommon; }
  bool has_extra_star() const { return flags() & objfile::kTypeExtraStar; }
  bool has_mask_on_demand() const { return flags() & objfile::kTypeMaskOnDemand; }
  TypeKind kind() const {
    return TypeKind(byte(objfile::type_layout::kKind) & ctx_.version->type_kind_mask);
  }
  StringRef name() const; // the type string

  uint64_t word(uint64_t offset) const { return read<uint64_t>(offset); }
  uint8_t byte(uint64_t offset) const { return read<uint8_t>(offset); }
  // The target of the first relocation at the offset, or kNone.
  SymId target_at(uint64_t offset) const;
  // The name symbol referred to at the offset, decoded; empty without.
  StringRef name_at(uint64_t offset) const;

  struct Method {
    StringRef name;
    SymId type;
  };
  uint16_t num_methods() const; // as the descriptor says
  // The method table of the uncommon part, in order.
  std::vector<Method> methods() const;

private:
  template <typename T> T read(uint64_t offset) const {
    return offset + sizeof(T) <= data_.size() && offset + sizeof(T) > offset
               ? objfile::load<T>(data_.data() + offset)
               : 0;
  }
  uint8_t flags() const { return byte(objfile::type_layout::kFlags); }
  // Where the uncommon part is, if there is one.
  uint64_t uncommon_part() const {
    return objfile::type_layout::kCommonSize +
           objfile::type_extra_size(kind(), *ctx_.version, ctx_.map_extra_bytes);
  }
  uint32_t find_reloc(const objfile::Table<objfile::RelocRecord> &relocs, uint64_t offset) const;

  const Context &ctx_;
  SymbolView symbol_;
  Bytes data_;
  mutable uint32_t next_reloc_ = 0; // after the one last found: where the next is likely to be
};

} // namespace wald

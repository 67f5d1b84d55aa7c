// Reads Go type descriptors (reference: internal/abi/type.go) as they stand in the objects.
#pragma once

#include "linker/core/symbols.h"

namespace wald {

// Kind numbers that decide about a descriptor's shape.
enum class TypeKind : uint8_t {
  kArray = 17,
  kChan = 18,
  kFunc = 19,
  kInterface = 20,
  kMap = 21,
  kPointer = 22,
  kSlice = 23,
  kStruct = 25,
};

inline constexpr uint64_t kCommonTypeSize = 48;

// One descriptor: its bytes and its relocations. Everything read beyond the bytes is zero.
class TypeData {
public:
  TypeData(const Context &ctx, SymId type);

  uint64_t pointer_bytes() const { return word(8); }
  bool has_uncommon() const { return byte(20) & 1; }
  bool has_extra_star() const { return byte(20) & 2; }
  bool has_mask_on_demand() const { return byte(20) & 16; }
  TypeKind kind() const { return TypeKind(byte(23) & ctx_.version->type_kind_mask); }
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
  uint64_t extra_size() const;
  uint32_t find_reloc(const objfile::Table<objfile::RelocRecord> &relocs, uint64_t offset) const;

  const Context &ctx_;
  SymbolView symbol_;
  Bytes data_;
  mutable uint32_t next_reloc_ = 0; // behind the one last found: where the next is likely to be
};

// The text of a name symbol (type:.namedata.…): a flag byte, a length, the text.
StringRef decode_name(Bytes name_data);

} // namespace wald

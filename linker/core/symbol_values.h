// Numbers of symbols, by id. What a symbol's number is depends on the symbol: a function's is its
// entry pc, a variable's its address, that of a pc table its offset in pctab. Each of these is a
// type of its own, so that none can be taken for another, and each has one writer. They share one
// table, for no symbol has two of them, and a relocation takes whatever its target has.
#pragma once

#include "linker/core/symbol.h"
#include "objfile/support/zeroed_array.h"

#include "llvm/ADT/DenseMap.h"

#include <cstdint>
#include <type_traits>

namespace wald {

enum class FuncIndex : uint32_t {}; // of a function in the text: its place in Context::text

// Where a function begins, as the runtime counts: PC_F << 16. PC_F is its slot in the table of
// functions; the low bits are the number of a resume point.
enum class EntryPc : uint64_t {};
enum class SectionOffset : uint64_t {}; // until sections have addresses
enum class Address : uint64_t {};       // in the module's memory
enum class TlsOffset : uint64_t {};
enum class PctabOffset : uint32_t {};    // 0: no table
enum class FuncdataOffset : uint32_t {}; // from the beginning of go:func.*

template <typename T>
  requires std::is_enum_v<T>
constexpr std::underlying_type_t<T> number(T value) {
  return static_cast<std::underlying_type_t<T>>(value);
}

// Who sets which.
class TextOrder;     // entry pcs
class DataLayout;    // offsets in sections, addresses, thread-local offsets
class PcTables;      // offsets in pctab
class FuncdataTable; // offsets in go:func.*
class DataGroups;    // groups

// What the setters ask for, and nobody but the writer can make.
template <typename Writer> class Key {
  friend Writer;
  Key() {}
};

// Zero where nothing was set. Four bytes a value, for this is the largest table by id and nearly
// all values fit; others lie in a map. So only one thread at a time may set values, even of
// different symbols, and no other may read any then.
class ValueTable {
public:
  void reset(size_t size) { values_.reset(size); }
  void prefault(size_t count) { values_.prefault(count); }

  uint64_t operator[](uint32_t n) const {
    uint32_t value = values_[n];
    return value != kElsewhere ? value : large(n);
  }
  void set(uint32_t n, uint64_t value) {
    values_[n] = value < kElsewhere ? value : kElsewhere;
    if (value >= kElsewhere) [[unlikely]]
      large_[n] = value;
  }

private:
  [[gnu::cold]] [[gnu::noinline]] uint64_t large(uint32_t n) const {
    return large_.find(n)->second;
  }

  static constexpr uint32_t kElsewhere = UINT32_MAX;

  ZeroedArray<uint32_t> values_;
  llvm::DenseMap<uint32_t, uint64_t> large_;
};

class SymbolValues {
public:
  void reset(size_t size) { table_.reset(size); }
  void prefault(size_t count) { table_.prefault(count); }

  // The number that a relocation puts in, whatever it is.
  uint64_t relocation_value(SymId id) const { return table_[number(id)]; }

  EntryPc entry_pc(SymId function) const { return EntryPc(table_[number(function)]); }
  SectionOffset section_offset(SymId data) const { return SectionOffset(table_[number(data)]); }
  Address address(SymId data) const { return Address(table_[number(data)]); }
  PctabOffset pctab_offset(SymId table) const { return PctabOffset(table_[number(table)]); }
  FuncdataOffset funcdata_offset(SymId data) const { return FuncdataOffset(table_[number(data)]); }

  void set(SymId id, EntryPc pc, Key<TextOrder>) { set(id, number(pc)); }
  void set(SymId id, SectionOffset offset, Key<DataLayout>) { set(id, number(offset)); }
  void set(SymId id, Address address, Key<DataLayout>) { set(id, number(address)); }
  void set(SymId id, TlsOffset offset, Key<DataLayout>) { set(id, number(offset)); }
  void set(SymId id, PctabOffset offset, Key<PcTables>) { set(id, number(offset)); }
  void set(SymId id, FuncdataOffset offset, Key<FuncdataTable>) { set(id, number(offset)); }

private:
  void set(SymId id, uint64_t value) { table_.set(number(id), value); }

  ValueTable table_;
};

// What symbols are in the output, by id: kNone for those that are not laid out.
class GroupTable {
public:
  void reset(size_t size) { groups_.reset(size); }
  void prefault(size_t count) { groups_.prefault(count); }

  Group operator[](SymId id) const { return groups_[number(id)]; }
  void set(SymId id, Group group, Key<DataGroups>) { groups_[number(id)] = group; }

private:
  ZeroedArray<Group> groups_;
};

} // namespace wald

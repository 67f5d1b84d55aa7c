// Symbols are numbers. A SymId is the position of a definition in load order: first the package
// symbols (Symdef blocks) of all objects, then the other definitions of all objects, then whatever
// the linker creates. The order is the reference's numbering order, which breaks ties all over the
// output; the numbers themselves have gaps (duplicates) and never reach the output.
#pragma once

#include "objfile/known_symbols.h"
#include "objfile/support/bytes.h"
#include "objfile/support/zeroed_array.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace wald {

using llvm::StringRef;
using objfile::Bytes;
using objfile::KnownSymbol;

enum class SymId : uint32_t { kNone = 0 };
inline uint32_t number(SymId id) {
  return static_cast<uint32_t>(id);
}
inline SymId operator+(SymId id, uint32_t n) {
  return SymId(number(id) + n);
}

// What a symbol is in the output: the group it is laid out in. Groups of a section stand together
// and in this order.
enum class Group : uint8_t {
  kNone,
  kText,
  // Read-only
  kType,
  kGoString,
  kGoFunc,
  kGcBits,
  kRodata,
  kPclntab,
  kTypelink,
  kItablink,
  kSymtab,
  // Data
  kBuildInfo,
  kModuleData,
  kNoptrdata,
  kData,
  kBss,
  kNoptrbss,
  kGcMask,
  kCoverageCounter,
  kLibfuzzerCounter,
  // No address
  kTls,
  kCoverageAuxvar,
  kMarker, // marks a boundary: takes no space, its value is set by hand
  kOther,
};
inline constexpr unsigned kNumGroups = unsigned(Group::kOther) + 1;

// A relocation with its target resolved.
struct Reloc {
  int32_t offset;
  uint8_t size;
  uint16_t type; // with the weak bit
  int64_t addend;
  SymId target;
};

// Where a definition is: an object and the index in it, or an OwnedSymbol.
struct Definition {
  static constexpr uint32_t kOwned = UINT32_MAX;
  uint32_t object;
  uint32_t local; // of the object, or index into Context::owned_symbols
  bool is_owned() const { return object == kOwned; }
};

namespace wasm {
class DataSink;
}
class Relocator;

// Makes the bytes of symbols when they are written, for tables that would only be copied otherwise.
class TableSource {
public:
  virtual void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const = 0;

protected:
  ~TableSource() = default;
};

// A symbol whose contents the linker owns, because they are not those of an object: one that it
// makes (a synthetic symbol), a copy of an object's that it had to change, or one that is referred
// to but defined nowhere.
struct OwnedSymbol {
  SymId id = SymId::kNone;
  StringRef name;
  Group group = Group::kNone; // kNone: not defined
  uint64_t size = 0;
  uint32_t alignment = 0;    // 0: unset
  std::vector<uint8_t> data; // may be shorter than size
  std::vector<Reloc> relocs;
  const TableSource *source = nullptr; // makes the contents, instead of `data`
  uint32_t source_part = 0;
  // The definition this one was copied from; its unit and file stay in force.
  bool is_copy = false;
  Definition original{};

  // Appending sets the size to that of the contents.
  void append_word(uint64_t value) {
    data.resize(data.size() + 8);
    objfile::store(data.data() + data.size() - 8, value);
    size = data.size();
  }
  // A pointer to target + addend.
  void append_address(SymId target, int64_t addend = 0);
  void append_slice(SymId target, uint64_t length) {
    append_address(target);
    append_word(length);
    append_word(length);
  }
};

} // namespace wald

// A Go object: the text header and the payload of tables that the compiler and the assembler write
// (reference: cmd/internal/goobj/objfile.go). A view: nothing is copied, the bytes stay where they
// are.
//
// The bytes are not trusted. parse() checks what every use relies on: block bounds and element
// counts. What only some uses rely on (a string, a relocation range) is checked where it is read: a
// bad one reads as empty, and the object remembers the first such fault, which the linker reports
// at the end of the pass. So accessors need no error path of their own and can never read outside.
#pragma once

#include "objfile/go_version.h"
#include "objfile/support/bytes.h"

#include "llvm/Support/Error.h"

#include <array>
#include <optional>
#include <string>

namespace wald::objfile {

// Kinds of symbols in objects of any version, with the numbers of Go 1.25 and later.
enum class SymbolKind : uint8_t {
  kNone,
  kText,
  kTextFips,
  kRodata,
  kRodataFips,
  kNoptrdata,
  kNoptrdataFips,
  kData,
  kDataFips,
  kBss,
  kNoptrbss,
  kTlsbss,
  kDwarfFirst,
  kDwarfLast = 21,
  kLibfuzzerCounter,
  kCoverageCounter,
  kCoverageAuxvar,
  kSehUnwindInfo,
  kInvalid = 0xff,
};

inline bool is_text(SymbolKind kind) {
  return kind == SymbolKind::kText || kind == SymbolKind::kTextFips;
}
inline bool is_debug(SymbolKind kind) {
  return kind >= SymbolKind::kDwarfFirst && kind <= SymbolKind::kDwarfLast;
}

// Relocation types with the same number in every version; the others are in GoVersion.
enum RelocType : uint16_t {
  kRelocAddr = 1,
  kRelocAddrOff = 5,
  kRelocSize = 6,
  kRelocCall = 7,
  kRelocUseField = 21,
  kRelocUseType = 22,
  kRelocUseIface = 23,
  kRelocUseIfaceMethod = 24,
  kRelocUseNamedMethod = 25,
  kRelocMethodOff = 26,
  kRelocKeep = 27,
  kRelocWeak = 0x8000, // a flag
};

enum SymbolFlag : uint8_t {
  kFlagDupok = 1,
  kFlagLocal = 2,
  kFlagTypelink = 4,
  kFlagLeaf = 8,
  kFlagNosplit = 0x10,
  kFlagReflectMethod = 0x20,
  kFlagGoType = 0x40,
};

// Bits of the second flag byte that no version moved; the others are in GoVersion.
enum SymbolFlag2 : uint8_t {
  kFlag2UsedInIface = 1,
  kFlag2Itab = 2,
  kFlag2Dict = 4,
  kFlag2PkgInit = 8,
  kFlag2Linkname = 0x10,
};

enum class AuxKind : uint8_t {
  kGoType,
  kFuncInfo,
  kFuncdata,
  kDwarfInfo,
  kDwarfLoc,
  kDwarfRanges,
  kDwarfLines,
  kPcsp,
  kPcfile,
  kPcline,
  kPcinline,
  kPcdata,
  kWasmImport,
  kWasmType,
  kSehUnwindInfo,
};

enum ObjectFlag : uint32_t {
  kObjectShared = 1,
  kObjectFromAssembly = 4,
  kObjectUnlinkable = 8,
  kObjectStd = 16,
};

// A reference as objects write it. `package` is an index of PkgIdx or one of the numbers below.
struct SymRef {
  uint32_t package, index;
  bool is_null() const { return package == 0 && index == 0; }
  bool operator==(const SymRef &) const = default;
};
inline constexpr uint32_t kPackageNone = 0x7fffffff;
inline constexpr uint32_t kPackageHashed64 = 0x7ffffffe;
inline constexpr uint32_t kPackageHashed = 0x7ffffffd;
inline constexpr uint32_t kPackageBuiltin = 0x7ffffffc;
inline constexpr uint32_t kPackageSelf = 0x7ffffffb;

inline constexpr uint16_t kAbiStatic = 0xffff;

// Views of one record each; trivially cheap, valid while the object's bytes are.
struct SymbolRecord {
  const uint8_t *at;
  uint32_t name_size() const { return load<uint32_t>(at); }
  uint32_t name_offset() const { return load<uint32_t>(at + 4); }
  uint16_t abi() const { return load<uint16_t>(at + 8); }
  uint8_t raw_kind() const { return at[10]; }
  uint8_t flag() const { return at[11]; }
  uint8_t flag2() const { return at[12]; }
  uint32_t size() const { return load<uint32_t>(at + 13); }
  uint32_t alignment() const { return load<uint32_t>(at + 17); } // 0: unset
  bool is_dupok() const { return flag() & kFlagDupok; }
  bool is_static() const { return abi() == kAbiStatic; }
  static constexpr uint64_t kSize = 21;
};

struct RelocRecord {
  const uint8_t *at;
  int32_t offset() const { return load<int32_t>(at); }
  uint8_t size() const { return at[4]; }
  uint16_t type() const { return load<uint16_t>(at + 5); } // with the weak bit
  int64_t addend() const { return load<int64_t>(at + 7); }
  SymRef target() const { return {load<uint32_t>(at + 15), load<uint32_t>(at + 19)}; }
  static constexpr uint64_t kSize = 23;
};

struct AuxRecord {
  const uint8_t *at;
  AuxKind kind() const { return AuxKind(at[0]); }
  SymRef target() const { return {load<uint32_t>(at + 1), load<uint32_t>(at + 5)}; }
  static constexpr uint64_t kSize = 9;
};

struct RefFlagsRecord {
  const uint8_t *at;
  SymRef target() const { return {load<uint32_t>(at), load<uint32_t>(at + 4)}; }
  uint8_t flag() const { return at[8]; }
  uint8_t flag2() const { return at[9]; }
  static constexpr uint64_t kSize = 10;
};

// The name of a symbol of another package; the linker needs none of these.
struct RefNameRecord {
  const uint8_t *at;
  SymRef target() const { return {load<uint32_t>(at), load<uint32_t>(at + 4)}; }
  uint32_t name_size() const { return load<uint32_t>(at + 8); }
  uint32_t name_offset() const { return load<uint32_t>(at + 12); }
  static constexpr uint64_t kSize = 16;
};

// A table of records, indexable and iterable.
template <typename Record> class Table {
public:
  Table() = default;
  Table(const uint8_t *begin, uint64_t count) : begin_(begin), count_(count) {}
  uint64_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Record operator[](uint64_t i) const { return {begin_ + i * Record::kSize}; }

  struct Iterator {
    const uint8_t *at;
    Record operator*() const { return {at}; }
    Iterator &operator++() {
      at += Record::kSize;
      return *this;
    }
    bool operator!=(const Iterator &other) const { return at != other.at; }
  };
  Iterator begin() const { return {begin_}; }
  Iterator end() const { return {begin_ + count_ * Record::kSize}; }

private:
  const uint8_t *begin_ = nullptr;
  uint64_t count_ = 0;
};

// Of relocations that are in order of their offsets, the first from `begin` on that lies at
// `offset` or after it; their number if there is none. The compiler writes them in this order.
inline uint32_t first_reloc_from(const Table<RelocRecord> &relocs, uint64_t offset,
                                 uint32_t begin = 0) {
  uint32_t end = relocs.size();
  while (begin < end) {
    uint32_t middle = begin + (end - begin) / 2;
    if (uint64_t(relocs[middle].offset()) < offset)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

struct Autolib {
  llvm::StringRef path;
  uint64_t fingerprint;
};

// What line 1 and the lines below it say, before the payload.
struct TextHeader {
  llvm::StringRef first_line; // without the line end
  llvm::StringRef goos, goarch, version, gowasm, experiments;
  llvm::StringRef build_id;
  llvm::StringRef cgo_directives; // the JSON text, empty without
  bool is_main = false;
  uint64_t payload_offset = 0; // in the member
};

// Reads the text header. Errors say what is wrong, not where: the caller knows the file.
llvm::Expected<TextHeader> parse_text_header(Bytes member);

class Object {
public:
  // The first broken reference that an accessor met.
  struct Fault {
    const char *what;
    uint64_t payload_offset;
  };

  // Parses a member. `version` is the row for the header's version.
  static llvm::Expected<Object> parse(Bytes member, const TextHeader &header,
                                      const GoVersion &version);

  const TextHeader &header() const { return header_; }
  const GoVersion &version() const { return *version_; }
  uint64_t fingerprint() const { return load<uint64_t>(payload_.data() + 8); }
  uint32_t flags() const { return load<uint32_t>(payload_.data() + 16); }
  bool from_assembly() const { return flags() & kObjectFromAssembly; }
  bool is_std() const { return flags() & kObjectStd; }
  Bytes payload() const { return payload_; }
  // Whether names or records can have so many bytes in all, each counted wherever it is referred
  // to. The compiler writes each once, for a few symbols at most; by such as share their bytes a
  // small object could ask for gigabytes.
  bool can_have(uint64_t num_bytes) const { return num_bytes <= 8 * payload_.size(); }
  // Whether the names of symbols and files cannot have as many bytes as they say. Reads all
  // symbols.
  bool have_overlapping_names() const;

  // -- Numbers of symbols; local indices run through these five groups in this order.
  uint32_t num_symdefs() const { return counts_[0]; }
  uint32_t num_hashed64_defs() const { return counts_[1]; }
  uint32_t num_hashed_defs() const { return counts_[2]; }
  uint32_t num_nonpkg_defs() const { return counts_[3]; }
  uint32_t num_nonpkg_refs() const { return counts_[4]; }
  uint32_t first_hashed64() const { return counts_[0]; }
  uint32_t first_hashed() const { return counts_[0] + counts_[1]; }
  uint32_t first_nonpkg_def() const { return first_hashed() + counts_[2]; }
  uint32_t num_defs() const { return num_defs_; }
  uint32_t num_symbols() const { return num_defs_ + counts_[4]; }

  // The local index that a reference to this object's own symbols means; none for one to another
  // package's or to a symbol that does not exist.
  std::optional<uint32_t> local_index(SymRef target) const;

  // -- Symbols, by local index (which must be below num_symbols(); below num_defs() for contents).
  SymbolRecord symbol(uint32_t local) const { return {symbols_ + local * SymbolRecord::kSize}; }
  llvm::StringRef name(uint32_t local) const {
    SymbolRecord record = symbol(local);
    return string_at(record.name_size(), record.name_offset());
  }
  SymbolKind kind(uint32_t local) const { return kinds_[symbol(local).raw_kind()]; }
  uint64_t hash64(uint32_t local) const { // of a hashed64 definition
    return load<uint64_t>(hash64_ + uint64_t(local - first_hashed64()) * 8);
  }
  Bytes hash(uint32_t local) const { // of a hashed definition, 16 bytes
    return {hash_ + uint64_t(local - first_hashed()) * 16, 16};
  }
  // Relocations and auxiliary entries, with the tables that lead to them and to contents.
  Bytes tables() const { return {reloc_index_, data_block_.begin()}; }
  // The hashes of all definitions by content, of both kinds.
  Bytes hashes() const { return {hash64_, 8ull * num_hashed64_defs() + 16ull * num_hashed_defs()}; }
  Bytes data(uint32_t local) const {
    uint32_t begin = load<uint32_t>(data_index_ + 4ull * local);
    uint32_t end = load<uint32_t>(data_index_ + 4ull * local + 4);
    if (begin > end || end > data_block_.size()) [[unlikely]] {
      report_fault("symbol contents outside the object", data_index_ + 4ull * local);
      return data_block_.take_front(0); // not without an address, which memcpy may not get
    }
    return {data_block_.data() + begin, end - begin};
  }
  Table<RelocRecord> relocs(uint32_t local) const {
    return indexed<RelocRecord>(reloc_index_, reloc_block_, num_relocs_, local);
  }
  Table<AuxRecord> auxes(uint32_t local) const {
    return indexed<AuxRecord>(aux_index_, aux_block_, num_auxes_, local);
  }

  // Bring closer what will be read soon: a symbol's record and where its contents, its tables or
  // both begin; then the tables, the beginning of code and its relocations, or the name.
  void prefetch_symbol(uint32_t local) const {
    __builtin_prefetch(symbols_ + uint64_t(local) * SymbolRecord::kSize);
    __builtin_prefetch(data_index_ + 4ull * local);
  }
  void prefetch_function(uint32_t local) const {
    prefetch_symbol(local);
    __builtin_prefetch(reloc_index_ + 4ull * local);
  }
  void prefetch_record(uint32_t local) const {
    __builtin_prefetch(symbols_ + uint64_t(local) * SymbolRecord::kSize);
    __builtin_prefetch(reloc_index_ + 4ull * local);
    __builtin_prefetch(aux_index_ + 4ull * local);
  }
  void prefetch_tables(uint32_t local) const {
    __builtin_prefetch(reloc_block_ +
                       load<uint32_t>(reloc_index_ + 4ull * local) * RelocRecord::kSize);
    __builtin_prefetch(aux_block_ + load<uint32_t>(aux_index_ + 4ull * local) * AuxRecord::kSize);
  }
  void prefetch_code(uint32_t local) const {
    constexpr unsigned kLines = 3; // the processor goes on by itself
    const uint8_t *relocs =
        reloc_block_ + load<uint32_t>(reloc_index_ + 4ull * local) * RelocRecord::kSize;
    const uint8_t *code = data_block_.data() + load<uint32_t>(data_index_ + 4ull * local);
    for (unsigned line = 0; line < kLines; line++) {
      __builtin_prefetch(relocs + 64 * line);
      __builtin_prefetch(code + 64 * line);
    }
  }
  void prefetch_name(uint32_t local) const {
    __builtin_prefetch(payload_.data() + symbol(local).name_offset());
  }

  // -- Other blocks
  uint32_t num_autolibs() const { return num_autolibs_; }
  Autolib autolib(uint32_t i) const;
  uint32_t num_packages() const { return num_packages_; } // entry 0 is a dummy
  llvm::StringRef package(uint32_t i) const { return string_record(package_block_, i); }
  uint32_t num_files() const { return num_files_; }
  llvm::StringRef file(uint32_t i) const { return string_record(file_block_, i); }
  Table<RefFlagsRecord> ref_flags() const { return ref_flags_; }
  Table<RefNameRecord> ref_names() const { return ref_names_; }
  llvm::StringRef name(RefNameRecord record) const {
    return string_at(record.name_size(), record.name_offset());
  }

  std::optional<Fault> fault() const;
  // For users of the object who find something broken that no accessor looks at.
  void report_fault(const char *what, const uint8_t *at) const;

private:
  bool have_overlapping_packages() const;
  llvm::StringRef string_at(uint32_t size, uint32_t offset) const {
    if (uint64_t(offset) + size > payload_.size()) [[unlikely]] {
      report_fault("string outside the object", payload_.data() + offset);
      return ""; // not without an address, which memcpy may not get
    }
    return {reinterpret_cast<const char *>(payload_.data()) + offset, size};
  }
  llvm::StringRef string_record(const uint8_t *block, uint32_t i) const {
    return string_at(load<uint32_t>(block + 8ull * i), load<uint32_t>(block + 8ull * i + 4));
  }
  template <typename Record>
  Table<Record> indexed(const uint8_t *index, const uint8_t *block, uint64_t count,
                        uint32_t local) const {
    uint32_t begin = load<uint32_t>(index + 4ull * local);
    uint32_t end = load<uint32_t>(index + 4ull * local + 4);
    if (begin > end || end > count) [[unlikely]] {
      report_fault("table entries of a symbol outside the object", index + 4ull * local);
      return {};
    }
    return {block + begin * Record::kSize, end - begin};
  }

  Bytes payload_;
  TextHeader header_;
  const GoVersion *version_ = nullptr;
  const SymbolKind *kinds_ = nullptr;
  std::array<uint32_t, 5> counts_{};
  uint32_t num_defs_ = 0;
  const uint8_t *symbols_ = nullptr, *hash64_ = nullptr, *hash_ = nullptr;
  const uint8_t *reloc_index_ = nullptr, *aux_index_ = nullptr, *data_index_ = nullptr;
  const uint8_t *reloc_block_ = nullptr, *aux_block_ = nullptr;
  uint64_t num_relocs_ = 0, num_auxes_ = 0;
  Bytes data_block_;
  const uint8_t *autolib_block_ = nullptr, *package_block_ = nullptr, *file_block_ = nullptr;
  uint32_t num_autolibs_ = 0, num_packages_ = 0, num_files_ = 0;
  Table<RefFlagsRecord> ref_flags_;
  Table<RefNameRecord> ref_names_;

  // Set once, by whichever thread meets the first fault.
  mutable const char *fault_what_ = nullptr;
  mutable uint64_t fault_offset_ = 0;
};

} // namespace wald::objfile

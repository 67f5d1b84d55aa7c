#include "objfile/goobj_names.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::objfile {

namespace {

struct NamedNumber {
  llvm::StringLiteral name;
  uint16_t number;
};

// ref: cmd/internal/objabi/reloctype.go. The types that wasm objects may hold.
constexpr NamedNumber kFixedRelocs[] = {
    {"R_ADDR", kRelocAddr},
    {"R_ADDROFF", kRelocAddrOff},
    {"R_SIZE", kRelocSize},
    {"R_CALL", kRelocCall},
    {"R_CALLIND", 10},
    {"R_USEFIELD", kRelocUseField},
    {"R_USETYPE", kRelocUseType},
    {"R_USEIFACE", kRelocUseIface},
    {"R_USEIFACEMETHOD", kRelocUseIfaceMethod},
    {"R_USENAMEDMETHOD", kRelocUseNamedMethod},
    {"R_METHODOFF", kRelocMethodOff},
    {"R_KEEP", kRelocKeep},
    {"R_DWARFSECREF", 31},
};

// Types above 31 keep their distance from R_WASMIMPORT, which starts at 0 here.
constexpr int kOldestWithTextAddrs = 25;
constexpr NamedNumber kMovingRelocs[] = {
    {"R_WASMIMPORT", 0},   {"R_XCOFFREF", 1},     {"R_PEIMAGEOFF", 2},   {"R_INITORDER", 3},
    {"R_DWTXTADDR_U1", 4}, {"R_DWTXTADDR_U2", 5}, {"R_DWTXTADDR_U3", 6}, {"R_DWTXTADDR_U4", 7},
};

// ref: cmd/internal/objabi/symkind.go, with the numbers of Go 1.25 and later.
constexpr llvm::StringLiteral kKinds[] = {
    "none",          "text",       "textfips",   "rodata",      "rodatafips",       "noptrdata",
    "noptrdatafips", "data",       "datafips",   "bss",         "noptrbss",         "tlsbss",
    "dwarfcuinfo",   "dwarfconst", "dwarffcn",   "dwarfabsfcn", "dwarftype",        "dwarfvar",
    "dwarfrange",    "dwarfloc",   "dwarflines", "dwarfaddr",   "libfuzzercounter", "covctr",
    "covaux",        "sehunwind",
};

constexpr llvm::StringLiteral kAuxKinds[] = {
    "gotype",      "funcinfo",   "funcdata",   "dwarfinfo", "dwarfloc",
    "dwarfranges", "dwarflines", "pcsp",       "pcfile",    "pcline",
    "pcinline",    "pcdata",     "wasmimport", "wasmtype",  "sehunwind",
};

constexpr NamedNumber kFlags[] = {
    {"dupok", kFlagDupok},   {"local", kFlagLocal},     {"typelink", kFlagTypelink},
    {"leaf", kFlagLeaf},     {"nosplit", kFlagNosplit}, {"reflectmethod", kFlagReflectMethod},
    {"gotype", kFlagGoType},
};
constexpr NamedNumber kFlags2[] = {
    {"usediniface", kFlag2UsedInIface}, {"itab", kFlag2Itab},         {"dict", kFlag2Dict},
    {"pkginit", kFlag2PkgInit},         {"linkname", kFlag2Linkname},
};
constexpr NamedNumber kObjectFlags[] = {
    {"shared", kObjectShared},
    {"assembly", kObjectFromAssembly},
    {"unlinkable", kObjectUnlinkable},
    {"std", kObjectStd},
};

// The three bits of the second flag byte that moved.
struct MovedFlag {
  llvm::StringLiteral name;
  uint8_t GoVersion::*bit;
};
constexpr MovedFlag kMovedFlags2[] = {
    {"linknamestd", &GoVersion::flag2_linkname_std},
    {"abiwrapper", &GoVersion::flag2_abi_wrapper},
    {"wasmexport", &GoVersion::flag2_wasm_export},
};

std::string hex(uint64_t value) {
  return "0x" + llvm::utohexstr(value, /*LowerCase=*/true);
}

// "PREFIX12" -> 12
std::optional<uint64_t> parse_numbered(llvm::StringRef name, llvm::StringRef prefix,
                                       uint64_t maximum) {
  uint64_t number;
  if (!name.consume_front(prefix) || name.getAsInteger(10, number) || number > maximum)
    return std::nullopt;
  return number;
}

// The number in this version, or nothing where the version lacks it.
std::optional<uint16_t> moving_reloc(const NamedNumber &reloc, const GoVersion &version) {
  if (reloc.number >= 4 && version.minor < kOldestWithTextAddrs)
    return std::nullopt;
  return version.reloc_wasm_import + reloc.number;
}

// Kind number in this version -> place in kKinds.
std::optional<unsigned> unshifted_kind(uint8_t raw_kind, const GoVersion &version) {
  unsigned kind = raw_kind;
  if (kind >= version.first_shifted_kind)
    kind += unsigned(SymbolKind::kLibfuzzerCounter) - version.first_shifted_kind;
  if (kind >= std::size(kKinds))
    return std::nullopt;
  return kind;
}

} // namespace

std::string reloc_type_name(uint16_t type, const GoVersion &version) {
  std::string prefix = type & kRelocWeak ? "weak " : "";
  type &= ~kRelocWeak;
  for (const NamedNumber &reloc : kFixedRelocs)
    if (reloc.number == type)
      return prefix + reloc.name.str();
  for (const NamedNumber &reloc : kMovingRelocs)
    if (moving_reloc(reloc, version) == type)
      return prefix + reloc.name.str();
  if (type == version.reloc_wasm_import - 1)
    return prefix + "R_ADDRCUOFF";
  if (type == 32 && version.minor == 24)
    return prefix + "R_DWARFFILEREF";
  return prefix + "R_" + std::to_string(type);
}

std::optional<uint16_t> parse_reloc_type(llvm::StringRef name, const GoVersion &version) {
  uint16_t weak = name.consume_front("weak ") ? uint16_t(kRelocWeak) : 0;
  for (const NamedNumber &reloc : kFixedRelocs)
    if (reloc.name == name)
      return reloc.number | weak;
  for (const NamedNumber &reloc : kMovingRelocs)
    if (reloc.name == name)
      if (std::optional<uint16_t> number = moving_reloc(reloc, version))
        return *number | weak;
  if (name == "R_ADDRCUOFF")
    return (version.reloc_wasm_import - 1) | weak;
  if (name == "R_DWARFFILEREF" && version.minor == 24)
    return 32 | weak;
  if (std::optional<uint64_t> number = parse_numbered(name, "R_", 0x7fff))
    return *number | weak;
  return std::nullopt;
}

std::string raw_kind_name(uint8_t raw_kind, const GoVersion &version) {
  if (std::optional<unsigned> kind = unshifted_kind(raw_kind, version))
    return kKinds[*kind].str();
  return "kind" + std::to_string(raw_kind);
}

std::optional<uint8_t> parse_raw_kind(llvm::StringRef name, const GoVersion &version) {
  for (unsigned raw_kind = 0; raw_kind < std::size(kKinds); raw_kind++)
    if (std::optional<unsigned> kind = unshifted_kind(raw_kind, version))
      if (kKinds[*kind] == name)
        return raw_kind;
  return parse_numbered(name, "kind", 0xff);
}

std::string aux_kind_name(uint8_t kind) {
  return kind < std::size(kAuxKinds) ? kAuxKinds[kind].str() : "aux" + std::to_string(kind);
}

std::optional<uint8_t> parse_aux_kind(llvm::StringRef name) {
  for (unsigned kind = 0; kind < std::size(kAuxKinds); kind++)
    if (kAuxKinds[kind] == name)
      return kind;
  return parse_numbered(name, "aux", 0xff);
}

std::vector<std::string> symbol_flag_names(uint8_t flag, uint8_t flag2, const GoVersion &version) {
  std::vector<std::string> names;
  for (const NamedNumber &known : kFlags)
    if (flag & known.number) {
      names.push_back(known.name.str());
      flag &= ~known.number;
    }
  for (const NamedNumber &known : kFlags2)
    if (flag2 & known.number) {
      names.push_back(known.name.str());
      flag2 &= ~known.number;
    }
  for (const MovedFlag &known : kMovedFlags2)
    if (uint8_t bit = version.*known.bit; flag2 & bit) {
      names.push_back(known.name.str());
      flag2 &= ~bit;
    }
  if (flag)
    names.push_back("flag" + std::to_string(flag));
  if (flag2)
    names.push_back("flag2_" + std::to_string(flag2));
  return names;
}

std::optional<SymbolFlags> parse_symbol_flag(llvm::StringRef name, const GoVersion &version) {
  for (const NamedNumber &known : kFlags)
    if (known.name == name)
      return SymbolFlags{uint8_t(known.number), 0};
  for (const NamedNumber &known : kFlags2)
    if (known.name == name)
      return SymbolFlags{0, uint8_t(known.number)};
  for (const MovedFlag &known : kMovedFlags2)
    if (known.name == name && version.*known.bit)
      return SymbolFlags{0, version.*known.bit};
  if (std::optional<uint64_t> bits = parse_numbered(name, "flag2_", 0xff))
    return SymbolFlags{0, uint8_t(*bits)};
  if (std::optional<uint64_t> bits = parse_numbered(name, "flag", 0xff))
    return SymbolFlags{uint8_t(*bits), 0};
  return std::nullopt;
}

std::vector<std::string> object_flag_names(uint32_t flags) {
  std::vector<std::string> names;
  for (const NamedNumber &known : kObjectFlags)
    if (flags & known.number) {
      names.push_back(known.name.str());
      flags &= ~uint32_t(known.number);
    }
  if (flags)
    names.push_back(hex(flags));
  return names;
}

std::optional<uint32_t> parse_object_flag(llvm::StringRef name) {
  for (const NamedNumber &known : kObjectFlags)
    if (known.name == name)
      return known.number;
  uint32_t bits;
  if (name.consume_front("0x") && !name.getAsInteger(16, bits))
    return bits;
  return std::nullopt;
}

} // namespace wald::objfile

// A Go object as plain structures, for writing objects by hand: what tests and the YAML form need.
// Everything has a default; numbers may be given by name. Not for the linker, which reads objects
// in place (objfile/goobj.h).
#pragma once

#include "objfile/archive.h"
#include "objfile/goobj.h"

#include <optional>
#include <string>
#include <vector>

namespace wald::objfile {

struct HexBytes {
  std::vector<uint8_t> bytes;
  bool operator==(const HexBytes &) const = default;
};

// A name of any characters; a type of its own because of its quotes in YAML.
struct NameText {
  std::string text;
  bool operator==(const NameText &) const = default;
};

struct FlagText {
  std::string name;
  bool operator==(const FlagText &) const = default;
};

// What a reference goes to. Nothing set: the null reference.
struct TargetText {
  std::optional<NameText> to;          // a symbol of this object by name
  std::optional<uint32_t> symbol;      // a symbol of this object by its place
  std::optional<NameText> package;     // a symbol of another package, with index
  std::optional<NameText> builtin;     // a builtin symbol by name
  std::optional<uint32_t> raw_package; // any package number, with index
  std::optional<uint32_t> index;
};

struct RelocText {
  std::string type;
  int32_t offset = 0;
  std::optional<uint8_t> size; // without: what the compiler gives the type in this kind of symbol
  int64_t addend = 0;
  TargetText target;
};

struct AuxText {
  std::string kind;
  TargetText target;
};

enum class SymbolGroup : uint8_t { kDef, kHashed64, kHashed, kNonpkg, kRef };

struct SymbolText {
  NameText name;
  SymbolGroup group = SymbolGroup::kDef;
  std::string kind; // only references may be without
  std::string abi = "0";
  std::vector<FlagText> flags;
  std::optional<uint32_t> size; // without: as many as there are bytes of data
  uint32_t alignment = 0;
  HexBytes hash; // without: computed from the data
  HexBytes data;
  std::optional<NameText> data_text; // instead of data
  std::vector<RelocText> relocs;
  std::vector<AuxText> auxes;
};

struct AutolibText {
  NameText path;
  HexBytes fingerprint;
};

struct RefFlagsText {
  TargetText target;
  uint8_t flag = 0, flag2 = 0;
};

struct RefNameText {
  TargetText target;
  NameText name;
};

// One deliberate fault, applied to the finished bytes. Offsets count from the start of the payload
// (of the file, for an archive), or of the block if one is named.
struct FaultText {
  std::string block;                 // "symdef", "relocidx" …
  std::optional<uint32_t> starts_at; // what the header says about the block's place
  std::optional<uint64_t> at;        // overwrite with `bytes` here
  HexBytes bytes;
  std::optional<uint64_t> keep; // cut everything after
};

struct ObjectText {
  std::string version = "go1.27.4";
  std::string goos = "wasip1", goarch = "wasm";
  std::string gowasm;
  std::optional<std::string> experiments; // without: the defaults of the version
  std::string build_id;
  bool is_main = false;
  std::string cgo;
  std::optional<NameText> raw_header; // all of the text header, instead of the fields above
  HexBytes fingerprint;
  std::vector<FlagText> flags;
  std::vector<AutolibText> autolibs;
  std::vector<NameText> packages; // references add those they need
  std::vector<NameText> files;
  std::vector<SymbolText> symbols; // local indices follow the groups, then this order
  std::vector<RefFlagsText> ref_flags;
  std::vector<RefNameText> ref_names;
  std::vector<NameText> strings; // the first strings of the table, in this order
  std::vector<FaultText> faults;
};

struct MemberText {
  NameText name;
  std::optional<ObjectText> object; // or else
  HexBytes data;
  std::optional<NameText> data_text;
};

struct ArchiveText {
  std::vector<MemberText> members;
  std::vector<FaultText> faults;
};

// The bytes of a member or archive. Errors are about names and numbers that cannot be resolved;
// whether the object makes sense is not checked.
llvm::Expected<std::vector<uint8_t>> encode_object(const ObjectText &object);
llvm::Expected<std::vector<uint8_t>> encode_archive(const ArchiveText &archive);

// The structures of an object. With `exact`, encoding gives the same bytes again; else strings may
// stand in another order, which makes the text shorter.
llvm::Expected<ObjectText> decode_object(Bytes member, bool exact);
llvm::Expected<ArchiveText> decode_archive(Bytes file, bool exact);

// The text header that the fields make.
llvm::Expected<std::string> header_text(const ObjectText &object);

// Their default hash: of hashed64 the contents, of hashed the start of their SHA-256.
HexBytes default_hash(const SymbolText &symbol);

// The contents from whichever field has them.
Bytes contents_of(const HexBytes &data, const std::optional<NameText> &text);

} // namespace wald::objfile

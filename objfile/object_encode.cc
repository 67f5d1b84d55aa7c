// From structures to the bytes of objects and archives; deliberate faults come last.
#include "objfile/object_text.h"

#include "objfile/goobj_names.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SHA256.h"

#include <map>

namespace wald::objfile {

namespace {

using ByteVector = std::vector<uint8_t>;

// ref: the block list of cmd/internal/goobj/objfile.go
enum Block {
  kAutolib,
  kPkgIdx,
  kFile,
  kSymdef,
  kRefFlags = kSymdef + 5,
  kHash64,
  kHash,
  kRelocIdx,
  kAuxIdx,
  kDataIdx,
  kReloc,
  kAux,
  kData,
  kRefName,
  kEnd,
  kNumBlocks,
};
constexpr llvm::StringLiteral kBlockNames[kNumBlocks] = {
    "autolib",   "pkgidx",   "file",   "symdef",  "hashed64def", "hasheddef", "nonpkgdef",
    "nonpkgref", "refflags", "hash64", "hash",    "relocidx",    "auxidx",    "dataidx",
    "reloc",     "aux",      "data",   "refname", "end"};
constexpr uint64_t kOffsetsAt = 20, kHeaderSize = kOffsetsAt + 4 * kNumBlocks;
constexpr unsigned kNumGroups = 5;
constexpr uint8_t kMagic[] = {0, 'g', 'o', '1', '2', '0', 'l', 'd'};

llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), message);
}

template <typename T> void append(ByteVector &to, T value) {
  size_t at = to.size();
  to.resize(at + sizeof(T));
  store(to.data() + at, value);
}

void append_bytes(ByteVector &to, Bytes bytes) {
  size_t at = to.size();
  to.resize(at + bytes.size());
  if (!bytes.empty())
    std::memcpy(to.data() + at, bytes.data(), bytes.size());
}

// Exactly `size` bytes: cut, or filled with zeros.
void append_fixed(ByteVector &to, Bytes bytes, uint64_t size) {
  append_bytes(to, bytes.take_front(size));
  to.resize(to.size() + size - std::min<uint64_t>(size, bytes.size()));
}

// Builds the payload of one object.
class Encoder {
public:
  Encoder(const ObjectText &object, const GoVersion &version)
      : object_(object), version_(version), builtins_(builtin_names(version)) {}

  llvm::Expected<ByteVector> run();

private:
  llvm::Error number_symbols();
  void add_package(llvm::StringRef path);
  void add_packages_of_targets();
  void add_string(llvm::StringRef text);
  void add_strings();
  void append_string(ByteVector &to, llvm::StringRef text) {
    append<uint32_t>(to, text.size());
    append<uint32_t>(to, string_offsets_.lookup(text));
  }
  llvm::Expected<SymRef> resolve(const TargetText &target) const;
  llvm::Error append_target(ByteVector &to, const TargetText &target) const;
  llvm::Error encode_symbol(const SymbolText &symbol);
  llvm::Error encode_contents(const SymbolText &symbol);
  llvm::Error encode_tables();
  ByteVector assemble(uint32_t flags) const;

  template <typename Function> void for_each_target(Function function) const {
    for (const SymbolText *symbol : symbols_) {
      for (const RelocText &reloc : symbol->relocs)
        function(reloc.target);
      for (const AuxText &aux : symbol->auxes)
        function(aux.target);
    }
    for (const RefFlagsText &entry : object_.ref_flags)
      function(entry.target);
    for (const RefNameText &entry : object_.ref_names)
      function(entry.target);
  }

  const ObjectText &object_;
  const GoVersion &version_;
  std::vector<llvm::StringRef> builtins_;
  std::vector<const SymbolText *> symbols_;    // by local index
  uint32_t group_starts_[kNumGroups + 1] = {}; // local index where each group starts
  static constexpr uint32_t kAmbiguous = ~0u;
  NameMap<uint32_t> locals_; // name -> local index, or kAmbiguous
  std::vector<llvm::StringRef> packages_ = {""};
  NameMap<uint32_t> package_indices_;
  ByteVector strings_;
  NameMap<uint32_t> string_offsets_;
  ByteVector blocks_[kNumBlocks];
};

llvm::Error Encoder::number_symbols() {
  for (unsigned group = 0; group < kNumGroups; group++) {
    group_starts_[group] = symbols_.size();
    for (const SymbolText &symbol : object_.symbols)
      if (unsigned(symbol.group) == group)
        symbols_.push_back(&symbol);
  }
  group_starts_[kNumGroups] = symbols_.size();
  for (uint32_t local = 0; local < symbols_.size(); local++) {
    auto [at, is_new] = locals_.try_emplace(symbols_[local]->name.text, local);
    if (!is_new)
      at->second = kAmbiguous;
  }
  return llvm::Error::success();
}

void Encoder::add_package(llvm::StringRef path) {
  if (package_indices_.try_emplace(path, packages_.size()).second)
    packages_.push_back(path);
}

void Encoder::add_packages_of_targets() {
  for (const NameText &package : object_.packages)
    add_package(package.text);
  for_each_target([&](const TargetText &target) {
    if (target.package)
      add_package(target.package->text);
  });
}

void Encoder::add_string(llvm::StringRef text) {
  if (string_offsets_.try_emplace(text, kHeaderSize + strings_.size()).second)
    append_bytes(strings_, to_bytes(text));
}

void Encoder::add_strings() {
  for (const NameText &text : object_.strings)
    add_string(text.text);
  add_string("");
  for (const AutolibText &autolib : object_.autolibs)
    add_string(autolib.path.text);
  for (llvm::StringRef package : packages_)
    add_string(package);
  for (const SymbolText *symbol : symbols_)
    add_string(symbol->name.text);
  for (const RefNameText &entry : object_.ref_names)
    add_string(entry.name.text);
  for (const NameText &file : object_.files)
    add_string(file.text);
}

llvm::Expected<SymRef> Encoder::resolve(const TargetText &target) const {
  std::optional<uint32_t> local = target.symbol;
  if (target.to) {
    auto at = locals_.find(target.to->text);
    if (at == locals_.end())
      return error("no symbol is named '" + target.to->text + "'");
    if (at->second == kAmbiguous)
      return error("several symbols are named '" + target.to->text +
                   "', refer to one by its place with symbol: N");
    local = at->second;
  }
  if (local) {
    if (*local >= symbols_.size())
      return error("no symbol has the place " + llvm::Twine(*local));
    constexpr uint32_t kPackages[kNumGroups] = {kPackageSelf, kPackageHashed64, kPackageHashed,
                                                kPackageNone, kPackageNone};
    unsigned group = unsigned(symbols_[*local]->group);
    // References run on after the non-package definitions.
    uint32_t start = group_starts_[group == unsigned(SymbolGroup::kRef) ? group - 1 : group];
    return SymRef{kPackages[group], *local - start};
  }
  if (target.builtin) {
    auto at = llvm::find(builtins_, target.builtin->text);
    if (at == builtins_.end())
      return error(object_.version + " has no builtin symbol '" + target.builtin->text + "'");
    return SymRef{kPackageBuiltin, uint32_t(at - builtins_.begin())};
  }
  uint32_t package = target.raw_package.value_or(0);
  if (target.package)
    package = package_indices_.lookup(target.package->text);
  if ((target.package || target.raw_package) && !target.index)
    return error("a reference to another package needs an index");
  return SymRef{package, target.index.value_or(0)};
}

llvm::Error Encoder::append_target(ByteVector &to, const TargetText &target) const {
  llvm::Expected<SymRef> ref = resolve(target);
  if (!ref)
    return ref.takeError();
  append(to, ref->package);
  append(to, ref->index);
  return llvm::Error::success();
}

llvm::Error Encoder::encode_symbol(const SymbolText &symbol) {
  bool is_ref = symbol.group == SymbolGroup::kRef;
  std::string kind = symbol.kind.empty() && is_ref ? "none" : symbol.kind;
  std::optional<uint8_t> raw_kind = parse_raw_kind(kind, version_);
  if (!raw_kind)
    return error(kind.empty() ? "it has no kind"
                              : object_.version + " has no symbol kind '" + kind + "'");
  uint16_t abi = kAbiStatic;
  if (symbol.abi != "static" && llvm::StringRef(symbol.abi).getAsInteger(10, abi))
    return error("its ABI is neither a number nor 'static'");
  SymbolFlags flags;
  for (const auto &[name] : symbol.flags) {
    std::optional<SymbolFlags> bits = parse_symbol_flag(name, version_);
    if (!bits)
      return error(object_.version + " has no symbol flag '" + name + "'");
    flags.flag |= bits->flag;
    flags.flag2 |= bits->flag2;
  }
  ByteVector &to = blocks_[kSymdef + unsigned(symbol.group)];
  append_string(to, symbol.name.text);
  append(to, abi);
  append(to, *raw_kind);
  append(to, flags.flag);
  append(to, flags.flag2);
  append<uint32_t>(to, symbol.size.value_or(contents_of(symbol.data, symbol.data_text).size()));
  append(to, symbol.alignment);
  return is_ref ? llvm::Error::success() : encode_contents(symbol);
}

// The size that the compiler gives a relocation: 1 in code, else that of the bytes it patches.
uint8_t default_reloc_size(uint16_t type, bool is_code, const GoVersion &version) {
  switch (type & ~kRelocWeak) {
  case kRelocAddr:
    return is_code ? 1 : 8;
  case kRelocCall:
    return 1;
  case kRelocAddrOff:
  case kRelocMethodOff:
    return 4;
  }
  return type == version.reloc_wasm_import ? 1 : 0;
}

// Data, hash, relocations and aux entries of a definition.
llvm::Error Encoder::encode_contents(const SymbolText &symbol) {
  HexBytes hash = symbol.hash.bytes.empty() ? default_hash(symbol) : symbol.hash;
  if (symbol.group == SymbolGroup::kHashed64)
    append_fixed(blocks_[kHash64], hash.bytes, 8);
  if (symbol.group == SymbolGroup::kHashed)
    append_fixed(blocks_[kHash], hash.bytes, 16);
  append_bytes(blocks_[kData], contents_of(symbol.data, symbol.data_text));
  bool is_code = symbol.kind == "text" || symbol.kind == "textfips";
  for (const RelocText &reloc : symbol.relocs) {
    std::optional<uint16_t> type = parse_reloc_type(reloc.type, version_);
    if (!type)
      return error(object_.version + " has no relocation type '" + reloc.type + "'");
    ByteVector &to = blocks_[kReloc];
    append(to, reloc.offset);
    append(to, reloc.size.value_or(default_reloc_size(*type, is_code, version_)));
    append(to, *type);
    append(to, reloc.addend);
    if (llvm::Error bad = append_target(to, reloc.target))
      return bad;
  }
  for (const AuxText &aux : symbol.auxes) {
    std::optional<uint8_t> kind = parse_aux_kind(aux.kind);
    if (!kind)
      return error("there is no aux kind '" + aux.kind + "'");
    append(blocks_[kAux], *kind);
    if (llvm::Error bad = append_target(blocks_[kAux], aux.target))
      return bad;
  }
  auto end_entry = [&](Block index, uint64_t count) { append<uint32_t>(blocks_[index], count); };
  end_entry(kRelocIdx, blocks_[kReloc].size() / RelocRecord::kSize);
  end_entry(kAuxIdx, blocks_[kAux].size() / AuxRecord::kSize);
  end_entry(kDataIdx, blocks_[kData].size());
  return llvm::Error::success();
}

llvm::Error Encoder::encode_tables() {
  for (const AutolibText &autolib : object_.autolibs) {
    append_string(blocks_[kAutolib], autolib.path.text);
    append_fixed(blocks_[kAutolib], autolib.fingerprint.bytes, 8);
  }
  for (llvm::StringRef package : packages_)
    append_string(blocks_[kPkgIdx], package);
  for (const NameText &file : object_.files)
    append_string(blocks_[kFile], file.text);
  for (const RefFlagsText &entry : object_.ref_flags) {
    if (llvm::Error bad = append_target(blocks_[kRefFlags], entry.target))
      return bad;
    append(blocks_[kRefFlags], entry.flag);
    append(blocks_[kRefFlags], entry.flag2);
  }
  for (const RefNameText &entry : object_.ref_names) {
    if (llvm::Error bad = append_target(blocks_[kRefName], entry.target))
      return bad;
    append_string(blocks_[kRefName], entry.name.text);
  }
  return llvm::Error::success();
}

ByteVector Encoder::assemble(uint32_t flags) const {
  ByteVector payload;
  append_bytes(payload, kMagic);
  append_fixed(payload, object_.fingerprint.bytes, 8);
  append(payload, flags);
  uint32_t offset = kHeaderSize + strings_.size();
  for (const ByteVector &block : blocks_) {
    append(payload, offset);
    offset += block.size();
  }
  append_bytes(payload, strings_);
  for (const ByteVector &block : blocks_)
    append_bytes(payload, block);
  return payload;
}

llvm::Expected<ByteVector> Encoder::run() {
  uint32_t flags = 0;
  for (const auto &[name] : object_.flags) {
    std::optional<uint32_t> bits = parse_object_flag(name);
    if (!bits)
      return error("there is no object flag '" + name + "'");
    flags |= *bits;
  }
  if (llvm::Error bad = number_symbols())
    return bad;
  add_packages_of_targets();
  add_strings();
  for (Block index : {kRelocIdx, kAuxIdx, kDataIdx})
    append<uint32_t>(blocks_[index], 0);
  for (const SymbolText *symbol : symbols_)
    if (llvm::Error bad = encode_symbol(*symbol))
      return error("symbol '" + symbol->name.text + "': " + llvm::toString(std::move(bad)));
  if (llvm::Error bad = encode_tables())
    return bad;
  return assemble(flags);
}

// Applies faults to bytes. Only objects have blocks, whose places are in `bytes`.
llvm::Error apply_faults(ByteVector &bytes, const std::vector<FaultText> &faults, bool has_blocks) {
  uint32_t starts[kNumBlocks] = {};
  for (unsigned block = 0; has_blocks && block < kNumBlocks; block++)
    starts[block] = load<uint32_t>(bytes.data() + kOffsetsAt + 4 * block);
  for (const FaultText &fault : faults) {
    uint64_t base = 0;
    const auto *block = llvm::find(kBlockNames, fault.block);
    if (has_blocks && block != std::end(kBlockNames))
      base = starts[block - kBlockNames];
    else if (!fault.block.empty())
      return error("there is no block '" + fault.block + "'");
    if (fault.starts_at && base)
      store(bytes.data() + kOffsetsAt + 4 * (block - kBlockNames), *fault.starts_at);
    if (fault.at) {
      uint64_t at = base + *fault.at, size = fault.bytes.bytes.size();
      if (at > bytes.size() || size > bytes.size() - at)
        return error("a fault at " + llvm::Twine(at) + " lies outside the " +
                     llvm::Twine(bytes.size()) + " bytes");
      llvm::copy(fault.bytes.bytes, bytes.begin() + at);
    }
    if (fault.keep)
      bytes.resize(std::min<uint64_t>(bytes.size(), base + *fault.keep));
  }
  return llvm::Error::success();
}

// ref: the header that cmd/internal/archive writes
void append_member_header(ByteVector &to, llvm::StringRef name, uint64_t size) {
  auto field = [&](llvm::StringRef text, size_t width) {
    append_bytes(to, to_bytes(text.take_front(width)));
    to.resize(to.size() + width - std::min(width, text.size()), ' ');
  };
  field(name, 16);
  field("0", 12);
  field("0", 6);
  field("0", 6);
  field("644", 8);
  field(std::to_string(size), 10);
  field("`\n", 2);
}

} // namespace

Bytes contents_of(const HexBytes &data, const std::optional<NameText> &text) {
  return text ? to_bytes(text->text) : Bytes(data.bytes);
}

HexBytes default_hash(const SymbolText &symbol) {
  Bytes data = contents_of(symbol.data, symbol.data_text);
  HexBytes hash;
  if (symbol.group == SymbolGroup::kHashed64) {
    append_fixed(hash.bytes, data, 8);
  } else if (symbol.group == SymbolGroup::kHashed) {
    std::array<uint8_t, 32> full = llvm::SHA256::hash(data);
    append_fixed(hash.bytes, full, 16);
  }
  return hash;
}

llvm::Expected<std::string> header_text(const ObjectText &object) {
  if (object.raw_header)
    return object.raw_header->text;
  const GoVersion *version = find_go_version(parse_go_minor(object.version));
  if (!version)
    return error("unknown version '" + object.version + "'");
  std::string text = "go object " + object.goos + " " + object.goarch + " " + object.version;
  if (!object.gowasm.empty())
    text += " GOWASM=" + object.gowasm;
  std::string experiments = object.experiments.value_or(version->default_experiments);
  text += " X:" + experiments + "\n";
  if (llvm::is_contained(object.flags, FlagText{"assembly"}))
    return text + "!\n";
  if (!object.build_id.empty())
    text += "build id \"" + object.build_id + "\"\n";
  if (object.is_main)
    text += "main\n";
  text += "\n";
  if (!object.cgo.empty())
    text += "\n$$\n\n$$\n\n\n$$  // cgo\n" + object.cgo + "\n\n$$\n\n";
  return text + "\n!\n";
}

llvm::Expected<ByteVector> encode_object(const ObjectText &object) {
  const GoVersion *version = find_go_version(parse_go_minor(object.version));
  if (!version)
    return error("unknown version '" + object.version + "'");
  llvm::Expected<std::string> header = header_text(object);
  if (!header)
    return header.takeError();
  llvm::Expected<ByteVector> payload = Encoder(object, *version).run();
  if (!payload)
    return payload.takeError();
  if (llvm::Error bad = apply_faults(*payload, object.faults, true))
    return bad;
  ByteVector member;
  append_bytes(member, to_bytes(*header));
  append_bytes(member, *payload);
  return member;
}

llvm::Expected<ByteVector> encode_archive(const ArchiveText &archive) {
  ByteVector bytes;
  append_bytes(bytes, to_bytes("!<arch>\n"));
  for (const MemberText &member : archive.members) {
    ByteVector contents;
    append_bytes(contents, contents_of(member.data, member.data_text));
    if (member.object) {
      llvm::Expected<ByteVector> object = encode_object(*member.object);
      if (!object)
        return error("member '" + member.name.text + "': " + llvm::toString(object.takeError()));
      contents = std::move(*object);
    }
    append_member_header(bytes, member.name.text, contents.size());
    append_bytes(bytes, contents);
    if (contents.size() & 1)
      bytes.push_back(0);
  }
  if (llvm::Error bad = apply_faults(bytes, archive.faults, false))
    return bad;
  return bytes;
}

} // namespace wald::objfile

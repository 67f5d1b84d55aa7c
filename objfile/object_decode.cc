// From the bytes of objects and archives to structures.
#include "objfile/object_text.h"

#include "objfile/goobj_names.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>

namespace wald::objfile {

namespace {

llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), message);
}

HexBytes hex_bytes(Bytes bytes) {
  return {bytes.vec()};
}

NameText name_text(llvm::StringRef text) {
  return {text.str()};
}

bool is_utf8(llvm::StringRef text) {
  const auto *at = reinterpret_cast<const llvm::UTF8 *>(text.data());
  return llvm::isLegalUTF8String(&at, at + text.size());
}

// A longer name is not repeated at every reference to it: the place or number stands there.
constexpr size_t kLongestTarget = 4096;
constexpr uint64_t kPayloadHeaderSize = 96; // the strings follow

std::vector<FlagText> flag_texts(std::vector<std::string> names) {
  std::vector<FlagText> flags;
  flags.reserve(names.size());
  for (std::string &name : names)
    flags.push_back({std::move(name)});
  return flags;
}

class Decoder {
public:
  Decoder(const Object &object, bool exact)
      : object_(object), exact_(exact), builtins_(builtin_names(object.version())) {}

  llvm::Expected<ObjectText> run(Bytes member);

private:
  void decode_header(Bytes member);
  void decode_symbol(uint32_t local);
  TargetText decode_target(SymRef target) const;
  void decode_strings();
  void check(llvm::StringRef text) { all_utf8_ &= is_utf8(text); }
  NameText checked(llvm::StringRef text) {
    check(text);
    return name_text(text);
  }

  const Object &object_;
  const bool exact_;
  std::vector<llvm::StringRef> builtins_;
  NameMap<unsigned> name_counts_;
  ObjectText text_;
  bool all_utf8_ = true;
};

void Decoder::decode_header(Bytes member) {
  const TextHeader &header = object_.header();
  text_.version = header.version.str();
  text_.goos = header.goos.str();
  text_.goarch = header.goarch.str();
  text_.gowasm = header.gowasm.str();
  if (header.experiments != object_.version().default_experiments)
    text_.experiments = header.experiments.str();
  text_.build_id = header.build_id.str();
  text_.is_main = header.is_main;
  text_.cgo = header.cgo_directives.rtrim('\n').str();
  text_.fingerprint = hex_bytes(object_.payload().slice(8, 8));
  if (object_.fingerprint() == 0)
    text_.fingerprint.bytes.clear();
  text_.flags = flag_texts(object_flag_names(object_.flags()));
  llvm::StringRef original = to_string(member.take_front(header.payload_offset));
  llvm::Expected<std::string> made = header_text(text_);
  if (!made || *made != original)
    text_.raw_header = checked(original);
  if (!made)
    llvm::consumeError(made.takeError());
}

TargetText Decoder::decode_target(SymRef target) const {
  TargetText text;
  if (target.is_null())
    return text;
  if (std::optional<uint32_t> local = object_.local_index(target)) {
    llvm::StringRef name = object_.name(*local);
    if (!name.empty() && name.size() <= kLongestTarget && name_counts_.lookup(name) == 1)
      text.to = name_text(name);
    else
      text.symbol = local;
  } else if (target.package == kPackageBuiltin && target.index < builtins_.size()) {
    text.builtin = name_text(builtins_[target.index]);
  } else {
    // A package named twice would be found at its first place only.
    bool is_listed = target.package > 0 && target.package < object_.num_packages();
    if (is_listed && text_.packages.size() + 1 == object_.num_packages() &&
        text_.packages[target.package - 1].text.size() <= kLongestTarget)
      text.package = text_.packages[target.package - 1];
    else
      text.raw_package = target.package;
    text.index = target.index;
  }
  return text;
}

void Decoder::decode_symbol(uint32_t local) {
  SymbolRecord record = object_.symbol(local);
  SymbolText &symbol = text_.symbols.emplace_back();
  symbol.name = checked(object_.name(local));
  symbol.group = local < object_.first_hashed64()     ? SymbolGroup::kDef
                 : local < object_.first_hashed()     ? SymbolGroup::kHashed64
                 : local < object_.first_nonpkg_def() ? SymbolGroup::kHashed
                 : local < object_.num_defs()         ? SymbolGroup::kNonpkg
                                                      : SymbolGroup::kRef;
  symbol.kind = raw_kind_name(record.raw_kind(), object_.version());
  symbol.abi = record.is_static() ? "static" : std::to_string(record.abi());
  symbol.flags = flag_texts(symbol_flag_names(record.flag(), record.flag2(), object_.version()));
  symbol.alignment = record.alignment();
  if (local < object_.num_defs()) {
    symbol.data = hex_bytes(object_.data(local));
    for (RelocRecord reloc : object_.relocs(local))
      symbol.relocs.push_back({reloc_type_name(reloc.type(), object_.version()), reloc.offset(),
                               reloc.size(), reloc.addend(), decode_target(reloc.target())});
    for (AuxRecord aux : object_.auxes(local))
      symbol.auxes.push_back({aux_kind_name(uint8_t(aux.kind())), decode_target(aux.target())});
  }
  if (symbol.group == SymbolGroup::kHashed64) {
    symbol.hash.bytes.resize(8);
    store(symbol.hash.bytes.data(), object_.hash64(local));
  } else if (symbol.group == SymbolGroup::kHashed) {
    symbol.hash = hex_bytes(object_.hash(local));
  }
  if (symbol.hash == default_hash(symbol))
    symbol.hash.bytes.clear();
  if (record.size() != symbol.data.bytes.size())
    symbol.size = record.size();
}

// The strings in the order in which they stand in the table. The compiler also leaves some there
// that nothing refers to; they are told from the gaps.
void Decoder::decode_strings() {
  std::vector<llvm::StringRef> strings;
  auto add = [&](llvm::StringRef text) { strings.push_back(text); };
  for (uint32_t i = 0; i < object_.num_autolibs(); i++)
    add(object_.autolib(i).path);
  for (uint32_t i = 0; i < object_.num_packages(); i++)
    add(object_.package(i));
  for (uint32_t i = 0; i < object_.num_files(); i++)
    add(object_.file(i));
  for (uint32_t i = 0; i < object_.num_symbols(); i++)
    add(object_.name(i));
  for (RefNameRecord record : object_.ref_names())
    add(object_.name(record));
  auto place = [](llvm::StringRef text) { return std::pair(text.data(), text.size()); };
  llvm::sort(strings, [&](llvm::StringRef a, llvm::StringRef b) { return place(a) < place(b); });
  const uint8_t *payload = object_.payload().data();
  const uint8_t *end = payload + kPayloadHeaderSize,
                *table_end = payload + load<uint32_t>(payload + 20);
  for (llvm::StringRef text : strings) {
    const uint8_t *begin = text.bytes_begin();
    if (text.bytes_end() > table_end) // in a broken object
      break;
    if (begin > end)
      text_.strings.push_back(checked(to_string(Bytes(end, begin))));
    if (begin >= end)
      text_.strings.push_back(checked(text));
    end = std::max(end, text.bytes_end());
  }
  if (end < table_end)
    text_.strings.push_back(checked(to_string(Bytes(end, table_end))));
}

llvm::Expected<ObjectText> Decoder::run(Bytes member) {
  decode_header(member);
  for (uint32_t i = 0; i < object_.num_symbols(); i++)
    name_counts_[object_.name(i)]++;
  for (uint32_t i = 0; i < object_.num_autolibs(); i++) {
    Autolib autolib = object_.autolib(i);
    HexBytes fingerprint;
    fingerprint.bytes.resize(8);
    store(fingerprint.bytes.data(), autolib.fingerprint);
    text_.autolibs.push_back({checked(autolib.path), fingerprint});
  }
  for (uint32_t i = 1; i < object_.num_packages(); i++)
    text_.packages.push_back(checked(object_.package(i)));
  for (uint32_t i = 0; i < object_.num_files(); i++)
    text_.files.push_back(checked(object_.file(i)));
  for (uint32_t i = 0; i < object_.num_symbols(); i++)
    decode_symbol(i);
  for (RefFlagsRecord record : object_.ref_flags())
    text_.ref_flags.push_back({decode_target(record.target()), record.flag(), record.flag2()});
  for (RefNameRecord record : object_.ref_names())
    text_.ref_names.push_back({decode_target(record.target()), checked(object_.name(record))});
  if (exact_)
    decode_strings();
  if (auto fault = object_.fault())
    return error(llvm::Twine("broken object file: ") + fault->what);
  if (!all_utf8_)
    return error("a name in the object is not valid UTF-8, YAML cannot hold it");
  return std::move(text_);
}

} // namespace

llvm::Expected<ObjectText> decode_object(Bytes member, bool exact) {
  llvm::Expected<TextHeader> header = parse_text_header(member);
  if (!header)
    return header.takeError();
  const GoVersion *version = find_go_version(parse_go_minor(header->version));
  if (!version)
    return error("object of an unknown Go version, " + header->version);
  llvm::Expected<Object> object = Object::parse(member, *header, *version);
  if (!object)
    return object.takeError();
  if (object->have_overlapping_names())
    return error("broken object file: names overlap");
  return Decoder(*object, exact).run(member);
}

llvm::Expected<ArchiveText> decode_archive(Bytes file, bool exact) {
  llvm::Expected<std::vector<ArchiveMember>> members = read_archive(file);
  if (!members)
    return members.takeError();
  ArchiveText archive;
  for (const ArchiveMember &member : *members) {
    MemberText &text = archive.members.emplace_back();
    text.name = name_text(member.name);
    if (classify_member(member.name) != MemberKind::kObject) {
      text.data = hex_bytes(member.contents);
      continue;
    }
    llvm::Expected<ObjectText> object = decode_object(member.contents, exact);
    if (!object)
      return error("member '" + member.name + "': " + llvm::toString(object.takeError()));
    text.object = std::move(*object);
  }
  return archive;
}

} // namespace wald::objfile

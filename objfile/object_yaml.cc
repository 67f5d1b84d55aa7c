#include "objfile/object_yaml.h"

#include "objfile/support/nesting.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace wald::objfile;

LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::AutolibText)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(wald::objfile::FlagText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::NameText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::RelocText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::AuxText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::SymbolText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::RefFlagsText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::RefNameText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::FaultText)
LLVM_YAML_IS_SEQUENCE_VECTOR(wald::objfile::MemberText)

namespace llvm::yaml {

template <> struct ScalarTraits<HexBytes> {
  static void output(const HexBytes &value, void *, raw_ostream &out) {
    out << toHex(value.bytes, /*LowerCase=*/true);
  }
  static StringRef input(StringRef text, void *, HexBytes &value) {
    std::string bytes;
    // tryGetFromHex would take an odd number of digits.
    if (text.size() % 2 || !tryGetFromHex(text, bytes))
      return "not a sequence of pairs of hexadecimal digits";
    value.bytes.assign(bytes.begin(), bytes.end());
    return {};
  }
  static QuotingType mustQuote(StringRef text) {
    return text.empty() ? QuotingType::Single : QuotingType::None;
  }
};

template <> struct ScalarTraits<NameText> {
  static void output(const NameText &value, void *, raw_ostream &out) { out << value.text; }
  static StringRef input(StringRef text, void *, NameText &value) {
    value.text = text.str();
    return {};
  }
  // Stricter than LLVM's own rule, under which a comma ends the name in a flow mapping.
  static QuotingType mustQuote(StringRef text) {
    bool is_plain = !text.empty() && isAlpha(text[0]);
    for (unsigned char byte : text) {
      if (byte < 0x20 || byte == 0x7f)
        return QuotingType::Double;
      is_plain &= isAlnum(byte) || byte == '_' || byte == '.' || byte == '/';
    }
    return is_plain ? QuotingType::None : QuotingType::Single;
  }
};

template <> struct ScalarTraits<FlagText> {
  static void output(const FlagText &value, void *, raw_ostream &out) { out << value.name; }
  static StringRef input(StringRef text, void *, FlagText &value) {
    value.name = text.str();
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<SymbolGroup> {
  static void enumeration(IO &io, SymbolGroup &value) {
    io.enumCase(value, "def", SymbolGroup::kDef);
    io.enumCase(value, "hashed64", SymbolGroup::kHashed64);
    io.enumCase(value, "hashed", SymbolGroup::kHashed);
    io.enumCase(value, "nonpkg", SymbolGroup::kNonpkg);
    io.enumCase(value, "ref", SymbolGroup::kRef);
  }
};

static void map_target(IO &io, TargetText &target) {
  io.mapOptional("to", target.to);
  io.mapOptional("symbol", target.symbol);
  io.mapOptional("pkg", target.package);
  io.mapOptional("builtin", target.builtin);
  io.mapOptional("pkgindex", target.raw_package);
  io.mapOptional("index", target.index);
}

static std::string check_target(const TargetText &target) {
  unsigned ways = target.to.has_value() + target.symbol.has_value() + target.package.has_value() +
                  target.builtin.has_value() + target.raw_package.has_value();
  if (ways > 1)
    return "more than one of to, symbol, pkg, builtin, pkgindex";
  if (target.index && !target.package && !target.raw_package)
    return "index goes with pkg or pkgindex only";
  return {};
}

template <> struct MappingTraits<AutolibText> {
  static void mapping(IO &io, AutolibText &autolib) {
    io.mapRequired("path", autolib.path);
    io.mapOptional("fingerprint", autolib.fingerprint, HexBytes());
  }
  static const bool flow = true;
};

template <> struct MappingTraits<RelocText> {
  static void mapping(IO &io, RelocText &reloc) {
    io.mapRequired("type", reloc.type);
    io.mapOptional("offset", reloc.offset, 0);
    io.mapOptional("size", reloc.size);
    io.mapOptional("addend", reloc.addend, int64_t(0));
    map_target(io, reloc.target);
  }
  static std::string validate(IO &, RelocText &reloc) { return check_target(reloc.target); }
  static const bool flow = true;
};

template <> struct MappingTraits<AuxText> {
  static void mapping(IO &io, AuxText &aux) {
    io.mapRequired("kind", aux.kind);
    map_target(io, aux.target);
  }
  static std::string validate(IO &, AuxText &aux) { return check_target(aux.target); }
  static const bool flow = true;
};

template <> struct MappingTraits<SymbolText> {
  static void mapping(IO &io, SymbolText &symbol) {
    io.mapOptional("name", symbol.name, NameText());
    io.mapOptional("group", symbol.group, SymbolGroup::kDef);
    io.mapOptional("kind", symbol.kind, std::string());
    io.mapOptional("abi", symbol.abi, std::string("0"));
    io.mapOptional("flags", symbol.flags);
    io.mapOptional("size", symbol.size);
    io.mapOptional("align", symbol.alignment, 0u);
    io.mapOptional("hash", symbol.hash, HexBytes());
    io.mapOptional("data", symbol.data, HexBytes());
    io.mapOptional("text", symbol.data_text);
    io.mapOptional("relocs", symbol.relocs);
    io.mapOptional("aux", symbol.auxes);
  }
  static std::string validate(IO &, SymbolText &symbol) {
    if (symbol.data_text && !symbol.data.bytes.empty())
      return "both data and text";
    bool has_contents = symbol.data_text || !symbol.data.bytes.empty() || !symbol.relocs.empty() ||
                        !symbol.auxes.empty();
    if (symbol.group == SymbolGroup::kRef && has_contents)
      return "a reference has neither data nor relocations";
    return {};
  }
};

template <> struct MappingTraits<RefFlagsText> {
  static void mapping(IO &io, RefFlagsText &entry) {
    map_target(io, entry.target);
    io.mapOptional("flag", entry.flag, uint8_t(0));
    io.mapOptional("flag2", entry.flag2, uint8_t(0));
  }
  static std::string validate(IO &, RefFlagsText &entry) { return check_target(entry.target); }
  static const bool flow = true;
};

template <> struct MappingTraits<RefNameText> {
  static void mapping(IO &io, RefNameText &entry) {
    io.mapRequired("name", entry.name);
    map_target(io, entry.target);
  }
  static std::string validate(IO &, RefNameText &entry) { return check_target(entry.target); }
  static const bool flow = true;
};

template <> struct MappingTraits<FaultText> {
  static void mapping(IO &io, FaultText &fault) {
    io.mapOptional("block", fault.block, std::string());
    io.mapOptional("starts_at", fault.starts_at);
    io.mapOptional("at", fault.at);
    io.mapOptional("bytes", fault.bytes, HexBytes());
    io.mapOptional("keep", fault.keep);
  }
  static std::string validate(IO &, FaultText &fault) {
    if (fault.at.has_value() == fault.bytes.bytes.empty())
      return "at and bytes go together";
    if (fault.starts_at && fault.block.empty())
      return "starts_at needs a block";
    return {};
  }
  static const bool flow = true;
};

template <> struct MappingTraits<ObjectText> {
  static void mapping(IO &io, ObjectText &object) {
    ObjectText defaults;
    io.mapOptional("version", object.version, std::string());
    if (object.version.empty())
      object.version = defaults.version;
    io.mapOptional("goos", object.goos, defaults.goos);
    io.mapOptional("goarch", object.goarch, defaults.goarch);
    io.mapOptional("gowasm", object.gowasm, std::string());
    io.mapOptional("experiments", object.experiments);
    io.mapOptional("buildid", object.build_id, std::string());
    io.mapOptional("main", object.is_main, false);
    io.mapOptional("cgo", object.cgo, std::string());
    io.mapOptional("header", object.raw_header);
    io.mapOptional("fingerprint", object.fingerprint, HexBytes());
    io.mapOptional("flags", object.flags);
    io.mapOptional("autolibs", object.autolibs);
    io.mapOptional("packages", object.packages);
    io.mapOptional("files", object.files);
    io.mapOptional("symbols", object.symbols);
    io.mapOptional("refflags", object.ref_flags);
    io.mapOptional("refnames", object.ref_names);
    io.mapOptional("strings", object.strings);
    io.mapOptional("faults", object.faults);
  }
};

template <> struct MappingTraits<MemberText> {
  static void mapping(IO &io, MemberText &member) {
    io.mapRequired("name", member.name);
    io.mapOptional("object", member.object);
    io.mapOptional("data", member.data, HexBytes());
    io.mapOptional("text", member.data_text);
  }
  static std::string validate(IO &, MemberText &member) {
    if (member.object.has_value() + !member.data.bytes.empty() + member.data_text.has_value() > 1)
      return "more than one of object, data, text";
    return {};
  }
};

template <> struct MappingTraits<ArchiveText> {
  static void mapping(IO &io, ArchiveText &archive) {
    io.mapRequired("members", archive.members);
    io.mapOptional("faults", archive.faults);
  }
};

} // namespace llvm::yaml

namespace wald::objfile {

namespace {

template <typename T> llvm::Expected<T> parse(llvm::StringRef yaml) {
  std::string message;
  auto keep_message = [](const llvm::SMDiagnostic &diagnostic, void *context) {
    std::string &text = *static_cast<std::string *>(context);
    if (text.empty())
      text = (llvm::Twine("line ") + llvm::Twine(diagnostic.getLineNo()) + ": " +
              diagnostic.getMessage())
                 .str();
  };
  if (yaml_nests_too_deep(yaml))
    return llvm::createStringError(std::errc::invalid_argument, "YAML nests deeper than %u",
                                   kMaxTextNesting);
  T value;
  llvm::yaml::Input input(yaml, nullptr, keep_message, &message);
  input >> value;
  if (std::error_code code = input.error())
    return llvm::createStringError(code, message.empty() ? "broken YAML" : message);
  return value;
}

template <typename T> std::string print(T &value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::yaml::Output output(stream);
  output << value;
  return text;
}

} // namespace

llvm::Expected<ObjectText> parse_object_yaml(llvm::StringRef yaml) {
  return parse<ObjectText>(yaml);
}

llvm::Expected<ArchiveText> parse_archive_yaml(llvm::StringRef yaml) {
  return parse<ArchiveText>(yaml);
}

std::string print_yaml(ObjectText object) {
  return print(object);
}

std::string print_yaml(ArchiveText archive) {
  return print(archive);
}

llvm::Expected<std::vector<uint8_t>> object_from_yaml(llvm::StringRef yaml) {
  llvm::Expected<ObjectText> object = parse_object_yaml(yaml);
  if (!object)
    return object.takeError();
  return encode_object(*object);
}

llvm::Expected<std::vector<uint8_t>> archive_from_yaml(llvm::StringRef yaml) {
  llvm::Expected<ArchiveText> archive = parse_archive_yaml(yaml);
  if (!archive)
    return archive.takeError();
  return encode_archive(*archive);
}

llvm::Expected<std::string> object_to_yaml(Bytes member, bool exact) {
  llvm::Expected<ObjectText> object = decode_object(member, exact);
  if (!object)
    return object.takeError();
  return print_yaml(std::move(*object));
}

llvm::Expected<std::string> archive_to_yaml(Bytes file, bool exact) {
  llvm::Expected<ArchiveText> archive = decode_archive(file, exact);
  if (!archive)
    return archive.takeError();
  return print_yaml(std::move(*archive));
}

} // namespace wald::objfile

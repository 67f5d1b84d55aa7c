// The YAML form of objects: both ways, its errors, and deliberate faults.
#include "objfile/object_yaml.h"

#include "object_files.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

using test::object_bytes;
using test::ParsedObject;
using testing::HasSubstr;

std::string error_of(llvm::StringRef yaml) {
  llvm::Expected<std::vector<uint8_t>> bytes = object_from_yaml(yaml);
  return bytes ? "" : llvm::toString(bytes.takeError());
}

TEST(ObjectYaml, GivesTheSameBytesAfterAWayThroughText) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++) {
    std::string yaml = test::kSampleObject.str();
    std::string version = "go1." + std::to_string(minor) + ".1";
    yaml.replace(yaml.find("go1.27.4"), 8, version);
    std::vector<uint8_t> bytes = object_bytes(yaml);
    llvm::Expected<std::string> text = object_to_yaml(bytes, /*exact=*/true);
    ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
    EXPECT_EQ(object_bytes(*text), bytes) << *text;
    EXPECT_THAT(*text, HasSubstr(version));
  }
}

TEST(ObjectYaml, IsStableWithoutTheOrderOfStrings) {
  std::vector<uint8_t> bytes = object_bytes(test::kSampleObject);
  llvm::Expected<std::string> once = object_to_yaml(bytes);
  ASSERT_TRUE(bool(once));
  EXPECT_EQ(once->find("strings:"), std::string::npos);
  llvm::Expected<std::string> twice = object_to_yaml(object_bytes(*once));
  ASSERT_TRUE(bool(twice));
  EXPECT_EQ(*once, *twice);
}

TEST(ObjectYaml, NumbersKindsAndFlagsByVersion) {
  const char *kYaml = R"(
version: VERSION
symbols:
  - { name: f, kind: covctr, flags: [ wasmexport ], size: 1 }
)";
  struct {
    const char *version;
    uint8_t kind, flag2;
  } cases[] = {{"go1.24.1", 22, 0x40}, {"go1.26.8", 23, 0x40}, {"go1.27.4", 23, 0x80}};
  for (auto &expected : cases) {
    std::string yaml = kYaml;
    yaml.replace(yaml.find("VERSION"), 7, expected.version);
    ParsedObject object(yaml);
    ASSERT_TRUE(bool(object)) << object.error;
    EXPECT_EQ(object->symbol(0).raw_kind(), expected.kind);
    EXPECT_EQ(object->symbol(0).flag2(), expected.flag2);
    EXPECT_EQ(object->kind(0), SymbolKind::kCoverageCounter);
  }
}

TEST(ObjectYaml, MakesDefaultSizesOfRelocations) {
  ParsedObject object(test::kSampleObject);
  ASSERT_TRUE(bool(object)) << object.error;
  std::vector<unsigned> sizes;
  for (RelocRecord reloc : object->relocs(0))
    sizes.push_back(reloc.size());
  EXPECT_EQ(sizes, (std::vector<unsigned>{1, 1, 1, 1, 1, 0}));
}

TEST(ObjectYaml, KeepsNamesWithAnyCharacters) {
  for (const char *name : {"a,b", "it's", "x: y", "#1", "null", "go:string.\"\\n\"", "func(·)",
                           " blank", "tab\there", "[]{}", "-", "12"}) {
    ObjectText object;
    SymbolText &symbol = object.symbols.emplace_back();
    symbol.name.text = name;
    symbol.kind = "data";
    symbol.relocs.push_back({"R_ADDR", 0, std::nullopt, 0, {}});
    symbol.relocs[0].target.to = symbol.name;
    ParsedObject parsed{llvm::StringRef(print_yaml(object))};
    ASSERT_TRUE(bool(parsed)) << name << ": " << parsed.error;
    EXPECT_EQ(parsed->name(0), name);
    EXPECT_EQ(parsed->relocs(0)[0].target(), (SymRef{kPackageSelf, 0}));
  }
}

// Relocations to one long name, each with a copy of it, are gigabytes.
TEST(ObjectYaml, RepeatsNoLongName) {
  ObjectText object;
  std::string name(4097, 'n');
  object.packages = {{name}};
  SymbolText &symbol = object.symbols.emplace_back();
  symbol.name.text = name;
  symbol.kind = "data";
  symbol.data.bytes.resize(8);
  for (int i = 0; i < 100; i++) {
    RelocText &own = symbol.relocs.emplace_back(RelocText{"R_ADDR", 0, 8, 0, {}});
    own.target.symbol = 0;
    RelocText &other = symbol.relocs.emplace_back(RelocText{"R_ADDR", 0, 8, 0, {}});
    other.target.raw_package = 1;
    other.target.index = 5;
  }
  std::vector<uint8_t> bytes = object_bytes(print_yaml(object));
  for (bool exact : {false, true}) {
    llvm::Expected<std::string> text = object_to_yaml(bytes, exact);
    ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
    EXPECT_LT(text->size(), 30000u);
    std::vector<uint8_t> again = object_bytes(*text);
    EXPECT_TRUE(again == bytes || !exact);
    ParsedObject parsed(again);
    ASSERT_TRUE(bool(parsed)) << parsed.error;
    EXPECT_EQ(parsed->relocs(0)[198].target(), (SymRef{kPackageSelf, 0}));
    EXPECT_EQ(parsed->relocs(0)[199].target(), (SymRef{1, 5}));
    EXPECT_EQ(parsed->package(1), name);
  }
}

TEST(ObjectYaml, NamesTheLineOfASyntaxError) {
  EXPECT_THAT(error_of("version: go1.27.4\nsymbols:\n  - { nme: x }\n"), HasSubstr("line 3"));
  EXPECT_THAT(error_of("symbols:\n  - { name: x, data: 0 }\n"), HasSubstr("line 2"));
}

TEST(ObjectYaml, RejectsNamesThatItCannotResolve) {
  EXPECT_EQ(error_of("version: go1.99.1"), "unknown version 'go1.99.1'");
  EXPECT_EQ(error_of("symbols: [ { name: x, kind: dta } ]"),
            "symbol 'x': go1.27.4 has no symbol kind 'dta'");
  EXPECT_EQ(error_of("symbols: [ { name: x } ]"), "symbol 'x': it has no kind");
  EXPECT_EQ(error_of("symbols: [ { name: x, kind: data, flags: [ dup ] } ]"),
            "symbol 'x': go1.27.4 has no symbol flag 'dup'");
  EXPECT_EQ(error_of("version: go1.26.0\n"
                     "symbols: [ { name: x, kind: data, flags: [ linknamestd ] } ]"),
            "symbol 'x': go1.26.0 has no symbol flag 'linknamestd'");
  EXPECT_EQ(error_of("symbols: [ { name: x, kind: data, relocs: [ { type: R_NO, to: x } ] } ]"),
            "symbol 'x': go1.27.4 has no relocation type 'R_NO'");
  EXPECT_EQ(error_of("symbols: [ { name: x, kind: data, relocs: [ { type: R_ADDR, to: y } ] } ]"),
            "symbol 'x': no symbol is named 'y'");
  EXPECT_EQ(
      error_of("symbols: [ { name: x, kind: data, relocs: [ { type: R_ADDR, symbol: 1 } ] } ]"),
      "symbol 'x': no symbol has the place 1");
  EXPECT_EQ(
      error_of("symbols: [ { name: x, kind: data, relocs: [ { type: R_CALL, builtin: b } ] } ]"),
      "symbol 'x': go1.27.4 has no builtin symbol 'b'");
}

TEST(ObjectYaml, RejectsAmbiguousNamesOnlyWhereTheyAreUsed) {
  std::string yaml = "symbols:\n  - { name: x, kind: data }\n  - { name: x, kind: data }\n";
  EXPECT_EQ(error_of(yaml), "");
  EXPECT_THAT(error_of(yaml + "  - { name: y, kind: data, relocs: [ { type: R_ADDR, to: x } ] }"),
              HasSubstr("several symbols are named 'x'"));
}

TEST(ObjectYaml, RejectsTwoTargetsAndIndexWithoutPackage) {
  EXPECT_NE(error_of("refflags: [ { to: x, pkg: y, index: 1 } ]"), "");
  EXPECT_NE(error_of("refflags: [ { index: 1 } ]"), "");
  EXPECT_NE(error_of("refflags: [ { pkg: y } ]"), "");
}

TEST(ObjectYaml, MakesAnArchiveOfMembersAndBack) {
  const char *kYaml = R"(
members:
  - { name: __.PKGDEF, text: odd }
  - name: _go_.o
    object:
      symbols: [ { name: x, kind: data, data: '01' } ]
)";
  llvm::Expected<std::vector<uint8_t>> bytes = archive_from_yaml(kYaml);
  ASSERT_TRUE(bool(bytes)) << llvm::toString(bytes.takeError());
  llvm::Expected<std::vector<ArchiveMember>> members = read_archive(*bytes);
  ASSERT_TRUE(bool(members)) << llvm::toString(members.takeError());
  ASSERT_EQ(members->size(), 2u);
  EXPECT_EQ((*members)[0].name, "__.PKGDEF");
  EXPECT_EQ(to_string((*members)[0].contents), "odd");
  ParsedObject object((*members)[1].contents.vec());
  ASSERT_TRUE(bool(object)) << object.error;
  EXPECT_EQ(object->name(0), "x");
  llvm::Expected<std::string> text = archive_to_yaml(*bytes, /*exact=*/true);
  ASSERT_TRUE(bool(text));
  llvm::Expected<std::vector<uint8_t>> again = archive_from_yaml(*text);
  ASSERT_TRUE(bool(again));
  EXPECT_EQ(*again, *bytes);
}

TEST(ObjectYaml, BreaksWhatFaultsSay) {
  EXPECT_THAT(ParsedObject(llvm::StringRef("faults: [ { at: 0, bytes: ff } ]")).error,
              HasSubstr("unknown magic number"));
  EXPECT_THAT(ParsedObject(llvm::StringRef("faults: [ { keep: 90 } ]")).error,
              HasSubstr("truncated object file: 90 bytes"));
  EXPECT_THAT(ParsedObject(llvm::StringRef("faults: [ { block: reloc, starts_at: 7 } ]")).error,
              HasSubstr("block 14 starts at 7"));
  EXPECT_THAT(error_of("faults: [ { block: nope, keep: 1 } ]"), HasSubstr("no block 'nope'"));
  EXPECT_THAT(error_of("faults: [ { at: 99999, bytes: '00' } ]"), HasSubstr("outside"));
  EXPECT_NE(error_of("faults: [ { at: 3 } ]"), "");
}

TEST(ObjectYaml, RefusesNamesThatYamlCannotHold) {
  std::string yaml = "symbols: [ { name: xy, kind: data } ]";
  std::vector<uint8_t> bytes = object_bytes(yaml);
  size_t at = to_string(bytes).find("xy");
  ASSERT_NE(at, llvm::StringRef::npos);
  bytes[at] = 0xff;
  llvm::Expected<std::string> text = object_to_yaml(bytes);
  ASSERT_FALSE(bool(text));
  EXPECT_THAT(llvm::toString(text.takeError()), HasSubstr("UTF-8"));
}

} // namespace
} // namespace wald::objfile

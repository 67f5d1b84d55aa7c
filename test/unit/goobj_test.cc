// The view of Go objects: what it shows, and that broken ones are errors or faults.
#include "objfile/goobj.h"

#include "object_files.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

using test::object_bytes;
using test::ParsedObject;
using testing::HasSubstr;

std::string header_error(llvm::StringRef text) {
  llvm::Expected<TextHeader> header = parse_text_header(to_bytes(text));
  return header ? "" : llvm::toString(header.takeError());
}

TEST(TextHeader, ReadsTheHeaderOfACompilerObject) {
  llvm::StringRef text = "go object wasip1 wasm go1.24.13 GOWASM=satconv,signext X:a,b\n"
                         "build id \"x/y\"\nmain\n\n\n!\npayload";
  llvm::Expected<TextHeader> header = parse_text_header(to_bytes(text));
  ASSERT_TRUE(bool(header));
  EXPECT_EQ(header->goos, "wasip1");
  EXPECT_EQ(header->goarch, "wasm");
  EXPECT_EQ(header->version, "go1.24.13");
  EXPECT_EQ(header->gowasm, "satconv,signext");
  EXPECT_EQ(header->experiments, "a,b");
  EXPECT_EQ(header->build_id, "x/y");
  EXPECT_TRUE(header->is_main);
  EXPECT_EQ(text.substr(header->payload_offset), "payload");
}

TEST(TextHeader, ReadsTheHeaderOfAnAssemblerObject) {
  llvm::StringRef text = "go object js wasm go1.27.4 X:a\n!\n";
  llvm::Expected<TextHeader> header = parse_text_header(to_bytes(text));
  ASSERT_TRUE(bool(header));
  EXPECT_EQ(header->goos, "js");
  EXPECT_FALSE(header->is_main);
  EXPECT_EQ(header->build_id, "");
  EXPECT_EQ(header->payload_offset, text.size());
}

TEST(TextHeader, SkipsEndMarkersBetweenDollarLines) {
  llvm::StringRef text = "go object js wasm go1.27.4\n\n\n$$\n!\n$$\n\n"
                         "\n$$  // cgo\n[[\"cgo_export_static\",\"main\"]]\n\n$$\n\n\n!\nP";
  llvm::Expected<TextHeader> header = parse_text_header(to_bytes(text));
  ASSERT_TRUE(bool(header)) << llvm::toString(header.takeError());
  EXPECT_EQ(header->cgo_directives.trim(), "[[\"cgo_export_static\",\"main\"]]");
  EXPECT_EQ(text.substr(header->payload_offset), "P");
}

TEST(TextHeader, IgnoresAMainLineBehindTheFirstEmptyLine) {
  llvm::Expected<TextHeader> header =
      parse_text_header(to_bytes("go object js wasm go1.27.4\nx\n\nmain\n!\n"));
  ASSERT_TRUE(bool(header));
  EXPECT_FALSE(header->is_main);
}

TEST(TextHeader, RejectsWhatIsNoObject) {
  EXPECT_THAT(header_error(""), HasSubstr("truncated"));
  EXPECT_THAT(header_error("go object js wasm go1.27.4"), HasSubstr("truncated"));
  EXPECT_THAT(header_error("\x7f"
                           "ELF\n!\n"),
              HasSubstr("not a Go object file: it starts with \"\\177ELF\""));
  EXPECT_THAT(header_error("go object js\n!\n"), HasSubstr("no GOOS, GOARCH and version"));
  EXPECT_THAT(header_error("go object js wasm go1.27.4\nmain\n"), HasSubstr("has no end"));
  EXPECT_THAT(header_error("go object js wasm go1.27.4\n$$\n!\n"), HasSubstr("has no end"));
}

TEST(Object, ShowsSymbolsInTheOrderOfTheirGroups) {
  ParsedObject object(test::kSampleObject);
  ASSERT_TRUE(bool(object)) << object.error;
  EXPECT_EQ(object->num_symdefs(), 2u);
  EXPECT_EQ(object->num_hashed64_defs(), 1u);
  EXPECT_EQ(object->num_hashed_defs(), 2u);
  EXPECT_EQ(object->num_nonpkg_defs(), 1u);
  EXPECT_EQ(object->num_nonpkg_refs(), 1u);
  EXPECT_EQ(object->num_defs(), 6u);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < object->num_symbols(); i++)
    names.push_back(object->name(i).str());
  EXPECT_THAT(names, testing::ElementsAre("main.main", "main.x", "go:string.\"a\"", "type:int", "",
                                          "add", "ext.f"));
}

TEST(Object, ShowsTheFieldsOfSymbols) {
  ParsedObject object(test::kSampleObject);
  ASSERT_TRUE(bool(object)) << object.error;
  EXPECT_EQ(object->kind(0), SymbolKind::kText);
  EXPECT_EQ(object->symbol(0).abi(), 1u);
  EXPECT_EQ(object->symbol(0).size(), 2u);
  EXPECT_EQ(object->symbol(0).flag(), kFlagNosplit);
  EXPECT_EQ(object->symbol(0).flag2(), kFlag2Linkname);
  EXPECT_EQ(object->data(0), Bytes({2, 1, 0x7f, 0x0b}));
  EXPECT_EQ(object->symbol(1).size(), 16u);
  EXPECT_EQ(object->symbol(1).alignment(), 8u);
  EXPECT_EQ(to_string(object->data(1)), "hello");
  EXPECT_EQ(object->hash64(2), uint64_t('a'));
  EXPECT_TRUE(object->symbol(3).is_dupok());
  EXPECT_EQ(object->hash(3).size(), 16u);
  EXPECT_NE(object->hash(3), object->hash(4));
  EXPECT_TRUE(object->symbol(6).is_static());
}

TEST(Object, ShowsRelocationsAndAuxEntries) {
  ParsedObject object(test::kSampleObject);
  ASSERT_TRUE(bool(object)) << object.error;
  Table<RelocRecord> relocs = object->relocs(0);
  ASSERT_EQ(relocs.size(), 6u);
  EXPECT_EQ(relocs[0].type(), kRelocCall);
  EXPECT_EQ(relocs[0].offset(), 3);
  EXPECT_EQ(relocs[0].target(), (SymRef{1, 46}));
  EXPECT_EQ(relocs[1].addend(), -8);
  EXPECT_EQ(relocs[1].target(), (SymRef{kPackageSelf, 1}));
  EXPECT_EQ(relocs[2].target(), (SymRef{kPackageBuiltin, 0}));
  EXPECT_EQ(relocs[3].type(), kRelocAddr | kRelocWeak);
  EXPECT_EQ(relocs[3].target(), (SymRef{kPackageHashed, 0}));
  EXPECT_EQ(relocs[4].type(), object->version().reloc_wasm_import);
  EXPECT_EQ(relocs[5].target(), (SymRef{kPackageNone, 1})); // after the one definition
  EXPECT_EQ(object->relocs(1).size(), 0u);
  Table<AuxRecord> auxes = object->auxes(0);
  ASSERT_EQ(auxes.size(), 2u);
  EXPECT_TRUE(auxes[0].target().is_null());
  EXPECT_EQ(auxes[1].kind(), AuxKind::kPcsp);
  EXPECT_EQ(auxes[1].target(), (SymRef{kPackageHashed, 1}));
}

TEST(Object, ShowsTheOtherTables) {
  ParsedObject object(test::kSampleObject);
  ASSERT_TRUE(bool(object)) << object.error;
  EXPECT_TRUE(object->is_std());
  EXPECT_EQ(object->fingerprint(), 0x0807060504030201u);
  ASSERT_EQ(object->num_autolibs(), 1u);
  EXPECT_EQ(object->autolib(0).path, "fmt");
  EXPECT_EQ(object->autolib(0).fingerprint, 0x1817161514131211u);
  ASSERT_EQ(object->num_packages(), 2u);
  EXPECT_EQ(object->package(0), "");
  EXPECT_EQ(object->package(1), "fmt");
  ASSERT_EQ(object->num_files(), 2u);
  EXPECT_EQ(object->file(1), "b.go");
  ASSERT_EQ(object->ref_flags().size(), 1u);
  EXPECT_EQ(object->ref_flags()[0].target(), (SymRef{1, 3}));
  EXPECT_EQ(object->ref_flags()[0].flag2(), 1u);
  ASSERT_EQ(object->ref_names().size(), 1u);
  EXPECT_EQ(object->name(object->ref_names()[0]), "fmt.Println");
  EXPECT_FALSE(object->fault().has_value());
}

TEST(Object, RejectsUnlinkableAndOldObjects) {
  EXPECT_THAT(ParsedObject(llvm::StringRef("flags: [ unlinkable ]")).error,
              HasSubstr("unlinkable object"));
  EXPECT_THAT(
      ParsedObject(llvm::StringRef("faults: [ { at: 0, bytes: '00676f3131346c64' } ]")).error,
      HasSubstr("Go 1.14"));
}

TEST(Object, RejectsBlocksOfOddSizeAndWrongCount) {
  EXPECT_THAT(ParsedObject(llvm::StringRef("files: [ a ]\n"
                                           "faults: [ { block: symdef, starts_at: 110 } ]"))
                  .error,
              HasSubstr("block 2 has"));
  EXPECT_THAT(ParsedObject(llvm::StringRef("symbols: [ { name: x, kind: data } ]\n"
                                           "faults: [ { block: dataidx, starts_at: 134 } ]"))
                  .error,
              HasSubstr("index block"));
}

TEST(Object, TurnsBadStringsIntoFaults) {
  ParsedObject object(llvm::StringRef("symbols: [ { name: x, kind: data } ]\n"
                                      "faults: [ { block: symdef, at: 4, bytes: ffffff7f } ]"));
  ASSERT_TRUE(bool(object)) << object.error;
  EXPECT_FALSE(object->fault().has_value());
  EXPECT_EQ(object->name(0), "");
  ASSERT_TRUE(object->fault().has_value());
  EXPECT_STREQ(object->fault()->what, "string outside the object");
}

TEST(Object, TurnsBadIndicesIntoFaults) {
  llvm::StringRef yaml = "symbols: [ { name: x, kind: data, data: '0102' } ]\n";
  ParsedObject data((yaml + "faults: [ { block: dataidx, at: 4, bytes: '03' } ]").str());
  ASSERT_TRUE(bool(data)) << data.error;
  EXPECT_TRUE(data->data(0).empty());
  EXPECT_STREQ(data->fault()->what, "symbol contents outside the object");
  ParsedObject relocs((yaml + "faults: [ { block: relocidx, at: 4, bytes: ffffffff } ]").str());
  ASSERT_TRUE(bool(relocs)) << relocs.error;
  EXPECT_TRUE(relocs->relocs(0).empty());
  EXPECT_TRUE(relocs->fault().has_value());
}

// With 0, 2, 0, 2 two symbols would have the same contents.
TEST(Object, RejectsContentsOfSeveralSymbols) {
  for (const char *index : {"relocidx", "auxidx", "dataidx"}) {
    std::string yaml =
        "symbols:\n  - { name: x, kind: data, data: '0102', relocs: [ { type: R_KEEP, "
        "to: x } ], aux: [ { kind: gotype } ] }\n  - { name: y, kind: data }\n  - { "
        "name: z, kind: data }\nfaults: [ { block: " +
        std::string(index) + ", at: 8, bytes: '00' } ]";
    EXPECT_THAT(ParsedObject(yaml).error, HasSubstr("goes back")) << index;
  }
}

TEST(Object, RemembersTheFirstOfSeveralFaults) {
  ParsedObject object(llvm::StringRef("symbols: [ { name: x, kind: data, data: '01' } ]\n"
                                      "faults: [ { block: symdef, at: 4, bytes: ffffff7f }, { "
                                      "block: dataidx, at: 4, bytes: ff } ]"));
  ASSERT_TRUE(bool(object)) << object.error;
  (void)object->data(0);
  (void)object->name(0);
  EXPECT_STREQ(object->fault()->what, "symbol contents outside the object");
}

TEST(Object, SurvivesEveryTruncation) {
  std::vector<uint8_t> whole = object_bytes(test::kSampleObject);
  ASSERT_TRUE(bool(ParsedObject(whole)));
  for (size_t size = 0; size < whole.size(); size++) {
    ParsedObject object(std::vector<uint8_t>(whole.begin(), whole.begin() + size));
    EXPECT_FALSE(bool(object)) << size;
    EXPECT_NE(object.error, "") << size;
  }
}

TEST(Object, SurvivesEveryChangedByte) {
  std::vector<uint8_t> whole = object_bytes(test::kSampleObject);
  for (size_t at = 0; at < whole.size(); at++) {
    for (uint8_t value : {0x00, 0x01, 0x7f, 0xff}) {
      std::vector<uint8_t> changed = whole;
      changed[at] = value;
      if (ParsedObject object(changed); object)
        test::read_everything(*object.object);
      llvm::Expected<std::string> text = object_to_yaml(changed, /*exact=*/true);
      llvm::consumeError(text.takeError());
    }
  }
}

} // namespace
} // namespace wald::objfile

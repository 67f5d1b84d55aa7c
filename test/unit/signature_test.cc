// Decoding of the signatures that the compiler stores for directives.
#include "directives/signature.h"

#include "gtest/gtest.h"

namespace wald::directives {
namespace {

using ByteVector = std::vector<uint8_t>;

const objfile::GoVersion &version(int minor) {
  return *objfile::find_go_version(minor);
}

void append_u32(ByteVector &to, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    to.push_back(value >> shift);
}

void append_fields(ByteVector &to, std::vector<std::pair<uint8_t, uint8_t>> fields) {
  append_u32(to, fields.size());
  for (auto [kind, offset] : fields) {
    to.push_back(kind);
    append_u32(to, offset);
    append_u32(to, 0);
  }
}

// func imp1(pt *Point, name string, k uint32, b bool, up uintptr) (ok int32)
ByteVector import_record(uint8_t bool_kind) {
  ByteVector data = {3, 0, 0, 0, 'e', 'n', 'v', 4, 0, 0, 0, 'i', 'm', 'p', '1'};
  append_fields(data, {{4, 0}, {4, 8}, {4, 16}, {0, 24}, {bool_kind, 28}, {4, 32}});
  append_fields(data, {{0, 48}});
  return data;
}

TEST(Signature, DecodesAnImportOfEveryVersion) {
  for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++) {
    ByteVector data = import_record(minor >= 27 ? 6 : 5);
    llvm::Expected<WasmImportRecord> record = decode_wasm_import(data, version(minor));
    ASSERT_TRUE(bool(record)) << llvm::toString(record.takeError());
    EXPECT_EQ(record->module, "env");
    EXPECT_EQ(record->name, "imp1");
    EXPECT_EQ(signature_text(record->signature), "(i32, i32, i32, i32, i32, i32) -> (i32)");
    EXPECT_EQ(record->signature.params[4].frame_offset, 28u);
    EXPECT_STREQ(field_kind_name(record->signature.params[4].raw_kind, version(minor)), "bool");
    EXPECT_EQ(record->signature.results[0].frame_offset, 48u);
  }
}

TEST(Signature, KnowsVectorsOnlyInGo127) {
  ByteVector data;
  append_fields(data, {{5, 0}});
  append_fields(data, {{5, 16}});
  llvm::Expected<Signature> go127 = decode_wasm_type(data, version(27));
  ASSERT_TRUE(bool(go127));
  EXPECT_EQ(signature_text(*go127), "(v128) -> (v128)");
  llvm::Expected<Signature> go126 = decode_wasm_type(data, version(26));
  ASSERT_TRUE(bool(go126));
  EXPECT_EQ(signature_text(*go126), "(i32) -> (i32)"); // bools
}

TEST(Signature, MapsAllNumericKinds) {
  ByteVector data;
  append_fields(data, {{0, 0}, {1, 8}, {2, 16}, {3, 24}, {4, 32}});
  append_fields(data, {});
  llvm::Expected<Signature> signature = decode_wasm_type(data, version(24));
  ASSERT_TRUE(bool(signature));
  EXPECT_EQ(signature_text(*signature), "(i32, i64, f32, f64, i32) -> ()");
}

TEST(Signature, RejectsKindsThatTheVersionLacks) {
  for (uint8_t kind : {6, 7, 0xff}) {
    ByteVector data;
    append_fields(data, {{kind, 0}});
    append_fields(data, {});
    llvm::Expected<Signature> signature = decode_wasm_type(data, version(26));
    ASSERT_FALSE(bool(signature)) << unsigned(kind);
    EXPECT_EQ(llvm::toString(signature.takeError()),
              "unknown kind " + std::to_string(kind) +
                  " in a wasm signature of go1.26 at offset 4 [frame-offsets]");
  }
}

TEST(Signature, RejectsEveryTruncationAndExtraBytes) {
  ByteVector whole = import_record(6);
  for (size_t size = 0; size < whole.size(); size++) {
    ByteVector cut(whole.begin(), whole.begin() + size);
    llvm::Expected<WasmImportRecord> record = decode_wasm_import(cut, version(27));
    EXPECT_FALSE(bool(record)) << size;
    llvm::consumeError(record.takeError());
  }
  whole.push_back(0);
  llvm::Expected<WasmImportRecord> record = decode_wasm_import(whole, version(27));
  EXPECT_FALSE(bool(record));
  llvm::consumeError(record.takeError());
}

TEST(Signature, RejectsCountsThatOverflowTheData) {
  ByteVector data;
  append_u32(data, 0xffffffff);
  append_u32(data, 0);
  llvm::Expected<Signature> signature = decode_wasm_type(data, version(27));
  EXPECT_FALSE(bool(signature));
  llvm::consumeError(signature.takeError());
}

} // namespace
} // namespace wald::directives

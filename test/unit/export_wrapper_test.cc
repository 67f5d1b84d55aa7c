// Wrappers of exports, against what the compiler of Go 1.27.4 made, and the signatures of Go types.
#include "directives/export_signature.h"
#include "directives/export_wrapper.h"
#include "linker/command_line/export_options.h"
#include "objfile/support/similar_names.h"

#include "llvm/ADT/StringExtras.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::directives {
namespace {

const objfile::GoVersion &version(int minor) {
  return *objfile::find_go_version(minor);
}

GoType go_type(GoKind kind, uint64_t size, uint64_t alignment) {
  GoType type;
  type.kind = kind;
  type.size = size;
  type.alignment = alignment;
  return type;
}

const GoType kBool = go_type(GoKind::kBool, 1, 1), kInt32 = go_type(GoKind::kInt32, 4, 4),
             kUint64 = go_type(GoKind::kUint64, 8, 8), kFloat32 = go_type(GoKind::kFloat32, 4, 4),
             kFloat64 = go_type(GoKind::kFloat64, 8, 8), kPointer = go_type(GoKind::kPointer, 8, 8),
             kString = go_type(GoKind::kString, 16, 8), kInt = go_type(GoKind::kInt, 8, 8),
             kVector = go_type(GoKind::kVector, 16, 8);

using Types = std::vector<const GoType *>;

ExportWrapper wrapper_of(const Types &params, const Types &results, int minor = 27) {
  llvm::Expected<Signature> signature = export_signature(params, results, version(minor));
  if (!signature) {
    ADD_FAILURE() << llvm::toString(signature.takeError());
    return {};
  }
  return make_export_wrapper(*signature, version(minor), 0);
}

std::string code_of(const Types &params, const Types &results) {
  return llvm::toHex(wrapper_of(params, results).code, /*LowerCase=*/true);
}

std::string error_of(const Types &params, const Types &results, int minor = 27) {
  llvm::Expected<Signature> signature = export_signature(params, results, version(minor));
  return signature ? "" : llvm::toString(signature.takeError());
}

TEST(ExportWrapper, IsTheCompilersWithoutAFrame) {
  EXPECT_EQ(code_of({}, {}),
            "002300450440100b230041086b2400230042370300410010044042421088a7100b0f000b");
}

TEST(ExportWrapper, IsTheCompilersForParametersAndResults) {
  EXPECT_EQ(code_of({&kInt32}, {}),
            "002300450440100b230041086b2400230020003602002300"
            "41086b2400230042370300410010044042421088a7100b230041086a24000f000b");
  EXPECT_EQ(code_of({&kBool}, {&kFloat64}),
            "002300450440100b230041106b2400230020003a0000230041086b2400"
            "230042370300410010044042421088a7100b23002b0308230041106a24000f000b");
  // A pointer is 64 bits wide for Go, and half of it is a result.
  EXPECT_EQ(code_of({&kBool}, {&kPointer}),
            "002300450440100b230041106b2400230020003a0000230041086b2400"
            "230042370300410010044042421088a7100b2300280208230041106a24000f000b");
}

// The compiler of Go 1.27 stores vectors at offset 0 whatever their place in the frame, over what
// lies there; its own record has the right offset, and so has this code.
TEST(ExportWrapper, StoresVectorsWhereTheGoFunctionLooks) {
  EXPECT_EQ(code_of({&kInt32, &kVector, &kBool}, {&kVector}),
            "002300450440100b230041306b2400230020003602002300"
            "2001fd0b000823002002"
            "3a0018230041086b2400230042370300410010044042421088a7100b2300fd000020"
            "230041306a24000f000b");
}

TEST(ExportWrapper, GivesSeveralResultsInOrder) {
  EXPECT_THAT(code_of({&kInt32}, {&kFloat32, &kUint64}),
              testing::HasSubstr("0b23002a0208230029031023"));
}

TEST(ExportWrapper, HasTheTablesOfTheCompiler) {
  ExportWrapper empty = wrapper_of({}, {});
  EXPECT_EQ(empty.num_pc_values, 1u);
  EXPECT_EQ(empty.pcsp, (std::vector<uint8_t>{2, 1, 0}));
  ExportWrapper wrapper = wrapper_of({&kString, &kInt32}, {&kUint64}, 24);
  EXPECT_EQ(wrapper.frame_size, 32u);
  EXPECT_EQ(wrapper.num_pc_values, 2u);
  EXPECT_EQ(wrapper.pcsp, (std::vector<uint8_t>{2, 1, 0x40, 1, 0}));
  EXPECT_EQ(wrapper.pcfile, (std::vector<uint8_t>{2, 2, 0}));
  EXPECT_EQ(wrapper.pcline, (std::vector<uint8_t>{4, 2, 0}));
  EXPECT_EQ(wrapper.pcinline, (std::vector<uint8_t>{0, 2, 0}));
  EXPECT_EQ(llvm::toHex(wrapper.func_info),
            "00000000200000000000000001000000010000000000000000000000");
  llvm::Expected<Signature> decoded = decode_wasm_type(wrapper.wasm_type, version(24));
  ASSERT_TRUE(bool(decoded)) << llvm::toString(decoded.takeError());
  EXPECT_EQ(signature_text(*decoded), "(i32, i32, i32) -> (i64)");
  EXPECT_EQ(decoded->params[1].frame_offset, 8u);
  EXPECT_EQ(decoded->results[0].frame_offset, 24u);
}

TEST(ExportSignature, RefusesWhatTheCompilerRefuses) {
  EXPECT_EQ(error_of({&kInt}, {}),
            "a parameter or result has a type without a counterpart in wasm");
  EXPECT_EQ(error_of({&kVector}, {}, 26),
            "a parameter or result has a type without a counterpart in wasm");
  EXPECT_EQ(error_of(Types(16, &kUint64), {}), "");
  EXPECT_EQ(
      error_of(Types(16, &kUint64), {&kBool}),
      "parameters and results take more than the 128 bytes that an exported function may use");
  EXPECT_EQ(error_of(Types(16, &kInt32), {}), "");
  EXPECT_EQ(error_of(Types(17, &kInt32), {}),
            "17 wasm parameters are more than the 16 that an exported function may have");
}

} // namespace
} // namespace wald::directives

namespace wald {
namespace {

std::string parse_error(llvm::StringRef value, ExportOptions options = {}) {
  std::optional<Problem> problem = add_export(value, options);
  return problem ? message_of(*problem) : "";
}

TEST(ExportOptions, SplitPackageFunctionAndName) {
  ExportOptions options;
  EXPECT_FALSE(add_export("gopkg.in/yaml.v3.Add=a.b=c", options));
  EXPECT_FALSE(add_export("main.add", options));
  ASSERT_EQ(options.added.size(), 2u);
  EXPECT_EQ(options.added[0].package, "gopkg.in/yaml.v3");
  EXPECT_EQ(options.added[0].function, "Add");
  EXPECT_EQ(options.added[0].name, "a.b=c");
  EXPECT_EQ(options.added[1].name, "add");
}

TEST(ExportOptions, RefuseWhatCannotBeMeant) {
  for (const char *value : {"", "add", "main.", ".add", "example.org/add"})
    EXPECT_THAT(parse_error(value), testing::HasSubstr("want --export=PKG.FUNC")) << value;
  for (const char *value : {"main.f=", "main.f=a b", "main.f=a\xc2\xa0", "main.f=\xff"})
    EXPECT_THAT(parse_error(value), testing::HasSubstr("without white space")) << value;
  EXPECT_THAT(parse_error("main.(*T).f"), testing::HasSubstr("methods cannot be exported"));
  ExportOptions options{{{"main", "f", "x"}}, {}};
  EXPECT_THAT(parse_error("main.g=x", options), testing::HasSubstr("another --export"));
}

TEST(SimilarNames, AreTheNearestFirst) {
  EXPECT_EQ(similar_names("ad", {"add", "sub", "Ad"}), "did you mean Ad, add?");
  EXPECT_EQ(similar_names("lib", {"example.org/lib", "main"}), "did you mean example.org/lib?");
  EXPECT_EQ(similar_names("zzz", {"add", "sub"}), "");
}

} // namespace
} // namespace wald

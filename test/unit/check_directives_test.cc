// What a link says about directives, and that it says nothing more.
#include "directives/signature.h"
#include "fake_program.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

using test::FakeProgram;
using testing::HasSubstr;
using testing::StartsWith;

class LinkRules : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, LinkRules,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

// main with an export of this name after main.main, line 7.
void export_name(FakeProgram &program, const std::string &name,
                 const directives::Signature &signature = {}) {
  program.set_package("main", test::kFakeMain.str() + "  - { name: '" + name +
                                  "', group: nonpkg, kind: text, flags: [ wasmexport ], "
                                  "data: 00100b, relocs: [ { type: R_CALL, offset: 2, to: "
                                  "main.main } ], aux: [ { kind: wasmtype, to: signature } ] }\n"
                                  "  - { name: signature, kind: rodata, data: '" +
                                  llvm::toHex(directives::encode_wasm_type(signature)) + "' }\n");
}

// main calls f and g, which import env.log; f takes an i32, g what the letters of its record say.
void import_twice(FakeProgram &program, const char *second_kind) {
  std::string record = "03000000656e76030000006c6f6701000000";
  std::string offset = "0000000000000000", no_results = "00000000";
  program.set_package("main", R"(
main: true
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 0010100b
    relocs: [ { type: R_CALL, offset: 2, to: main.f }, { type: R_CALL, offset: 3, to: main.g } ]
  - name: main.f
    kind: text
    data: 00100b
    relocs: [ { type: R_WASMIMPORT, offset: 2, to: main.f } ]
    aux: [ { kind: funcinfo, to: f.info }, { kind: wasmimport, to: f.import } ]
  - name: main.g
    kind: text
    data: 00100b
    relocs: [ { type: R_WASMIMPORT, offset: 2, to: main.g } ]
    aux: [ { kind: funcinfo, to: g.info }, { kind: wasmimport, to: g.import } ]
  - { name: f.info, kind: rodata, data: FUNCINFO(12) }
  - { name: g.info, kind: rodata, data: FUNCINFO(15) }
  - { name: f.import, kind: rodata, data: ')" +
                                  record + "00" + offset + no_results +
                                  "' }\n  - { name: g.import, kind: rodata, data: '" + record +
                                  second_kind + offset + no_results + "' }\n");
}

TEST_P(LinkRules, RefuseAModuleThatNoEngineAccepts) {
  FakeProgram program(GetParam());
  export_name(program, "memory");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: export name memory is reserved for the module's memory "
                              "[reserved-export]\n"
                              ">>> main.main (src/main.go:7)\n"
                              ">>> choose another name in the go:wasmexport directive\n");
}

TEST_P(LinkRules, RefuseSignaturesThatNoCompilerWrites) {
  // Kinds and offsets of values with 8 bytes.
  auto values = [](size_t count, uint8_t kind, uint64_t first = 0) {
    llvm::SmallVector<directives::Field, 8> fields;
    for (size_t i = 0; i < count; i++)
      fields.push_back({kind, wasm::ValueType::kI64, first + i * 8});
    return fields;
  };
  constexpr uint8_t kI64 = 1, kUnknown = 99;
  struct Case {
    directives::Signature signature;
    const char *rule;
  };
  llvm::SmallVector<directives::Field, 8> overlapping = values(2, kI64);
  overlapping[1].frame_offset = 4;
  const Case cases[] = {
      {{values(17, kI64), {}}, "[many-export-parameters]"},
      {{values(16, kI64), {values(1, kI64, 128)[0]}}, "[frame-size]"},
      {{values(1, kI64), {values(1, kI64, 8)[0], values(1, kI64, 16)[0]}}, "[several-results]"},
      {{overlapping, {}}, "[frame-offsets]"},
      {{values(1, kUnknown), {}}, "[frame-offsets]"},
  };
  for (const Case &broken : cases) {
    FakeProgram program(GetParam());
    export_name(program, "add", broken.signature);
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError) << broken.rule;
    EXPECT_THAT(program.messages, StartsWith("wald: error: "));
    EXPECT_THAT(program.messages, HasSubstr(broken.rule));
  }
  FakeProgram program(GetParam());
  export_name(program, "add", {values(16, kI64), {}});
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
}

TEST_P(LinkRules, AreTurnedOffByNameAndAltogether) {
  FakeProgram program(GetParam());
  export_name(program, "memory");
  program.options.rules.allowed = {{"reserved-export", "memory"}};
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
  program.options.rules.allowed = {{"reserved-export", "_start"}};
  EXPECT_EQ(program.link(), LinkStatus::kError);
  program.options.rules = {};
  program.options.rules.is_off = true;
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
}

TEST_P(LinkRules, WarnOfWhatAHostMayAccept) {
  FakeProgram program(GetParam());
  import_twice(program, "01");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_THAT(program.messages,
              HasSubstr("wald: warning: import env.log is declared as (i64) -> () and as (i32) -> "
                        "() [conflicting-import]\n"
                        ">>> main.g (src/main.go:15)\n"
                        ">>> the other one is main.f (src/main.go:12)\n"));
  unlink(program.options.output.c_str());
  program.options.rules.denied = {"conflicting-import"};
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: import env.log"));
}

TEST_P(LinkRules, SayNothingOfASoundProgram) {
  FakeProgram program(GetParam());
  import_twice(program, "00");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
  export_name(program, "add");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
}

} // namespace
} // namespace wald

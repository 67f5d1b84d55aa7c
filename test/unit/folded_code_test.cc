// Links with --optimize=fold: which functions share a body, and what of the module is another then.
#include "fake_program.h"
#include "linker/output/equal_functions.h"
#include "wasm/module_reader.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

using testing::ElementsAre;

// A function that puts 1, or another number, on the stack, perhaps calls one, and returns it.
std::string plain(const std::string &name, const std::string &info,
                  const std::string &number = "01", const std::string &callee = "") {
  // No locals; i32.const 0; call; drop; i32.const N; end.
  std::string call = callee.empty() ? "" : "4100101a", relocs;
  if (!callee.empty())
    relocs = ", relocs: [ { type: R_CALL, offset: 4, to: '" + callee + "' } ]";
  return "  - { name: '" + name + "', kind: text, data: '00" + call + "41" + number +
         "0b', aux: [ { kind: funcinfo, to: " + info + " } ]" + relocs + " }\n";
}

// One that stores its return address at 8 first: i32.const 8; i64.const; i64.store.
std::string seen(const std::string &name, const std::string &info) {
  return "  - { name: '" + name + "', kind: text, data: '00410842370300" + "41010b'" +
         ", aux: [ { kind: funcinfo, to: " + info + " } ]" +
         ", relocs: [ { type: R_ADDR, offset: 4, to: '" + name + "', addend: 1 } ] }\n";
}

class FoldedCode : public testing::TestWithParam<int> {
protected:
  FoldedCode() : program_(GetParam()) {
    program_.set_package("runtime", test::with_valid_bodies(test::kFakeRuntime));
    program_.options.optimized.fold = true;
  }

  // The functions that main.main calls, in order, by the names of those whose bodies run.
  std::vector<std::string> link(const std::string &functions,
                                const std::vector<std::string> &called) {
    std::string code = "00", relocs, text = R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ src/main.go ]
symbols:
  - { name: main.main.info, kind: rodata, data: FUNCINFO }
  - { name: main.other.info, kind: rodata, data: FUNCINFO(9) }
)";
    for (const std::string &name : called) {
      code += "4100101a";
      relocs += std::string(relocs.empty() ? "" : ",") +
                " { type: R_CALL, offset: " + std::to_string(code.size() / 2 - 1) + ", to: '" +
                name + "' }";
    }
    text += functions + "  - { name: main.main, kind: text, data: '" + code +
            "41000b', aux: [ { kind: funcinfo, to: main.main.info } ], relocs: [" + relocs +
            "] }\n";
    program_.set_package("main", text);
    EXPECT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
    bytes_ = program_.output();
    module_ = llvm::cantFail(wasm::read_module(llvm::arrayRefFromStringRef(bytes_)));
    std::vector<std::string> result;
    for (const std::string &name : called) {
      uint32_t slot = index_of(name) - module_.num_imported_functions();
      result.push_back(module_.function_name(module_.table_functions[slot]).str());
    }
    return result;
  }
  uint32_t index_of(const std::string &name) const {
    return llvm::find(module_.names, wasm_name(name)) - module_.names.begin();
  }
  wasm::Bytes body(const std::string &name) const {
    return module_.bodies[index_of(name) - module_.num_imported_functions()].contents;
  }
  // In the section "name" brackets and the like are underscores.
  static std::string wasm_name(std::string name) {
    for (char &c : name)
      if (!llvm::isAlnum(c) && c != '.')
        c = '_';
    return name;
  }

  test::FakeProgram program_;
  std::string bytes_;
  wasm::Module module_;
};

const std::string kInfo = "main.main.info", kOther = "main.other.info";

TEST_P(FoldedCode, WithoutReturnAddressesNamesDoNotCount) {
  EXPECT_THAT(link(plain("main.a", kInfo) + plain("main.b", kOther) + plain("main.c", kInfo, "02"),
                   {"main.a", "main.b", "main.c"}),
              ElementsAre("main.a", "main.a", "main.c"));
  const uint8_t unreachable[] = {0, 0, 0x0b};
  EXPECT_EQ(body("main.b"), llvm::ArrayRef(unreachable));
  EXPECT_NE(body("main.a"), llvm::ArrayRef(unreachable));
}

TEST_P(FoldedCode, WithReturnAddressesOnlyInstancesAreEqual) {
  EXPECT_THAT(link(seen("main.a[int]", kInfo) + seen("main.a[uint]", kInfo) +
                       seen("main.a[bool]", kOther) + seen("main.b[int]", kInfo),
                   {"main.a[int]", "main.a[uint]", "main.a[bool]", "main.b[int]"}),
              ElementsAre("main.a_int_", "main.a_int_", "main.a_bool_", "main.b_int_"));
}

TEST_P(FoldedCode, EqualFunctionsCallEqualOnes) {
  EXPECT_THAT(link(plain("main.a", kInfo) + plain("main.b", kInfo) + plain("main.c", kInfo, "02") +
                       plain("main.calls_a", kInfo, "05", "main.a") +
                       plain("main.calls_b", kInfo, "05", "main.b") +
                       plain("main.calls_c", kInfo, "05", "main.c"),
                   {"main.calls_c", "main.calls_b", "main.calls_a", "main.b"}),
              ElementsAre("main.calls_c", "main.calls_a", "main.calls_a", "main.a"));
}

TEST_P(FoldedCode, FunctionsMayCallThemselvesAndEachOther) {
  EXPECT_THAT(link(plain("main.a", kInfo, "01", "main.b") + plain("main.b", kInfo, "01", "main.a") +
                       plain("main.c", kInfo, "01", "main.c"),
                   {"main.a", "main.b", "main.c"}),
              ElementsAre("main.a", "main.a", "main.a"));
}

TEST_P(FoldedCode, ChangesNothingElse) {
  std::string functions = plain("main.a", kInfo) + plain("main.b", kOther);
  link(functions, {"main.a", "main.b"});
  std::string folded_bytes = bytes_;
  wasm::Module folded =
      llvm::cantFail(wasm::read_module(llvm::arrayRefFromStringRef(folded_bytes)));
  program_.options.optimized.fold = false;
  link(functions, {"main.a", "main.b"});
  ASSERT_EQ(folded.sections.size(), module_.sections.size());
  for (size_t i = 0; i < folded.sections.size(); i++)
    if (folded.sections[i].id != wasm::SectionId::kCode &&
        folded.sections[i].id != wasm::SectionId::kElement)
      EXPECT_EQ(folded.sections[i].payload, module_.sections[i].payload);
  EXPECT_LE(folded_bytes.size(), bytes_.size());
}

INSTANTIATE_TEST_SUITE_P(Minor, FoldedCode, testing::Values(24, 27));

TEST(PrintedFunctionName, HasNoTypeArguments) {
  EXPECT_EQ(printed_function_name("main.f"), "main.f");
  EXPECT_EQ(printed_function_name("main.f[int]"), "main.f[...]");
  EXPECT_EQ(printed_function_name("main.f[go.shape.[]int].func1"), "main.f[...].func1");
  EXPECT_EQ(printed_function_name("main.(*T[int,string]).g"), "main.(*T[...]).g");
  EXPECT_EQ(printed_function_name("main.f]odd["), "main.f]odd[");
}

} // namespace
} // namespace wald

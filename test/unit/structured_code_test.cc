// Links with --optimize=code: the module is what optimize_module() makes of the link without it.
#include "fake_program.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/optimize_module.h"
#include "wasm/code/outlined_calls.h"
#include "wasm/module_reader.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

using testing::HasSubstr;
using wasm::Module;

// A function's code as hex, with the relocations in it.
class Code {
public:
  Code &plain(llvm::StringRef hex) {
    llvm::copy_if(hex, std::back_inserter(hex_), [](char c) { return c != ' '; });
    return *this;
  }
  Code &call(const std::string &name) { return reloc("10", "R_CALL", name, 0); }
  Code &return_address(const std::string &name, unsigned number) {
    return reloc("42", "R_ADDR", name, number);
  }
  std::string symbol(const std::string &name) const {
    return "  - name: " + name + "\n    kind: text\n    data: '" + hex_ + "'\n    relocs: [" +
           relocs_ + "]\n    aux: [ { kind: funcinfo, to: main.main.info } ]\n";
  }

private:
  Code &reloc(llvm::StringRef opcode, const std::string &type, const std::string &to,
              unsigned addend) {
    plain(opcode);
    relocs_ += std::string(relocs_.empty() ? "" : ",") + " { type: " + type +
               ", offset: " + std::to_string(hex_.size() / 2) + ", to: " + to +
               ", addend: " + std::to_string(addend) + " }";
    return *this;
  }

  std::string hex_, relocs_;
};

// SP -= 8, which local 1 and global 0 have; then what a return address is stored at.
constexpr char kPush[] = "2001 4108 6b 2201 2400 2001";
constexpr char kStore[] = "370300 4100";   // i64.store; the argument 0
constexpr char kUnwind[] = "2300 2101 0d"; // global.get 0; local.set 1; br_if

// Three blocks: one calls main.f and comes back in the next, the last one panics with 5 and 6.
Code function(const std::string &own_name) {
  Code code;
  code.plain("01017f 2300 2101 0240 0340 0240 0240 0240 2000 0e02000102 0b");
  // Block 0: below address 100 to block 2.
  code.plain("2001 41e400 49 0440 4102 2100 0c03 0b");
  code.plain(kPush).return_address(own_name, 1).plain(kStore).call("main.f").plain(kUnwind);
  code.plain("03 0b");
  // Block 1: return.
  code.plain("2001 4108 6a 2201 2400 4100 0f 0b");
  // Block 2.
  code.plain("2001 4205 370300 2001 4206 370308");
  code.plain(kPush).return_address(own_name, 3).plain(kStore).call("runtime.goPanicIndex");
  return code.plain(kUnwind).plain("01 00 0b 00 0b 4101 0b");
}

class StructuredCode : public testing::TestWithParam<std::tuple<int, unsigned>> {
protected:
  StructuredCode() : program_(std::get<0>(GetParam())) {
    program_.options.threads = std::get<1>(GetParam());
    std::string runtime = test::with_valid_bodies(test::kFakeRuntime);
    program_.set_package(
        "runtime", runtime + "  - { name: runtime.goPanicIndex, kind: text, data: 0041010b }\n");
    Code caller = function("main.main");
    std::string text = R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ src/main.go ]
symbols:
  - { name: runtime.goPanicIndex, group: ref }
  - { name: main.main.info, kind: rodata, data: FUNCINFO }
)";
    text += caller.symbol("main.main");
    // Its return addresses are another's, which nobody understands.
    text += function("main.main").symbol("main.f");
    program_.set_package("main", text);
  }

  std::string link(bool is_optimized) {
    program_.options.optimized.code = is_optimized;
    EXPECT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
    return program_.output();
  }

  static Module read(const std::string &bytes) {
    return llvm::cantFail(wasm::read_module(llvm::arrayRefFromStringRef(bytes)));
  }

  test::FakeProgram program_;
};

TEST_P(StructuredCode, IsWhatOptimizingTheReferenceGives) {
  std::string reference = link(false), linked = link(true);
  code::OptimizedModule optimized = llvm::cantFail(code::optimize_module(read(reference), 1));
  EXPECT_EQ(optimized.statistics.num_rebuilt, 1u);
  EXPECT_TRUE(linked == objfile::to_string(optimized.bytes));
  Module module = read(linked);
  uint32_t last = module.num_functions() - 1;
  EXPECT_EQ(module.function_name(last - 1), "runtime.goPanicIndex.outlined");
  EXPECT_EQ(module.function_name(last), "runtime.goPanicIndex.outlined_with_two");
}

TEST_P(StructuredCode, StaysWhenItIsOptimizedAgain) {
  std::string linked = link(true);
  code::OptimizedModule again = llvm::cantFail(code::optimize_module(read(linked), 1));
  EXPECT_EQ(again.statistics.num_rebuilt, 0u);
  EXPECT_TRUE(linked == objfile::to_string(again.bytes));
}

TEST(OutlinedFunctions, StoreTwoWordsForThoseThatTakeThem) {
  std::vector<code::Callee> callees = {code::go_callee("main.main"),
                                       code::go_callee("runtime.panicdivide"),
                                       code::go_callee("runtime.throw")};
  std::vector<code::OutlinedFunction> functions = code::plan_outlined_functions(callees);
  ASSERT_EQ(functions.size(), 3u);
  EXPECT_FALSE(functions[0].stores_two || functions[1].stores_two);
  EXPECT_TRUE(functions[2].stores_two);
  EXPECT_EQ(callees[0].outlined + callees[0].outlined_with_two + callees[1].outlined_with_two, 0u);
  EXPECT_EQ(callees[1].outlined, 3u);
  EXPECT_EQ(callees[2].outlined, 4u);
  EXPECT_EQ(callees[2].outlined_with_two, 5u);
}

TEST_P(StructuredCode, DoesNotNeedNames) {
  std::string bytes = link(true);
  program_.options.strip_names = true;
  std::string stripped_bytes = link(true);
  Module named = read(bytes), stripped = read(stripped_bytes);
  EXPECT_TRUE(stripped.names.empty());
  ASSERT_EQ(stripped.bodies.size(), named.bodies.size());
  for (size_t i = 0; i < named.bodies.size(); i++)
    EXPECT_TRUE(stripped.bodies[i].contents == named.bodies[i].contents) << i;
}

TEST_P(StructuredCode, IsCounted) {
  program_.options.stats = true;
  uint64_t before = 0, after = 0;
  std::string reference = link(false);
  EXPECT_THAT(program_.messages, testing::Not(HasSubstr("rebuilt")));
  std::string bytes = link(true);
  for (const wasm::FunctionBody &body : read(reference).bodies)
    before += body.contents.size();
  for (const wasm::FunctionBody &body : read(bytes).bodies)
    after += body.contents.size();
  EXPECT_THAT(program_.messages, HasSubstr("\nrebuilt 1\n"));
  EXPECT_THAT(program_.messages, HasSubstr("\nleft 1: unknown return address\n"));
  // Without the build id's.
  EXPECT_THAT(program_.messages, HasSubstr("\ncode bytes " + std::to_string(before - 4) + " to " +
                                           std::to_string(after - 4) + " ("));
}

INSTANTIATE_TEST_SUITE_P(VersionsAndThreads, StructuredCode,
                         testing::Combine(testing::Values(24, 25, 26, 27), testing::Values(1, 2)));

} // namespace
} // namespace wald

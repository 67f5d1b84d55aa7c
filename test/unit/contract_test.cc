// Contracts of all kinds of files come into one form, and go back into the text format.
#include "directive_rules.h"

#include "directives/contracts/contract.h"
#include "wat.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char kHost[] = R"((module
  (import "guest" "add" (func (param i32 i64) (result f32)))
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "guest" "memory" (memory 1))
  (memory (export "scratch") 1)
  (func (export "log") (param f64))))";

std::string text_of(const Contract &contract) {
  std::string text;
  for (size_t i = 0; i < contract.guest.directives.size(); i++) {
    const Directive &directive = contract.guest.directives[i];
    bool is_import = directive.kind == DirectiveKind::kImport;
    text += (is_import ? "import " + directive.module + "." : "export ") + directive.name + " " +
            signature_text(directive.signature) + " " + std::to_string(contract.lines[i]) + "\n";
  }
  for (const Contract::OtherExport &other : contract.others)
    text += std::string(wasm::extern_kind_name(other.kind)) + " " + other.name + " " +
            std::to_string(other.line) + "\n";
  return text;
}

std::vector<Contract> read(llvm::StringRef bytes, ContractSide side,
                           llvm::StringRef module = "env") {
  llvm::Expected<std::vector<Contract>> contracts = read_contracts("c.x", bytes, side, module);
  if (!contracts)
    ADD_FAILURE() << llvm::toString(contracts.takeError());
  return contracts ? std::move(*contracts) : std::vector<Contract>(1);
}

std::string error_of(llvm::StringRef bytes) {
  auto contracts = read_contracts("c.x", bytes, ContractSide::kGuest, "");
  return contracts ? "" : llvm::toString(contracts.takeError());
}

TEST(Contract, OfAHostSaysWhatGuestsLookLike) {
  EXPECT_EQ(text_of(read(kHost, ContractSide::kHost, "plugin")[0]),
            "export add (i32, i64) -> (f32) 2\n"
            "import plugin.log (f64) -> () 6\n"
            "memory memory 4\n");
  std::vector<uint8_t> bytes = wald::test::assemble(kHost);
  EXPECT_EQ(text_of(read(llvm::toStringRef(bytes), ContractSide::kHost, "plugin")[0]),
            "export add (i32, i64) -> (f32) 0\n"
            "import plugin.log (f64) -> () 0\n"
            "memory memory 0\n");
}

TEST(Contract, OfAGuestIsAsItStands) {
  Contract contract = read(kHost, ContractSide::kGuest)[0];
  EXPECT_THAT(text_of(contract), HasSubstr("import guest.add (i32, i64) -> (f32) 2\n"));
  EXPECT_THAT(text_of(contract), HasSubstr("export log (f64) -> () 6\nmemory scratch 5\n"));
  EXPECT_TRUE(contract.is_module);
}

TEST(Contract, KnowsTheKindOfAModuleByItsEntryPoint) {
  Contract reactor = read("(module (func (export \"_initialize\")))", ContractSide::kGuest)[0];
  EXPECT_EQ(reactor.guest.goos, "wasip1");
  EXPECT_TRUE(reactor.guest.is_reactor);
  EXPECT_EQ(text_of(reactor), "export _initialize () -> () 1\n");
  EXPECT_EQ(read(kHost, ContractSide::kGuest)[0].guest.goos, "");
}

TEST(Contract, InJsonMayHaveSeveralPrograms) {
  constexpr const char kJson[] = R"([
    {"program": "a", "exports": [{"name": "f", "params": ["i32"], "results": []}],
     "imports": [{"module": "m", "name": "g", "params": [], "results": []},
                 {"module": "gojs", "name": "h", "params": [], "results": []}]},
    {"program": "b", "goos": "wasip1", "reactor": true}])";
  std::vector<Contract> guests = read(kJson, ContractSide::kGuest);
  ASSERT_THAT(guests, SizeIs(2));
  EXPECT_EQ(guests[0].program, "a");
  EXPECT_EQ(text_of(guests[0]), "import m.g () -> () 3\n"
                                "import gojs.h () -> () 4\n"
                                "export f (i32) -> () 2\n");
  EXPECT_EQ(text_of(guests[1]), "export _initialize () -> () 0\n");
  EXPECT_EQ(text_of(read(kJson, ContractSide::kHost)[0]), "export g () -> () 3\n"
                                                          "import env.f (i32) -> () 2\n");
}

TEST(Contract, ThatIsBrokenIsAnErrorWithThePlace) {
  EXPECT_THAT(error_of("(module\n(func (param i33)))"), StartsWith("c.x:2:14: "));
  EXPECT_THAT(error_of("{\n\"exports\": 7}"), StartsWith("c.x: want a list for key exports"));
  EXPECT_THAT(error_of("{\n]"), StartsWith("c.x:2:1: not JSON: "));
  EXPECT_THAT(error_of("{\"exports\": [\n{}]}"), StartsWith("c.x:2: exports[0]: "));
  EXPECT_THAT(error_of(llvm::StringRef("\0asm\1\0\0\0\7", 9)), StartsWith("c.x: "));
  EXPECT_THAT(error_of("hello"), HasSubstr("neither a WebAssembly module"));
  EXPECT_THAT(error_of(""), HasSubstr("neither a WebAssembly module"));
}

TEST(Contract, IsWrittenAsTextThatReadsTheSame) {
  Interface interface = program({imported("env", "a\"b\\c\n", "iIfF.i"), exported("x·y", "p", "i"),
                                 imported("env", "a\"b\\c\n", "i"), exported("x·y", "q", "f"),
                                 imported("wasi_snapshot_preview1", "fd_write", "iiii.i")},
                                "wasip1", true);
  add_entry_points(interface);
  std::string text;
  llvm::raw_string_ostream out(text);
  write_wat(out, interface);
  Contract contract = read(text, ContractSide::kGuest)[0];
  EXPECT_EQ(text_of(contract), "import env.a\"b\\c\n (i32, i64, f32, f64) -> (i32) 2\n"
                               "export x·y (i32) -> () 3\n"
                               "export _initialize () -> () 4\n");
}

TEST(OtherSide, TakesOneModuleOrAllButTheSystems) {
  Interface guest = program(
      {imported("a", "f", "i"), imported("b", "g", ""), exported("h"), imported("gojs", "i", "")});
  auto names = [](const Interface &interface) {
    std::vector<std::string> list;
    for (const Directive &directive : interface.directives)
      list.push_back((directive.kind == DirectiveKind::kImport ? directive.module + "." : "") +
                     directive.name);
    return list;
  };
  EXPECT_THAT(names(other_side(guest, "a", "guest")), ElementsAre("f", "guest.h"));
  EXPECT_THAT(names(other_side(guest, "", "guest")), ElementsAre("f", "g", "guest.h"));
}

TEST(AddEntryPoints, KnowsTheModes) {
  auto exports = [](Interface interface) {
    add_entry_points(interface);
    add_entry_points(interface); // each once
    std::string text;
    for (const Directive &directive : interface.directives)
      text += directive.name + signature_text(directive.signature) + " ";
    return text;
  };
  EXPECT_EQ(exports(program({})), "_start() -> () ");
  EXPECT_EQ(exports(program({}, "wasip1", true)), "_initialize() -> () ");
  EXPECT_EQ(exports(program({}, "js")), "run(i32, i32) -> () resume() -> () getsp() -> (i32) ");
}

} // namespace
} // namespace wald::directives::test

// Objects that ask for more than there is: types within types, references to nothing, sizes at the
// end of what their fields hold. A link of them ends, soon, and says why.
#include "fake_program.h"
#include "steps.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

using test::FakeProgram;
using testing::HasSubstr;
using testing::Not;

class HostileInput : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, HostileInput,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

std::string hex(std::initializer_list<uint64_t> words) {
  std::string text;
  for (uint64_t word : words)
    for (unsigned i = 0; i < 8; i++)
      text += llvm::toHex(uint8_t(word >> 8 * i));
  return text;
}

std::string reloc(const char *type, uint64_t offset, const std::string &target) {
  return std::string("      - { type: ") + type + ", offset: " + std::to_string(offset) +
         (target.empty() ? ", size: 8 }\n" : ", size: 8, to: '" + target + "' }\n");
}

// The start of a type descriptor: size, size of the part with pointers, kind.
std::string common_type(uint64_t size, uint64_t pointer_bytes, uint64_t kind) {
  return hex({size, pointer_bytes, kind << 56, 0, 0, 0});
}

std::string type_symbol(const std::string &name, const std::string &data,
                        const std::string &relocs) {
  return "  - name: 'type:main." + name +
         "'\n    group: nonpkg\n    kind: rodata\n    flags: [ dupok, gotype ]\n    data: '" +
         data + "'\n    relocs:\n" + relocs;
}

struct Field {
  std::string type;
  uint64_t offset;
};

std::string struct_type(const std::string &name, uint64_t size, const std::vector<Field> &fields) {
  constexpr uint64_t kStruct = 25;
  std::string data = common_type(size, size, kStruct) + hex({0, 0, fields.size(), fields.size()});
  std::string relocs;
  for (size_t i = 0; i < fields.size(); i++) {
    data += hex({0, 0, fields[i].offset});
    relocs += reloc("R_ADDR", 80 + 24 * i + 8, "type:main." + fields[i].type);
  }
  return type_symbol(name, data, relocs);
}

std::string array_type(const std::string &name, uint64_t size, const std::string &element,
                       uint64_t length) {
  constexpr uint64_t kArray = 17;
  return type_symbol(name, common_type(size, size, kArray) + hex({0, 0, length}),
                     reloc("R_ADDR", 48, "type:main." + element));
}

// The type P is a pointer.
const std::string kPointerType =
    type_symbol("P", common_type(8, 8, 22) + hex({0}), reloc("R_ADDR", 32, "gcbits")) +
    "  - { name: gcbits, group: hashed64, kind: rodata, flags: "
    "[ dupok ], data: '01' }\n";

// A program with a variable of the type.
void set_variable(FakeProgram &program, const std::string &type, uint64_t size,
                  const std::string &types) {
  program.set_package(
      "main",
      test::kFakeMain.str() + "  - { name: main.v, kind: bss, size: " + std::to_string(size) +
          ", aux: [ { kind: gotype, to: 'type:main." + type +
          "' } ] }\n  - { name: main.use, kind: text, flags: [ pkginit ], data: 000b, "
          "relocs: [ { type: R_ADDR, offset: 2, to: main.v } ] }\n" +
          "  - { name: main..inittask, kind: noptrdata, data: "
          "'00000000010000000000000000000000', relocs: [ { type: R_ADDR, offset: 8, size: 8, "
          "to: main.use } ] }\n" +
          types + kPointerType);
}

void expect_broken_type(FakeProgram &program) {
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: broken type descriptor of variable main.v\n");
}

// Types T0 to Tn, each a struct with the type before in two fields.
std::string nested_types(unsigned depth, bool is_sound) {
  std::string types = struct_type("T0", 8, {{"P", 0}});
  for (unsigned i = 1; i <= depth; i++) {
    uint64_t half = uint64_t(4) << i;
    std::string inner = "T" + std::to_string(i - 1);
    types +=
        struct_type("T" + std::to_string(i), 2 * half, {{inner, 0}, {inner, is_sound ? half : 0}});
  }
  return types;
}

TEST_P(HostileInput, MayBeTypesWithinTypes) {
  FakeProgram program(GetParam());
  set_variable(program, "T10", 8 << 10, nested_types(10, /*is_sound=*/true));
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
}

TEST_P(HostileInput, IsATypeWithMorePointersThanRoom) {
  FakeProgram program(GetParam());
  set_variable(program, "T60", 8 << 10, nested_types(60, /*is_sound=*/true));
  expect_broken_type(program);
  set_variable(program, "T60", UINT32_MAX - 7, nested_types(60, /*is_sound=*/false));
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  set_variable(program, "T60", 1 << 20, nested_types(60, /*is_sound=*/false));
  expect_broken_type(program);
}

TEST_P(HostileInput, IsATypeWithoutThePointersItTellsOf) {
  FakeProgram program(GetParam());
  std::string types = struct_type("T0", 8, {});
  for (unsigned i = 1; i <= 60; i++) {
    std::string inner = "T" + std::to_string(i - 1);
    types += struct_type("T" + std::to_string(i), 8, {{inner, 0}, {inner, 0}});
  }
  set_variable(program, "T60", 8, types);
  expect_broken_type(program);
}

TEST_P(HostileInput, IsATypeWithinItself) {
  FakeProgram program(GetParam());
  set_variable(program, "S", 1 << 20, struct_type("S", 8, {{"S", 0}, {"S", 0}}));
  expect_broken_type(program);
  set_variable(program, "S", 1 << 20, struct_type("S", 8, {{"P", 0}, {"S", 8}, {"S", 8}}));
  expect_broken_type(program);
  set_variable(program, "A", 1 << 20, array_type("A", 8, "A", 2));
  expect_broken_type(program);
  set_variable(program, "A", 1 << 20,
               array_type("A", 8, "B", 1) + struct_type("B", 8, {{"A", 0}, {"A", 8}}));
  expect_broken_type(program);
}

TEST_P(HostileInput, IsAnArrayBeyondItsVariable) {
  FakeProgram program(GetParam());
  for (uint64_t length : {uint64_t(3), uint64_t(1) << 61, UINT64_MAX}) {
    set_variable(program, "A", 16, array_type("A", 16, "P", length));
    expect_broken_type(program);
  }
  set_variable(program, "A", 16, array_type("A", 16, "P", 2));
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
}

// Pointers would lie before the field, within the variable all the same.
TEST_P(HostileInput, IsAFieldAtANegativeOffset) {
  FakeProgram program(GetParam());
  set_variable(program, "V", 24,
               struct_type("V", 24, {{"S", 8}}) + struct_type("S", 8, {{"P", UINT64_MAX - 7}}));
  expect_broken_type(program);
}

TEST_P(HostileInput, IsAnElementWithMorePointersThanItHasRoomFor) {
  FakeProgram program(GetParam());
  set_variable(program, "A", 24,
               array_type("A", 24, "S", 2) + struct_type("S", 8, {{"P", 0}, {"P", 8}}));
  expect_broken_type(program);
}

TEST_P(HostileInput, IsAPointerMaskBeyondItsVariable) {
  FakeProgram program(GetParam());
  set_variable(program, "M", 8,
               type_symbol("M", common_type(8, 64, 22) + hex({0}), reloc("R_ADDR", 32, "gcbits")));
  expect_broken_type(program);
}

// Each of few words would be reached through hundreds of types.
TEST(HostileInputOfNewestGo, IsDeepTypesAsOftenAsThereIsRoom) {
  auto set_types = [](FakeProgram &program, unsigned num_inner) {
    constexpr unsigned kDoublings = 14;
    std::string types = struct_type("C0", 8, {{"P", 0}});
    for (unsigned i = 1; i <= num_inner; i++)
      types += struct_type("C" + std::to_string(i), 8, {{"C" + std::to_string(i - 1), 0}});
    types += struct_type("T0", 8, {{"C" + std::to_string(num_inner), 0}});
    for (unsigned i = 1; i <= kDoublings; i++) {
      std::string inner = "T" + std::to_string(i - 1);
      uint64_t half = uint64_t(4) << i;
      types += struct_type("T" + std::to_string(i), 2 * half, {{inner, 0}, {inner, half}});
    }
    set_variable(program, "T" + std::to_string(kDoublings), 8 << kDoublings, types);
  };
  FakeProgram program(objfile::kNewestGoMinor);
  set_types(program, 800);
  expect_broken_type(program);
  set_types(program, 10);
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
}

TEST_P(HostileInput, IsARelocationWithoutTarget) {
  for (const char *type : {"R_SIZE", "R_ADDR", "R_ADDROFF"}) {
    FakeProgram program(GetParam());
    std::string main = test::kFakeMain.str();
    main.replace(main.find("    aux:"), 0,
                 "    relocs: [ { type: R_ADDR, offset: 2, to: main.v } ]\n");
    program.set_package("main", main +
                                    "  - name: main.v\n    kind: noptrdata\n    size: 8\n"
                                    "    relocs:\n" +
                                    reloc(type, 0, ""));
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
    EXPECT_EQ(program.messages, "wald: error: broken object: relocation without a target\n"
                                ">>> in main.v (main.a(_go_.o))\n")
        << type;
  }
}

// The main package whose function has more relocations or auxiliary entries.
std::string main_with_relocs(const std::string &relocs) {
  std::string main = test::kFakeMain.str();
  return main.insert(main.find("    aux:"), "    relocs: [ " + relocs + " ]\n");
}

std::string main_with_aux(const std::string &entries) {
  std::string main = test::kFakeMain.str();
  return main.insert(main.find(" ]\n  - { name: main.main.info"), ", " + entries);
}

// What the link of a main package says that cannot be linked.
std::string message_of(int minor, const std::string &main) {
  FakeProgram program(minor);
  program.set_package("main", main);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  return program.messages;
}

// A pc table's offset would take the place of the function's value.
TEST_P(HostileInput, IsAFunctionAsItsOwnTable) {
  for (const std::string kind : {"pcsp", "pcfile", "pcline", "pcdata"})
    EXPECT_THAT(
        message_of(GetParam(), main_with_aux("{ kind: " + kind + ", to: main.main }")),
        HasSubstr("wald: error: main.a(_go_.o): broken object file: pc table of another kind\n"))
        << kind;
}

TEST_P(HostileInput, IsAFunctionAsFuncdata) {
  EXPECT_THAT(message_of(GetParam(), main_with_aux("{ kind: funcdata, to: main.main }")),
              HasSubstr("funcdata"));
}

TEST_P(HostileInput, IsAPcTableAsFuncdata) {
  EXPECT_THAT(message_of(GetParam(),
                         main_with_aux("{ kind: pcsp, to: table }, { kind: funcdata, to: table }") +
                             "  - { name: table, kind: rodata, data: '020200' }\n"),
              HasSubstr("funcdata"));
}

TEST_P(HostileInput, IsAFunctionThatIsAVariableElsewhere) {
  FakeProgram program(GetParam());
  std::string main = main_with_relocs("{ type: R_ADDR, offset: 2, to: both }");
  main.replace(main.find("5255' }"), 7, "5255' }, { path: lib, fingerprint: '4c49' }");
  program.set_package(
      "main",
      main + "  - { name: both, group: nonpkg, kind: text, data: 000b, flags: [ dupok ] }\n");
  program.set_package("lib", "\nfingerprint: '4c49'\nsymbols:\n"
                             "  - { name: both, group: nonpkg, kind: noptrdata, data: "
                             "'0102030405060708', flags: [ dupok ] }\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: both is a function in one object only\n"
                              ">>> a function in main.a(_go_.o)\n"
                              ">>> something else, as both (lib.a(_go_.o))\n");
}

TEST_P(HostileInput, IsACallOfAVariable) {
  EXPECT_EQ(message_of(GetParam(), main_with_relocs("{ type: R_CALL, offset: 1, to: main.v }") +
                                       "  - { name: main.v, kind: noptrdata, data: '01' }\n"),
            "wald: error: call of main.v, which is no function\n"
            ">>> called by main.main (src/main.go:7)\n");
}

TEST_P(HostileInput, IsAnExportOfAVariable) {
  EXPECT_THAT(
      message_of(GetParam(),
                 main_with_relocs("{ type: R_ADDR, offset: 1, to: add }") +
                     "  - { name: add, group: nonpkg, kind: noptrdata, flags: [ wasmexport ], "
                     "data: '01' }\n"),
      HasSubstr("wald: error: export add: add is no function\n"));
}

TEST_P(HostileInput, IsAFunctionForTheLinkersVariable) {
  EXPECT_THAT(
      message_of(
          GetParam(),
          main_with_relocs("{ type: R_ADDR, offset: 1, to: runtime.lastmoduledatap }") +
              "  - { name: runtime.lastmoduledatap, group: nonpkg, kind: text, data: 000b }\n"),
      HasSubstr("symbol runtime.lastmoduledatap is reserved"));
}

TEST_P(HostileInput, IsTheLinkersVariableAsAPcTable) {
  EXPECT_THAT(message_of(GetParam(),
                         main_with_aux("{ kind: pcsp, to: runtime.lastmoduledatap }") +
                             "  - { name: runtime.lastmoduledatap, group: nonpkg, kind: noptrdata, "
                             "data: '02020200' }\n"),
              HasSubstr("pc table of another kind"));
}

TEST_P(HostileInput, IsAFunctionWithTwoImports) {
  EXPECT_THAT(message_of(GetParam(),
                         main_with_aux(
                             "{ kind: wasmimport, to: record }, { kind: wasmimport, to: record }") +
                             "  - { name: record, kind: noptrdata, data: "
                             "'03000000656e7602000000696d0000000000000000' }\n"),
              HasSubstr("two records of a directive at one function"));
}

TEST_P(HostileInput, IsAFunctionWithMoreFuncdataThanItCanHave) {
  std::string funcdata;
  for (int i = 0; i < 256; i++)
    funcdata += (i ? ", " : "") + std::string("{ kind: funcdata, to: data }");
  EXPECT_THAT(message_of(GetParam(), main_with_aux(funcdata) +
                                         "  - { name: data, kind: rodata, data: '01' }\n"),
              HasSubstr("more funcdata than a function can have"));
}

TEST_P(HostileInput, IsADirectiveOfBrackets) {
  FakeProgram program(GetParam());
  program.set_package("main", "\ncgo: '" + std::string(1000000, '[') + "'" + test::kFakeMain.str());
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: main.a(_go_.o): broken cgo directives\n"
                                          ">>> JSON nests deeper than 100\n"));
}

TEST_P(HostileInput, IsAMegabyteOfCgoDirectives) {
  FakeProgram program(GetParam());
  program.set_package("main", "\ncgo: '" + std::string(1100000, '1') + "'" + test::kFakeMain.str());
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: main.a(_go_.o): more than 1048576 bytes of cgo directives\n");
}

TEST_P(HostileInput, IsManyCgoExports) {
  auto set_exports = [](FakeProgram &program, unsigned count) {
    std::string list;
    for (unsigned i = 0; i < count; i++)
      list += (i ? ",[\"cgo_export_static\",\"f" : "[\"cgo_export_static\",\"f") +
              std::to_string(i) + "\"]";
    program.set_package("main", "\ncgo: '[" + list + "]'" + test::kFakeMain.str());
  };
  FakeProgram program(GetParam());
  set_exports(program, 5000);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: main.a(_go_.o): more than 50 cgo directives that export\n");
  set_exports(program, 50);
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
}

// -- As much as an object can hold

objfile::RelocText reloc_to(const std::string &type, int32_t offset, uint32_t symbol) {
  objfile::RelocText reloc;
  reloc.type = type;
  reloc.offset = offset;
  reloc.target.symbol = symbol;
  return reloc;
}

objfile::SymbolText symbol_of(const std::string &name, const std::string &kind,
                              std::vector<uint8_t> data) {
  objfile::SymbolText symbol;
  symbol.name.text = name;
  symbol.kind = kind;
  symbol.data.bytes = std::move(data);
  return symbol;
}

// The main package with room for more; its first symbol is main.main.
objfile::ObjectText main_object(const FakeProgram &program) {
  return llvm::cantFail(
      objfile::parse_object_yaml(test::complete_yaml(test::kFakeMain.str(), program.version())));
}

void set_main(FakeProgram &program, const objfile::ObjectText &object) {
  program.set_file("main",
                   objfile::to_string(llvm::cantFail(objfile::encode_object(object))).str());
}

uint64_t steps_of_link(FakeProgram &program, LinkStatus status) {
  return test::steps_of([&] { EXPECT_EQ(program.link(), status) << program.messages; });
}

// The program converts a type with so many methods to an interface, and calls the last of them.
objfile::ObjectText program_with_methods(const FakeProgram &program, uint16_t num_methods) {
  objfile::ObjectText object = main_object(program);
  std::vector<objfile::SymbolText> &symbols = object.symbols;
  auto add = [&](objfile::SymbolText symbol) {
    symbols.push_back(std::move(symbol));
    return uint32_t(symbols.size() - 1);
  };
  uint32_t function = add(symbol_of("main.T.M", "text", {0, 0x0b}));
  uint32_t last = add(symbol_of("main.T.N", "text", {0, 0x0b}));
  uint32_t name = add(symbol_of("name.M", "rodata", {1, 1, 'M'}));
  uint32_t last_name = add(symbol_of("name.N", "rodata", {1, 1, 'N'}));
  constexpr uint32_t kUncommonAt = 48, kMethodsAt = 64;
  std::vector<uint8_t> data(kMethodsAt + 16 * num_methods);
  data[20] = 1; // it has the uncommon part
  data[23] = 2; // int
  objfile::store<uint16_t>(data.data() + kUncommonAt + 4, num_methods);
  objfile::store<uint32_t>(data.data() + kUncommonAt + 8, kMethodsAt - kUncommonAt);
  objfile::SymbolText type = symbol_of("type:main.T", "rodata", std::move(data));
  type.flags = {{"gotype"}};
  objfile::SymbolText method_type =
      symbol_of("type:func()", "rodata", std::vector<uint8_t>(kUncommonAt));
  method_type.flags = {{"gotype"}};
  uint32_t method_type_id = add(method_type);
  for (uint32_t i = 0; i < num_methods; i++) {
    int32_t at = kMethodsAt + 16 * i;
    bool is_last = i + 1 == num_methods;
    type.relocs.push_back(reloc_to("R_ADDROFF", at, is_last ? last_name : name));
    type.relocs.push_back(reloc_to("R_METHODOFF", at + 4, method_type_id));
    for (int32_t slot : {8, 12})
      type.relocs.push_back(reloc_to("R_METHODOFF", at + slot, is_last ? last : function));
  }
  uint32_t type_id = add(type);
  uint32_t called = add(symbol_of("called", "rodata", {'N'}));
  symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, type_id));
  symbols[0].relocs.push_back(reloc_to("R_USEIFACE", 0, type_id));
  symbols[0].relocs.push_back(reloc_to("R_USENAMEDMETHOD", 0, called));
  return object;
}

TEST_P(HostileInput, MayBeATypeWithAsManyMethodsAsItCanHave) {
  FakeProgram program(GetParam());
  set_main(program, program_with_methods(program, UINT16_MAX / 8));
  uint64_t few = steps_of_link(program, LinkStatus::kOk);
  set_main(program, program_with_methods(program, UINT16_MAX));
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kOk));
  EXPECT_THAT(program.output(), HasSubstr("main.T.N"));
  EXPECT_THAT(program.output(), Not(HasSubstr("main.T.M")));
}

// Each method that is found calls one more.
TEST(HostileInputOfNewestGo, MayBeMethodsThatAreFoundOneAfterTheOther) {
  FakeProgram program(objfile::kNewestGoMinor);
  auto set_types = [&](unsigned count) {
    objfile::ObjectText object = main_object(program);
    auto add = [&](const objfile::SymbolText &symbol) {
      object.symbols.push_back(symbol);
      return uint32_t(object.symbols.size() - 1);
    };
    constexpr uint32_t kUncommonAt = 48, kMethodsAt = 64;
    objfile::SymbolText method_type =
        symbol_of("type:func()", "rodata", std::vector<uint8_t>(kUncommonAt));
    method_type.flags = {{"gotype"}};
    uint32_t method_type_id = add(method_type);
    uint32_t called = 0;
    for (unsigned i = 0; i < count; i++) {
      std::string name = "M" + std::to_string(i);
      std::vector<uint8_t> name_bytes = {1, uint8_t(name.size())};
      name_bytes.insert(name_bytes.end(), name.begin(), name.end());
      uint32_t name_id = add(symbol_of("name." + name, "rodata", name_bytes));
      objfile::SymbolText function = symbol_of("main.T." + name, "text", {0, 0x0b});
      if (i > 0)
        function.relocs.push_back(reloc_to("R_USENAMEDMETHOD", 0, called));
      uint32_t function_id = add(function);
      called = add(symbol_of("called." + name, "rodata", {name.begin(), name.end()}));
      std::vector<uint8_t> data(kMethodsAt + 16);
      data[20] = 1; // it has the uncommon part
      data[23] = 2; // int
      objfile::store<uint16_t>(data.data() + kUncommonAt + 4, 1);
      objfile::store<uint32_t>(data.data() + kUncommonAt + 8, kMethodsAt - kUncommonAt);
      objfile::SymbolText type = symbol_of("type:main." + name, "rodata", data);
      type.flags = {{"gotype"}};
      type.relocs = {reloc_to("R_ADDROFF", kMethodsAt, name_id),
                     reloc_to("R_METHODOFF", kMethodsAt + 4, method_type_id),
                     reloc_to("R_METHODOFF", kMethodsAt + 8, function_id),
                     reloc_to("R_METHODOFF", kMethodsAt + 12, function_id)};
      uint32_t type_id = add(type);
      for (const char *use : {"R_KEEP", "R_USEIFACE"})
        object.symbols[0].relocs.push_back(reloc_to(use, 0, type_id));
    }
    object.symbols[0].relocs.push_back(reloc_to("R_USENAMEDMETHOD", 0, called));
    set_main(program, object);
  };
  set_types(20000 / 8);
  uint64_t few = steps_of_link(program, LinkStatus::kOk);
  EXPECT_THAT(program.output(), HasSubstr("main.T.M0"));
  set_types(20000);
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kOk));
}

TEST_P(HostileInput, IsALargeTypeWhoseRelocationsAreInNoOrder) {
  FakeProgram program(GetParam());
  objfile::ObjectText object = program_with_methods(program, UINT16_MAX);
  for (objfile::SymbolText &symbol : object.symbols)
    if (symbol.relocs.size() > 1000)
      std::swap(symbol.relocs[100], symbol.relocs.back());
  set_main(program, object);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("relocations of a type out of order"));
}

// The number of methods is two bytes, their table none at all.
TEST(HostileInputOfNewestGo, IsThousandsOfTypesThatSayTheyHaveMethods) {
  FakeProgram program(objfile::kNewestGoMinor);
  auto set_types = [&](unsigned count) {
    objfile::ObjectText object = main_object(program);
    std::vector<uint8_t> data(64);
    data[20] = 1; // it has the uncommon part
    data[23] = 2; // int
    objfile::store<uint16_t>(data.data() + 52, UINT16_MAX);
    for (unsigned i = 0; i < count; i++) {
      objfile::SymbolText type = symbol_of("type:main.T" + std::to_string(i), "rodata", data);
      type.flags = {{"gotype"}};
      for (int32_t slot : {4, 8, 12})
        type.relocs.push_back(reloc_to("R_METHODOFF", 48 + slot, 0));
      for (const char *use : {"R_KEEP", "R_USEIFACE"})
        object.symbols[0].relocs.push_back(reloc_to(use, 0, object.symbols.size()));
      object.symbols.push_back(type);
    }
    set_main(program, object);
  };
  set_types(2000 / 8);
  uint64_t few = steps_of_link(program, LinkStatus::kError);
  set_types(2000);
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kError));
  EXPECT_THAT(program.messages, HasSubstr("a type's method table does not match"));
}

// Of each the user is named.
TEST(HostileInputOfNewestGo, IsThousandsOfReferencesThatAreNotAllowed) {
  FakeProgram program(objfile::kNewestGoMinor);
  auto set_references = [&](unsigned count) {
    std::string runtime = test::kFakeRuntime.str();
    objfile::ObjectText object = main_object(program);
    for (unsigned i = 0; i < 20 * count; i++)
      object.symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, 1));
    for (unsigned i = 0; i < count; i++) {
      std::string name = "runtime.s" + std::to_string(i);
      runtime += "  - { name: " + name + ", kind: noptrdata, data: '01' }\n";
      objfile::SymbolText reference;
      reference.name.text = name;
      reference.group = objfile::SymbolGroup::kRef;
      reference.flags = {{"linkname"}};
      object.symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, object.symbols.size()));
      object.symbols.push_back(reference);
    }
    program.set_package("runtime", runtime);
    set_main(program, object);
  };
  set_references(500);
  uint64_t few = steps_of_link(program, LinkStatus::kFatal);
  EXPECT_THAT(program.messages, HasSubstr("invalid reference to runtime.s0\n"
                                          ">>> the standard library does not offer it for use by "
                                          "linkname\n>>> in main.main (src/main.go:7)\n"));
  set_references(4000);
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kFatal));
}

// Each reference to a method of an interface reads the interface's descriptor.
TEST_P(HostileInput, MayUseMethodsOfALargeInterface) {
  FakeProgram program(GetParam());
  auto set_uses = [&](int32_t count) {
    objfile::ObjectText object = main_object(program);
    uint32_t first = object.symbols.size();
    object.symbols.push_back(symbol_of("name.M", "rodata", {1, 1, 'M'}));
    objfile::SymbolText type = symbol_of("type:main.I", "rodata", std::vector<uint8_t>(48));
    type.flags = {{"gotype"}};
    for (int32_t i = 0; i < count; i++) {
      type.relocs.push_back(reloc_to("R_ADDROFF", 8 * i, first));
      objfile::RelocText use = reloc_to("R_USEIFACEMETHOD", 0, first + 1);
      use.addend = 8 * (count - 1 - i);
      object.symbols[0].relocs.push_back(use);
    }
    type.data.bytes.resize(8 * count);
    object.symbols.push_back(type);
    set_main(program, object);
  };
  set_uses(10000);
  uint64_t few = steps_of_link(program, LinkStatus::kOk);
  set_uses(80000);
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kOk));
}

TEST(HostileInputOfNewestGo, MayBeAMillionSymbols) {
  FakeProgram program(objfile::kNewestGoMinor);
  auto set_symbols = [&](unsigned count) {
    objfile::ObjectText object = main_object(program);
    for (unsigned i = 0; i < count; i++) {
      bool is_function = i % 16 == 0;
      object.symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, object.symbols.size()));
      object.symbols.push_back(
          symbol_of("main.s" + std::to_string(i), is_function ? "text" : "noptrdata", {0, 0x0b}));
    }
    set_main(program, object);
  };
  set_symbols(1000000 / 8);
  uint64_t few = steps_of_link(program, LinkStatus::kOk);
  set_symbols(1000000);
  EXPECT_IN_PROPORTION(few, steps_of_link(program, LinkStatus::kOk));
}

// Each symbol's name would be in the module, though they are one in the object.
TEST_P(HostileInput, IsThousandsOfFunctionsWithOneLongName) {
  auto set_functions = [&](FakeProgram &program, unsigned count) {
    objfile::ObjectText object = main_object(program);
    for (unsigned i = 0; i < count; i++) {
      object.symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, object.symbols.size()));
      object.symbols.push_back(symbol_of(std::string(8000, 'n'), "text", {0, 0x0b}));
      object.symbols.back().abi = "static";
    }
    set_main(program, object);
  };
  FakeProgram sound(GetParam()), program(GetParam());
  set_functions(sound, 4);
  EXPECT_EQ(sound.link(), LinkStatus::kOk) << sound.messages;
  set_functions(program, 2000);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages,
              HasSubstr("wald: error: main.a: broken object file: names or records overlap\n"));
}

// Each is looked up by all of its name, though nothing refers to it.
TEST_P(HostileInput, IsThousandsOfSymbolsWithOneLongName) {
  auto set_symbols = [&](FakeProgram &program, objfile::SymbolGroup group, unsigned count) {
    objfile::ObjectText object = main_object(program);
    for (unsigned i = 0; i < count; i++) {
      objfile::SymbolText &symbol = object.symbols.emplace_back();
      symbol.name.text = std::string(8000, 'n');
      symbol.group = group;
      symbol.kind = "noptrdata";
    }
    set_main(program, object);
  };
  for (objfile::SymbolGroup group : {objfile::SymbolGroup::kRef, objfile::SymbolGroup::kDef}) {
    FakeProgram sound(GetParam()), program(GetParam());
    set_symbols(sound, group, 1);
    EXPECT_EQ(sound.link(), LinkStatus::kOk) << sound.messages;
    set_symbols(program, group, 2000);
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
    EXPECT_EQ(program.messages, "wald: error: main.a: broken object file: names overlap\n");
  }
}

// They are gone through for each message about the symbol.
TEST_P(HostileInput, IsAFunctionWithThousandsOfAuxiliarySymbols) {
  auto set_auxes = [&](FakeProgram &program, unsigned count) {
    objfile::ObjectText object = main_object(program);
    objfile::AuxText aux = object.symbols[0].auxes[0];
    object.symbols[0].auxes.insert(object.symbols[0].auxes.end(), count, {"dwarfinfo", aux.target});
    set_main(program, object);
  };
  FakeProgram sound(GetParam()), program(GetParam());
  set_auxes(sound, 1000);
  EXPECT_EQ(sound.link(), LinkStatus::kOk) << sound.messages;
  set_auxes(program, 2000);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages,
              HasSubstr("broken object file: a symbol has more than 1024 auxiliary symbols"));
}

// Each object would be passed over whenever a symbol behind it is looked at.
TEST_P(HostileInput, MayBeObjectsWithoutSymbols) {
  FakeProgram program(GetParam());
  objfile::ObjectText object = main_object(program), empty = object;
  empty.symbols.clear();
  empty.is_main = false;
  std::string members;
  for (int i = 0; i < 300; i++)
    members += (i ? ", { name: x.o, data: '" : "{ name: _go_.o, data: '") +
               llvm::toHex(llvm::cantFail(objfile::encode_object(i ? empty : object)), true) +
               "' }";
  program.set_file(
      "main",
      objfile::to_string(llvm::cantFail(objfile::archive_from_yaml("members: [ " + members + " ]")))
          .str());
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  EXPECT_THAT(program.output(), HasSubstr("main.main"));
}

// Each message would be about one of them.
TEST_P(HostileInput, IsManyPackagesWithOneLongName) {
  FakeProgram program(GetParam());
  objfile::ObjectText object = main_object(program);
  for (unsigned i = 0; i < 1000; i++)
    object.autolibs.push_back({{std::string(8000, 'n')}, {}});
  set_main(program, object);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: main.a: broken object file: names overlap\n>>> package main\n");
}

TEST_P(HostileInput, IsAFunctionWithALongNameAndManyMistakes) {
  FakeProgram program(GetParam());
  objfile::ObjectText object = main_object(program);
  std::string name(1 << 20, 'n');
  object.symbols[0].relocs.push_back(reloc_to("R_KEEP", 0, object.symbols.size()));
  object.symbols.push_back(symbol_of(name, "text", {0, 0x0b}));
  for (int32_t i = 0; i < 1000; i++)
    object.symbols.back().relocs.push_back(reloc_to("R_ADDR", 100 + i, 0));
  set_main(program, object);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("nnn…"));
  EXPECT_LT(program.messages.size(), 1u << 20);
}

// Go's compiler writes neither, but nothing in a module forbids them.
TEST_P(HostileInput, MayBeNamesOfAMebibyteOrOfAnyBytes) {
  for (const std::string &name : {std::string(1 << 20, 'n'), std::string("\xff\xc0\x80\xe2\x82"),
                                  std::string("a\nb\x01\x7f")}) {
    FakeProgram program(GetParam());
    objfile::ObjectText object = llvm::cantFail(objfile::parse_object_yaml(
        test::complete_yaml(test::kFakeMain.str() + "  - { name: NAME, kind: text, data: 000b }\n",
                            program.version())));
    object.symbols.back().name.text = name;
    objfile::RelocText call;
    call.type = "R_CALL";
    call.offset = 1;
    call.target.to = objfile::NameText{name};
    object.symbols.front().relocs.push_back(call);
    program.set_file("main",
                     objfile::to_string(llvm::cantFail(objfile::encode_object(object))).str());
    EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  }
}

TEST_P(HostileInput, IsAProgramOfFourGibibytes) {
  for (const char *kind : {"noptrbss", "noptrdata", "rodata"}) {
    FakeProgram program(GetParam());
    std::string main = test::kFakeMain.str(), relocs, variables;
    for (const char *name : {"main.a", "main.b"}) {
      relocs += std::string("{ type: R_ADDR, offset: 2, to: ") + name + " }, ";
      variables += std::string("  - { name: ") + name + ", kind: " + kind +
                   ", size: 4294967295, align: 2147483648 }\n";
    }
    main.replace(main.find("    aux:"), 0, "    relocs: [ " + relocs + " ]\n");
    program.set_package("main", main + variables);
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
    EXPECT_EQ(program.messages, "wald: error: symbol main.a is too large: 4294967295 bytes\n"
                                ">>> main.a (main.a(_go_.o))\n"
                                "wald: error: symbol main.b is too large: 4294967295 bytes\n"
                                ">>> main.b (main.a(_go_.o))\n");
  }
}

TEST_P(HostileInput, IsManyVariablesOfTwoGigabytes) {
  FakeProgram program(GetParam());
  std::string main = test::kFakeMain.str(), relocs, variables;
  for (int i = 0; i < 100; i++) {
    std::string name = "main.v" + std::to_string(i);
    relocs += "{ type: R_ADDR, offset: 2, to: " + name + " }, ";
    variables += "  - { name: " + name + ", kind: noptrbss, size: 2000000000 }\n";
  }
  main.replace(main.find("    aux:"), 0, "    relocs: [ " + relocs + " ]\n");
  program.set_package("main", main + variables);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: the program has too much data: "));
}

} // namespace
} // namespace wald

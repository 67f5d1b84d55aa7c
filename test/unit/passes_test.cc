// Passes that succeed: small programs, and what each pass leaves behind.
#include "fake_program.h"
#include "linker/core/type_data.h"
#include "method_program.h"

#include "llvm/ADT/Sequence.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

using namespace test;
using testing::ElementsAre;

class Passes : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, Passes,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

using Names = std::vector<std::string>;

Names names_of(const Context &ctx, llvm::ArrayRef<SymId> ids) {
  Names names;
  for (SymId id : ids)
    names.push_back(name_of(ctx, id).str());
  return names;
}

// The targets of a symbol's relocations.
Names targets_of(const Context &ctx, SymId id) {
  Names names;
  SymbolView(ctx, id).for_each_reloc(
      [&](const Reloc &reloc) { names.push_back(name_of(ctx, reloc.target).str()); });
  return names;
}

std::string package(const std::string &imports, const std::string &symbols, bool is_main = false) {
  return std::string(is_main ? "\nmain: true" : "") + "\nautolibs: [ " + imports +
         " ]\nfiles: [ src/x.go ]\nsymbols:\n" + symbols;
}

const std::string kRuntimeImport = "{ path: runtime, fingerprint: '5255' }";

// -- input/resolve_symbols

// Equal contents are one symbol: that of the first, with the largest definition and alignment.
TEST_P(Passes, ResolveSymbolsByContent) {
  FakeProgram program(GetParam());
  auto with_data = [](const std::string &name, int size, int align) {
    return "  - { name: " + name +
           ", group: hashed, kind: rodata, flags: [ dupok ], size: " + std::to_string(size) +
           ", align: " + std::to_string(align) +
           ", data: 616263646566676869, hash: 000102030405060708090a0b0c0d0e0f }\n";
  };
  auto short_data = [](const std::string &data) {
    return "  - { name: s, group: hashed64, kind: rodata, flags: [ dupok ], data: " + data + " }\n";
  };
  program.set_package(
      "main",
      package(kRuntimeImport + ", { path: other }",
              function("main.main", "") + short_data("6162") + with_data("a", 12, 4), true));
  program.set_package("other",
                      package("", short_data("6162") + short_data("6163") + with_data("b", 40, 2)));
  Context &ctx = program.run({});
  const InputObject &main = *ctx.objects[0], &other = *ctx.objects[2];
  SymId first = main.local_symbol(main.obj.first_hashed());
  EXPECT_EQ(other.local_symbol(other.obj.first_hashed()), first);
  EXPECT_EQ(definition(ctx, first).object, 2u) << "the larger one";
  EXPECT_EQ(SymbolView(ctx, first).size(), 40u);
  EXPECT_EQ(SymbolView(ctx, first).explicit_alignment(), 4u);
  uint32_t main_short = main.obj.first_hashed64(), other_short = other.obj.first_hashed64();
  EXPECT_EQ(other.local_symbol(other_short), main.local_symbol(main_short));
  EXPECT_NE(other.local_symbol(other_short + 1), main.local_symbol(main_short));
}

// Of package symbols of one name the last is found by it, whichever thread comes to which object.
TEST_P(Passes, ResolveSymbolsToTheLastOfAName) {
  FakeProgram program(GetParam());
  std::string imports = kRuntimeImport;
  for (char name = 'a'; name <= 'z'; name++) {
    imports += std::string(", { path: ") + name + " }";
    program.set_package({name}, package("", "  - { name: wanted.v, kind: noptrdata, data: 01 }\n"));
  }
  program.set_package("main", package(imports,
                                      function("main.main", "{ type: R_ADDR, to: wanted.v }") +
                                          "  - { name: wanted.v, group: ref }\n",
                                      true));
  for (bool has_thread : {false, true}) {
    Context ctx(program.complete_options());
    if (has_thread)
      ctx.helper.create_thread();
    for (auto pass : {load_packages, plan_output, make_export_wrappers, resolve_symbols})
      pass(ctx);
    ctx.helper.stop();
    ASSERT_TRUE(ctx.ok());
    const Library &last = ctx.libraries[ctx.library_by_path.lookup("z")];
    Definition found = definition(ctx, find_symbol(ctx, "wanted.v"));
    EXPECT_EQ(found.object, last.objects.front());
  }
}

// -- input/linkname_check

TEST_P(Passes, CheckLinknamesAllowsWhatIsOffered) {
  FakeProgram program(GetParam());
  program.set_package("runtime", kFakeRuntime.str() + "  - { name: runtime.offered, group: nonpkg, "
                                                      "kind: text, data: 000b, flags: [ linkname ] "
                                                      "}\n");
  program.set_package(
      "main", package(kRuntimeImport,
                      function("main.main", call("runtime.offered")) +
                          "  - { name: runtime.offered, group: ref, flags: [ linkname ] }\n",
                      true));
  program.run({}); // without errors
}

// -- liveness/init_tasks

TEST_P(Passes, OrderInitTasksByImportsThenNames) {
  FakeProgram program(GetParam());
  auto record = [](const std::string &name, llvm::ArrayRef<std::string> imports, int size = 16) {
    std::string relocs;
    for (const std::string &import : imports)
      relocs += "{ type: R_INITORDER, to: " + import + "..inittask }, ";
    return "  - { name: " + name + "..inittask, kind: noptrdata, size: " + std::to_string(size) +
           ", relocs: [ " + relocs + "] }\n";
  };
  program.set_package("main", package(kRuntimeImport,
                                      function("main.main", "") + record("main", {"c", "a", "e"}) +
                                          record("a", {"b"}) + record("b", {}) + record("c", {}) +
                                          record("e", {}, /*size=*/8),
                                      true));
  Context &ctx = program.run({order_init_tasks});
  // e has nothing to run.
  EXPECT_THAT(targets_of(ctx, ctx.main_inittasks),
              ElementsAre("b..inittask", "a..inittask", "c..inittask", "main..inittask"));
}

// -- liveness/map_inits

TEST_P(Passes, PruneMapInitsOfUnusedMaps) {
  FakeProgram program(GetParam());
  program.set_package(
      "main",
      package(kRuntimeImport,
              function("main.main",
                       call("main.init") + ", { type: R_ADDR, offset: 1, to: main.used }") +
                  function("main.init",
                           "{ type: weak R_CALL, offset: 1, to: main.map.init.0 }, "
                           "{ type: weak R_CALL, offset: 1, to: main.map.init.1 }",
                           ", flags: [ pkginit ], aux: [ { kind: funcinfo, to: main.info } ]") +
                  function("main.map.init.0", "") + function("main.map.init.1", "") +
                  "  - { name: main.info, kind: rodata, data: FUNCINFO }\n"
                  "  - { name: main.used, kind: noptrbss, size: 8, relocs: [ { type: R_KEEP, to: "
                  "main.map.init.1 } ] }\n"
                  "  - { name: main.unused, kind: noptrbss, size: 8, relocs: [ { type: R_KEEP, to: "
                  "main.map.init.0 } ] }\n",
              true));
  Context &kept = program.run({order_init_tasks, mark_live_symbols});
  EXPECT_FALSE(is_reachable(kept, find_symbol(kept, "main.map.init.0")));
  EXPECT_FALSE(is_reachable(kept, find_symbol(kept, "runtime.mapinitnoop")));
  Context &ctx = program.run({order_init_tasks, mark_live_symbols, prune_map_inits});
  EXPECT_THAT(targets_of(ctx, find_symbol(ctx, "main.init")),
              ElementsAre("runtime.mapinitnoop", "main.map.init.1"));
  EXPECT_TRUE(is_reachable(ctx, find_symbol(ctx, "runtime.mapinitnoop")));
}

// -- tables/text_order

// The runtime first, then each package after its imports; what several packages can define comes
// last in the first that has it.
TEST_P(Passes, OrderFunctionsByPackage) {
  FakeProgram program(GetParam());
  auto shared = [](const std::string &name) {
    return "  - { name: '" + name +
           "', group: nonpkg, kind: text, flags: [ dupok ], data: 000b }\n";
  };
  auto ref = [](const std::string &name) { return "  - { name: " + name + ", group: ref }\n"; };
  program.set_package("main", package(kRuntimeImport + ", { path: a }",
                                      function("main.main", call("a.F") + ", " + call("main.f") +
                                                                ", " + call("eq")) +
                                          function("main.f", "") + shared("eq") + ref("a.F"),
                                      true));
  program.set_package(
      "a", package("{ path: b }", shared("eq") + function("a.F", call("b.F") + ", " + call("eq")) +
                                      function("a.unused", "") + ref("b.F")));
  program.set_package("b", package("", function("b.F", "")));
  Context &ctx = program.run_up_to(assign_func_indices);
  EXPECT_THAT(names_of(ctx, ctx.text),
              ElementsAre("go:buildid", "_rt0_wasm_wasip1", "runtime.unreachableMethod", "b.F",
                          "a.F", "eq", "main.main", "main.f"));
}

// -- tables/linker_variables

std::string type(const std::string &symbol, const std::string &text) {
  return "  - { name: 'type:" + symbol +
         "', kind: rodata, flags: [ gotype, typelink ], size: 48, " +
         "relocs: [ { type: R_ADDROFF, offset: 40, size: 4, to: 'name." + symbol + "' } ] }\n" +
         name_symbol("name." + symbol, text);
}

TEST_P(Passes, BuildTypeLinksInOrderOfTypeStrings) {
  FakeProgram program(GetParam());
  program.set_package("main",
                      package(kRuntimeImport,
                              function("main.main", "{ type: R_ADDR, offset: 1, to: 'type:c' }, "
                                                    "{ type: R_ADDR, offset: 1, to: 'type:a' }, "
                                                    "{ type: R_ADDR, offset: 1, to: 'type:b' }") +
                                  type("a", "[]int") + type("b", "map[int]int") +
                                  type("c", "*int") + type("unused", "*unused"),
                              true));
  Context &ctx = program.run_up_to(lay_out_data);
  SymId links = known(ctx, KnownSymbol::kTypeLink);
  const Names in_order = {"type:c", "type:a", "type:b"};
  if (!ctx.version->types_in_own_section) {
    EXPECT_EQ(targets_of(ctx, links), in_order);
    EXPECT_EQ(SymbolView(ctx, links).size(), 12u);
    return;
  }
  EXPECT_EQ(links, SymId::kNone);
  Names types;
  for (const Member &member : ctx.members[unsigned(Group::kType)])
    if (SymbolView(ctx, member.id).flag() & objfile::kFlagTypelink)
      types.push_back(name_of(ctx, member.id).str());
  EXPECT_EQ(types, in_order);
}

// -- layout/gc_program

std::string hex_words(llvm::ArrayRef<uint64_t> words) {
  std::string bytes;
  for (uint64_t word : words)
    bytes.append(reinterpret_cast<const char *>(&word), 8);
  return llvm::toHex(bytes, /*LowerCase=*/true);
}

// Words 0 and 1 are the sizes of all and of the part with pointers, byte 23 the kind.
std::string descriptor(const std::string &name, uint64_t size, uint64_t pointers, uint64_t kind,
                       const std::vector<uint64_t> &rest, const std::string &relocs) {
  std::vector<uint64_t> words = {size, pointers, kind << 56, 0, 0, 0};
  words.insert(words.end(), rest.begin(), rest.end());
  return "  - { name: 'type:" + name + "', kind: rodata, flags: [ gotype ], data: '" +
         hex_words(words) + "', relocs: [ " + relocs + " ] }\n";
}

std::string pointer_to(int offset, const std::string &name) {
  return "{ type: R_ADDR, offset: " + std::to_string(offset) + ", size: 8, to: '" + name + "' }";
}

// What a program says, a bit a word.
std::vector<bool> expand(Bytes program) {
  std::vector<bool> bits;
  objfile::Cursor cursor(program);
  while (uint8_t code = cursor.read<uint8_t>()) {
    if (code & 0x80) {
      uint64_t count = code & 0x7f ? code & 0x7f : cursor.read_uleb();
      for (uint64_t times = cursor.read_uleb(); times > 0; times--)
        for (uint64_t i = 0; i < count; i++)
          bits.push_back(bits[bits.size() - count]);
      continue;
    }
    for (Bytes literal = cursor.read_bytes((code + 7) / 8);
         unsigned i : llvm::seq(0u, unsigned(code)))
      bits.push_back(literal[i / 8] >> (i % 8) & 1);
  }
  EXPECT_FALSE(cursor.failed());
  return bits;
}

TEST_P(Passes, LayOutDataDescribesPointersToTheCollector) {
  FakeProgram program(GetParam());
  auto variable = [](const std::string &name, int size) {
    return "  - { name: main." + name + ", kind: bss, size: " + std::to_string(size) +
           ", align: 8, aux: [ { kind: gotype, to: 'type:" + name + "' } ] }\n";
  };
  program.set_package(
      "main",
      package(kRuntimeImport,
              function("main.main", "{ type: R_ADDR, offset: 1, to: main.pointer }, "
                                    "{ type: R_ADDR, offset: 1, to: main.struct }, "
                                    "{ type: R_ADDR, offset: 1, to: main.array }") +
                  variable("pointer", 8) + variable("struct", 24) + variable("array", 24 * 50) +
                  descriptor("int", 8, 0, 2, {}, "") +
                  descriptor("pointer", 8, 8, 22, {0}, pointer_to(32, "mask")) +
                  "  - { name: mask, kind: rodata, data: '01' }\n" +
                  // int, pointer, int
                  descriptor("struct", 24, 16, 25, {0, 0, 3, 3, 0, 0, 0, 0, 0, 8, 0, 0, 16},
                             pointer_to(88, "type:int") + ", " + pointer_to(112, "type:pointer") +
                                 ", " + pointer_to(136, "type:int")) +
                  descriptor("array", 24 * 50, 24 * 49 + 16, 17, {0, 0, 50},
                             pointer_to(48, "type:struct")),
              true));
  Context &ctx = program.run_up_to(lay_out_data);
  std::vector<bool> expected = {true, false, true, false};
  for (int i = 0; i < 50; i++)
    expected.insert(expected.end(), {false, true, false});
  EXPECT_EQ(expand(SymbolView(ctx, known(ctx, KnownSymbol::kGcBss)).data()), expected);
  EXPECT_EQ(expand(SymbolView(ctx, known(ctx, KnownSymbol::kGcData)).data()), std::vector<bool>());
}

// -- objfile/known_symbols

TEST_P(Passes, DefineTheKnownSymbolsOfTheVersion) {
  FakeProgram program(GetParam());
  Context &ctx = program.run_up_to(lay_out_data);
  for (size_t i = 0; i < objfile::kKnownSymbols.size(); i++) {
    const objfile::KnownSymbolInfo &info = objfile::kKnownSymbols[i];
    SymId id = known(ctx, KnownSymbol(i));
    bool is_made =
        id != SymId::kNone && SymbolView(ctx, id).is_owned() && SymbolView(ctx, id).is_defined();
    bool should_be = info.reserved == objfile::Reserved::kYes && info.is_in(GetParam()) &&
                     // The fake runtime wants the first not, and no program has the other.
                     KnownSymbol(i) != KnownSymbol::kRuntimeInitTasks &&
                     KnownSymbol(i) != KnownSymbol::kPluginTabs;
    if (KnownSymbol(i) == KnownSymbol::kBuildVersion)
      continue; // a copy where it is a variable
    EXPECT_EQ(is_made, should_be) << info.name.str();
  }
}

// An object's variable under a name of the linker's becomes the linker's before the task that sorts
// data begins to look at definitions.
TEST_P(Passes, TakeOverNamesOfTheLinkerInTime) {
  FakeProgram program(GetParam());
  program.set_package(
      "main", package(kRuntimeImport,
                      function("main.main", "{ type: R_ADDR, offset: 1, to: runtime.end }") +
                          "  - { name: runtime.end, group: nonpkg, kind: noptrbss, "
                          "size: 1, flags: [ linkname ] }\n",
                      true));
  for (unsigned threads : {1, 2}) {
    program.options.threads = threads;
    EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  }
}

} // namespace
} // namespace wald

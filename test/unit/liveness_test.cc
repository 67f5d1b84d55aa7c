// What is live, why, and what would be under other conditions.
#include "linker/liveness/explain.h"

#include "fake_program.h"
#include "linker/core/name_pattern.h"
#include "method_program.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

using namespace test;
using testing::ElementsAre;

// A main package in which liveness can be asked.
class Program {
public:
  explicit Program(int minor, const std::string &symbols) : fake_(minor) {
    fake_.set_package("main", "\nmain: true\nfingerprint: '4d41'\n"
                              "autolibs: [ { path: runtime, fingerprint: '5255' } ]\nsymbols:\n" +
                                  kFuncType.str() + symbols);
    ctx_ = &fake_.run({order_init_tasks});
  }

  const Context &context() const { return *ctx_; }
  SymId id(llvm::StringRef name) const {
    SymId found = find_symbol(*ctx_, name);
    EXPECT_NE(found, SymId::kNone) << name.str();
    return found;
  }
  LivenessRequest request() const { return request_of_program(*ctx_); }
  // Those of the names that are live.
  std::vector<std::string> live(const Liveness &liveness, llvm::ArrayRef<std::string> names) const {
    std::vector<std::string> found;
    for (const std::string &name : names)
      if (liveness.is_live(id(name)))
        found.push_back(name);
    return found;
  }
  std::vector<std::string> live(llvm::ArrayRef<std::string> names) const {
    return live(find_live_symbols(*ctx_, request()), names);
  }
  std::vector<std::string> path(const Causes &causes, llvm::StringRef name) const {
    std::vector<std::string> names;
    for (SymId step : causes.path_to(id(name)))
      names.push_back(name_of(*ctx_, step).str());
    return names;
  }

private:
  FakeProgram fake_;
  Context *ctx_;
};

class LivenessTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, LivenessTest,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

TEST_P(LivenessTest, FollowsReferencesButNotWeakOnesAndMarkers) {
  Program program(GetParam(),
                  function("main.main", call("main.f") +
                                            ", { type: weak R_CALL, offset: 1, to: main.weak }, "
                                            "{ type: R_USETYPE, to: main.used }") +
                      function("main.f", "{ type: R_ADDR, offset: 1, to: main.data }") +
                      function("main.weak", "") + function("main.used", "") +
                      function("main.unused", call("main.f")) +
                      "  - { name: main.data, kind: noptrdata, size: 8, relocs: [ { type: R_ADDR, "
                      "offset: 0, size: 8, to: main.pointed } ] }\n" +
                      function("main.pointed", ""));
  EXPECT_THAT(
      program.live({"main.main", "main.f", "main.weak", "main.used", "main.unused", "main.data",
                    "main.pointed", "runtime.unreachableMethod"}),
      ElementsAre("main.main", "main.f", "main.data", "main.pointed", "runtime.unreachableMethod"));
}

const std::vector<std::string> kMethods = {"main.T.Read", "main.T.Write", "main.T.close"};

std::string types() {
  return type_with_methods("main.T", {"Read", "Write", "close"}) +
         interface_with_method("main.Reader", "Read") + name_symbol("name.Read", "Read") +
         name_symbol("name.Write", "Write") + name_symbol("name.close", "close") +
         "  - { name: main.methodname, kind: rodata, text: Write }\n";
}

TEST_P(LivenessTest, KeepsMethodsOfTypesInInterfacesThatAreCalled) {
  auto live_with = [](const std::string &relocs) {
    return Program(GetParam(), function("main.main", relocs) + types()).live(kMethods);
  };
  const std::string by_name = "{ type: R_USENAMEDMETHOD, to: main.methodname }";
  const std::string type = "{ type: R_ADDR, offset: 1, to: 'type:main.T' }";
  const std::string convert = type + ", " + to_interface("main.T");
  EXPECT_THAT(live_with(convert + ", " + call_through("main.Reader")), ElementsAre("main.T.Read"));
  EXPECT_THAT(live_with(call_through("main.Reader") + ", " + convert), ElementsAre("main.T.Read"));
  EXPECT_THAT(live_with(convert + ", " + by_name), ElementsAre("main.T.Write"));
  EXPECT_THAT(live_with(convert), ElementsAre());
  // The descriptor alone is no conversion, and a conversion without it is of no value.
  EXPECT_THAT(live_with(type + ", " + call_through("main.Reader")), ElementsAre());
  EXPECT_THAT(live_with(to_interface("main.T") + ", " + call_through("main.Reader")),
              ElementsAre());
}

// A dictionary of generic code says what is converted; the code calls methods by name.
TEST_P(LivenessTest, FollowsGenericDictionaries) {
  std::string dictionary = "  - { name: 'main..dict.F[main.T]', kind: rodata, size: 8, flags: [ "
                           "dict ], relocs: [ { type: R_ADDR, offset: 0, size: 8, to: "
                           "'type:main.T' }, " +
                           to_interface("main.T") + " ] }\n";
  Program program(
      GetParam(),
      function("main.main",
               "{ type: R_ADDR, offset: 1, to: 'main..dict.F[main.T]' }, " + call("main.F")) +
          function("main.F", "{ type: R_USENAMEDMETHOD, to: main.methodname }") + dictionary +
          types());
  EXPECT_THAT(program.live(kMethods), ElementsAre("main.T.Write"));
}

// A part of a type in an interface can get into one by reflection.
TEST_P(LivenessTest, TakesPartsOfTypesInInterfacesForSuch) {
  std::string outer = "  - { name: 'type:main.Outer', kind: rodata, flags: [ gotype ], size: 64, "
                      "relocs: [ { type: R_ADDR, offset: 48, size: 8, to: 'type:main.T' } ] }\n";
  std::string main = to_interface("main.Outer") + ", " + call_through("main.Reader");
  std::string refers = ", { type: R_ADDR, offset: 1, to: 'type:main.Outer' }";
  EXPECT_THAT(Program(GetParam(), function("main.main", main) + outer + types()).live(kMethods),
              ElementsAre());
  EXPECT_THAT(
      Program(GetParam(), function("main.main", main + refers) + outer + types()).live(kMethods),
      ElementsAre("main.T.Read"));
}

std::string reflecting_program() {
  return function("main.main", to_interface("main.T") + ", " +
                                   "{ type: R_ADDR, offset: 1, to: 'type:main.T' }, " +
                                   call("main.reflect") + ", " + call("main.read")) +
         function("main.reflect", "", ", flags: [ reflectmethod ]") +
         function("main.read", call_through("main.Reader")) + types();
}

TEST_P(LivenessTest, CanBeAskedAgainUnderOtherConditions) {
  Program program(GetParam(), reflecting_program());
  EXPECT_THAT(program.live(kMethods), ElementsAre("main.T.Read", "main.T.Write"));

  LivenessRequest without_reflection = program.request();
  without_reflection.reflection_keeps_methods = false;
  Liveness less = find_live_symbols(program.context(), without_reflection);
  EXPECT_THAT(program.live(less, kMethods), ElementsAre("main.T.Read"));
  EXPECT_TRUE(less.is_live(program.id("main.reflect")));

  LivenessRequest without_function = program.request();
  without_function.left_out = {program.id("main.reflect"), program.id("main.read")};
  less = find_live_symbols(program.context(), without_function);
  EXPECT_THAT(program.live(less, kMethods), ElementsAre());
  EXPECT_FALSE(less.is_live(program.id("main.read")));

  Liveness other_root = find_live_symbols(
      program.context(), {{{program.id("main.read"), RootKind::kEntry}}, true, nullptr, {}});
  EXPECT_FALSE(other_root.is_live(program.id("main.main")));
  EXPECT_TRUE(other_root.is_live(program.id("main.read")));

  EXPECT_THAT(program.live(kMethods), ElementsAre("main.T.Read", "main.T.Write"));
  EXPECT_FALSE(is_reachable(program.context(), program.id("main.main")));
}

TEST_P(LivenessTest, LeavesOutMethodsThatReflectionMayNotCall) {
  Program program(GetParam(), reflecting_program());
  LivenessRequest request = program.request();
  auto live_with = [&](const char *pattern) {
    NamePatterns patterns;
    patterns.add(pattern);
    request.reflected_methods = &patterns;
    return find_live_symbols(program.context(), request);
  };
  // Read is called through an interface.
  Liveness less = live_with("none");
  EXPECT_THAT(program.live(less, kMethods), ElementsAre("main.T.Read"));
  ASSERT_EQ(less.left_out_methods.size(), 1u);
  EXPECT_EQ(less.left_out_methods[0].name, "Write");
  for (SymId function : less.left_out_methods[0].functions)
    EXPECT_EQ(function, program.id("main.T.Write"));
  EXPECT_TRUE(less.is_live(program.id("type:func()")));
  for (const char *pattern : {"Write", "Wri*", "main.T.Write", "main.*"}) {
    Liveness all = live_with(pattern);
    EXPECT_THAT(program.live(all, kMethods), ElementsAre("main.T.Read", "main.T.Write"));
    EXPECT_TRUE(all.left_out_methods.empty());
  }
  request.reflection_keeps_methods = false;
  EXPECT_TRUE(live_with("none").left_out_methods.empty());
}

// The fake runtime with a function of the shape that Go's has.
std::string runtime_with_template() {
  std::string text = kFakeRuntime.str();
  constexpr llvm::StringLiteral kOld =
      "  - { name: runtime.unreachableMethod, kind: text, data: 00000b }\n";
  size_t at = text.find(kOld);
  EXPECT_NE(at, std::string::npos);
  text.replace(at, kOld.size(), R"(
  - name: runtime.unreachableMethod
    kind: text
    data: 00423703002001ad42087ca7420537030042370300100b
    relocs: [ { type: R_ADDR, offset: 2, to: 'go:string."hello"' },
              { type: R_ADDR, offset: 18, to: runtime.unreachableMethod, addend: 2 },
              { type: R_CALL, offset: 22, to: runtime.throw } ]
  - { name: runtime.throw, kind: text, data: 000b }
  - { name: runtime.gopanic, kind: text, data: 000b }
  - { name: 'type:string', kind: rodata, flags: [ gotype ], size: 48, data: '10' }
  - { name: 'go:string."hello"', kind: rodata, size: 5, data: 68656c6c6f }
)");
  return text;
}

TEST_P(LivenessTest, MakesAFunctionForEachNameThatIsLeftOut) {
  FakeProgram fake(GetParam());
  fake.options.reflect_methods = {"none"};
  fake.set_package("runtime", runtime_with_template());
  fake.set_package("main", "\nmain: true\nsymbols:\n" + kFuncType.str() + reflecting_program());
  Context &ctx =
      fake.run({order_init_tasks, mark_live_symbols, prune_map_inits, make_method_stubs});
  ASSERT_EQ(ctx.method_stubs.size(), 1u);
  SymbolView stub(ctx, ctx.method_stubs[0]);
  EXPECT_EQ(ctx.stub_of_method.lookup(find_symbol(ctx, "main.T.Write")), stub.id());
  EXPECT_EQ(stub.name(), "reflect.methodLeftOut.Write");
  EXPECT_EQ(llvm::toHex(stub.data(), /*LowerCase=*/true),
            "00423703002001ad42087ca74237030042370300100b");
  std::vector<std::string> relocs;
  stub.for_each_reloc([&](const Reloc &reloc) {
    relocs.push_back(std::to_string(reloc.offset) + " " + name_of(ctx, reloc.target).str() + "+" +
                     std::to_string(reloc.addend));
  });
  EXPECT_THAT(relocs, ElementsAre("2 type:string+0", "13 reflect.methodLeftOutText.Write+0",
                                  "17 reflect.methodLeftOut.Write+2", "21 runtime.gopanic+0"));
  SymId text = SymId::kNone;
  stub.for_each_reloc([&](const Reloc &reloc) { text = reloc.offset == 13 ? reloc.target : text; });
  EXPECT_EQ(objfile::to_string(SymbolView(ctx, text).data()).drop_front(16),
            "reflect: method Write is not in the program: --reflect-methods does not name it");
  EXPECT_EQ(SymbolView(ctx, text).data()[8], 79);
}

TEST_P(LivenessTest, MakesNoneOfARuntimeThatItDoesNotKnow) {
  FakeProgram fake(GetParam());
  fake.options.reflect_methods = {"none"};
  fake.set_package("main", "\nmain: true\nsymbols:\n" + kFuncType.str() + reflecting_program());
  EXPECT_EQ(fake.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(fake.messages, "wald: error: --reflect-methods: runtime.unreachableMethod is not as "
                           "expected in " +
                               fake.version() + "\n");
}

TEST_P(LivenessTest, CanBeAskedAgainAfterTheLinkHasMarked) {
  FakeProgram fake(GetParam());
  fake.set_package("main", "\nmain: true\nsymbols:\n" + kFuncType.str() + reflecting_program());
  Context &ctx = fake.run({order_init_tasks, mark_live_symbols});
  SymId write = find_symbol(ctx, "main.T.Write");
  EXPECT_TRUE(is_reachable(ctx, write));
  LivenessRequest request = request_of_program(ctx);
  EXPECT_TRUE(find_live_symbols(ctx, request).is_live(write));
  request.roots = {{find_symbol(ctx, "main.read"), RootKind::kEntry}};
  EXPECT_FALSE(find_live_symbols(ctx, request).is_live(find_symbol(ctx, "main.T.Read")));
}

TEST_P(LivenessTest, KnowsTheFirstCauseOfEachSymbol) {
  Program program(GetParam(), function("main.main", call("main.f")) +
                                  function("main.f", call("main.g")) +
                                  function("main.g", call("main.f") + ", " + call("main.main")));
  Causes causes;
  find_live_symbols(program.context(), program.request(), causes);
  EXPECT_THAT(program.path(causes, "main.g"),
              ElementsAre("_rt0_wasm_wasip1", "main.main", "main.f", "main.g"));
  const Cause *cause = causes.of(program.id("main.g"));
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->by.kind, Reference::Kind::kReloc);
  EXPECT_EQ(cause->by.type, objfile::kRelocCall);
  EXPECT_EQ(cause->by.offset, 1);
  EXPECT_EQ(cause->call, CallKind::kNotCalled);
  const Cause *root = causes.of(program.id("runtime.unreachableMethod"));
  ASSERT_TRUE(root);
  EXPECT_EQ(root->by.kind, Reference::Kind::kRoot);
  EXPECT_EQ(RootKind(root->by.type), RootKind::kUnreachableMethod);
  EXPECT_EQ(causes.of(program.id("runtime.mapinitnoop")), nullptr);
  EXPECT_THAT(program.path(causes, "runtime.mapinitnoop"), ElementsAre());
}

TEST_P(LivenessTest, KnowsBothCausesOfAMethod) {
  Program program(GetParam(),
                  function("main.main", call("main.convert") + ", " + call("main.read")) +
                      function("main.convert", to_interface("main.T") +
                                                   ", { type: R_ADDR, offset: 1, to: "
                                                   "'type:main.T' }") +
                      function("main.read", call_through("main.Reader")) + types());
  Causes causes;
  find_live_symbols(program.context(), program.request(), causes);
  const Cause *method = causes.of(program.id("main.T.Read"));
  ASSERT_TRUE(method);
  EXPECT_EQ(method->by.kind, Reference::Kind::kMethod);
  EXPECT_EQ(method->by.from, program.id("type:main.T"));
  EXPECT_EQ(method->call, CallKind::kThroughInterface);
  EXPECT_EQ(method->call_by.from, program.id("main.read"));
  const Reference *conversion = causes.in_interface(program.id("type:main.T"));
  ASSERT_TRUE(conversion);
  EXPECT_EQ(conversion->from, program.id("main.convert"));
  EXPECT_EQ(conversion->type, objfile::kRelocUseIface);
  EXPECT_THAT(
      program.path(causes, "main.T.Read"),
      ElementsAre("_rt0_wasm_wasip1", "main.main", "main.convert", "type:main.T", "main.T.Read"));
}

TEST_P(LivenessTest, KnowsTheFunctionThatReflects) {
  Program program(GetParam(), reflecting_program());
  Causes causes;
  find_live_symbols(program.context(), program.request(), causes);
  const Cause *method = causes.of(program.id("main.T.Write"));
  ASSERT_TRUE(method);
  EXPECT_EQ(method->call, CallKind::kByReflection);
  EXPECT_EQ(method->call_by.from, program.id("main.reflect"));
}

// The type is visited again when a method of its own converts it. Its first cause stays, or causes
// would run in a circle.
TEST_P(LivenessTest, KeepsTheFirstCauseOfWhatIsVisitedAgain) {
  std::string part = "{ type: R_ADDR, offset: 32, size: 8, to: main.helper }";
  Program program(GetParam(),
                  function("main.main", "{ type: R_ADDR, offset: 1, to: 'type:main.U' }, " +
                                            call_through("main.Reader")) +
                      type_with_methods("main.U", {"Read"}, part) +
                      "  - { name: main.helper, kind: text, data: 000b, relocs: [ " +
                      to_interface("main.U") + " ] }\n" +
                      interface_with_method("main.Reader", "Read") +
                      name_symbol("name.Read", "Read"));
  Causes causes;
  Liveness live = find_live_symbols(program.context(), program.request(), causes);
  EXPECT_TRUE(live.is_live(program.id("main.U.Read")));
  EXPECT_EQ(causes.of(program.id("type:main.U"))->by.from, program.id("main.main"));
  EXPECT_EQ(causes.in_interface(program.id("type:main.U"))->from, program.id("main.helper"));
  EXPECT_THAT(program.path(causes, "main.helper"),
              ElementsAre("_rt0_wasm_wasip1", "main.main", "type:main.U", "main.helper"));
}

// -- The nearest causes

TEST_P(LivenessTest, KnowsTheShortestChain) {
  Program program(GetParam(),
                  function("main.main", call("main.direct") + ", " + call("main.a")) +
                      function("main.a", call("main.b")) + function("main.b", call("main.c")) +
                      function("main.c", call("main.wanted")) +
                      function("main.direct", call("main.wanted") + ", " + call("main.c")) +
                      function("main.wanted", call("main.a")));
  NearestCauses causes;
  Liveness live = find_live_symbols(program.context(), program.request(), causes);
  EXPECT_THAT(program.path(causes, "main.wanted"),
              ElementsAre("_rt0_wasm_wasip1", "main.main", "main.direct", "main.wanted"));
  EXPECT_THAT(program.path(causes, "main.c"),
              ElementsAre("_rt0_wasm_wasip1", "main.main", "main.direct", "main.c"));
  EXPECT_THAT(program.path(causes, "main.b"),
              ElementsAre("_rt0_wasm_wasip1", "main.main", "main.a", "main.b"));
  EXPECT_THAT(program.live(live, {"main.a", "main.b", "main.wanted"}),
              ElementsAre("main.a", "main.b", "main.wanted"));
}

// Two calls, of which one is near and the other far; the type comes in between.
std::string program_with_two_calls() {
  return function("main.main", call("main.convert") + ", " + call("main.a")) +
         function("main.convert", to_interface("main.T") + ", { type: R_ADDR, offset: 1, to: "
                                                           "'type:main.T' }") +
         function("main.a", call("main.b") + ", " + call("main.far")) +
         function("main.far", call("main.farther")) +
         function("main.farther", call_through("main.Reader")) +
         function("main.b", call_through("main.Reader")) + types();
}

TEST_P(LivenessTest, KnowsTheNearestCallOfAMethod) {
  Program program(GetParam(), program_with_two_calls());
  NearestCauses causes;
  find_live_symbols(program.context(), program.request(), causes);
  const Cause *method = causes.of(program.id("main.T.Read"));
  ASSERT_TRUE(method);
  EXPECT_EQ(method->by.from, program.id("type:main.T"));
  EXPECT_EQ(method->call_by.from, program.id("main.b"));
}

TEST_P(LivenessTest, FindsTheSameInAnyOrder) {
  for (const std::string &text : {reflecting_program(), program_with_two_calls()}) {
    Program program(GetParam(), text);
    NearestCauses nearest;
    Liveness by_distance = find_live_symbols(program.context(), program.request(), nearest);
    Liveness live = find_live_symbols(program.context(), program.request());
    for (uint32_t n = 1; n <= program.context().num_positional; n++)
      EXPECT_EQ(by_distance.attributes[n], live.attributes[n]) << n;
  }
}

// -- In words

std::vector<std::string> explained(const Program &program, llvm::StringRef name) {
  NearestCauses causes;
  find_live_symbols(program.context(), program.request(), causes);
  return Explainer(program.context(), causes).reasons(program.id(name));
}

TEST_P(LivenessTest, ExplainsAFunction) {
  Program program(GetParam(), function("main.main", call("main.f")) +
                                  function("main.f", "{ type: R_ADDR, offset: 1, to: main.g }") +
                                  function("main.g", "") + function("main.unused", ""));
  EXPECT_THAT(
      explained(program, "main.g"),
      ElementsAre("referenced by main.f (package main)", "called by main.main (package main)",
                  "called by _rt0_wasm_wasip1 (package runtime)", "root: the program's entry"));
  EXPECT_THAT(explained(program, "main.unused"), ElementsAre());
}

TEST_P(LivenessTest, ExplainsBothCausesOfAMethod) {
  std::string end = "called by _rt0_wasm_wasip1 (package runtime)";
  EXPECT_THAT(explained(Program(GetParam(), program_with_two_calls()), "main.T.Read"),
              ElementsAre("method of type:main.T (package main)",
                          "referenced by main.convert (package main)",
                          "called by main.main (package main)", end, "root: the program's entry",
                          "called through an interface by main.b (package main)",
                          "called by main.a (package main)", "called by main.main (package main)",
                          end, "root: the program's entry"));
  EXPECT_THAT(explained(Program(GetParam(), reflecting_program()), "main.T.Write"),
              ElementsAre("method of type:main.T (package main)",
                          "referenced by main.main (package main)", end,
                          "root: the program's entry",
                          "may be called by reflection, by main.reflect (package main)",
                          "called by main.main (package main)", end, "root: the program's entry"));
}

// What is put into an interface elsewhere than where it is referred to.
TEST_P(LivenessTest, ExplainsTheConversionToAnInterface) {
  Program program(GetParam(), function("main.main", "{ type: R_ADDR, offset: 1, to: "
                                                    "'type:main.T' }, " +
                                                        call("main.convert")) +
                                  function("main.convert", to_interface("main.T") + ", " +
                                                               call_through("main.Reader")) +
                                  types());
  std::string entry = "called by _rt0_wasm_wasip1 (package runtime)";
  EXPECT_THAT(
      explained(program, "main.T.Read"),
      ElementsAre("method of type:main.T (package main)", "referenced by main.main (package main)",
                  entry, "root: the program's entry",
                  "its type is put into an interface by main.convert (package main)",
                  "called by main.main (package main)", entry, "root: the program's entry",
                  "called through an interface by main.convert (package main)",
                  "called by main.main (package main)", entry, "root: the program's entry"));
}

} // namespace
} // namespace wald

// Sizes: rows add up to the file, differences and budgets, and what symbols keep in the program.
#include "linker/size/output.h"

#include "go_program.h"
#include "linker/liveness/liveness.h"
#include "linker/liveness/reference_graph.h"
#include "linker/output/module_plan.h"
#include "linker/size/byte_walk.h"
#include "linker/size/inspected.h"
#include "method_program.h"
#include "objfile/support/byte_count.h"
#include "pass_runner.h"

#include "llvm/Support/JSON.h"
#include "gmock/gmock.h"

namespace wald {
namespace {

using namespace size;
using testing::ElementsAre;
using testing::HasSubstr;

std::string printed(llvm::function_ref<void(llvm::raw_ostream &)> write) {
  std::string text;
  llvm::raw_string_ostream out(text);
  write(out);
  return text;
}

uint64_t sum_of(const Report &report) {
  uint64_t sum = 0;
  for (const Row &row : report.rows())
    sum += row.size;
  return sum;
}

// -- Who owns which byte

TEST(MemoryMap, GivesBytesThatSeveralClaimToTheFirst) {
  MemoryMap map;
  map.add(20, 10, RowId(2), Kind::kVariable);
  map.add(10, 12, RowId(1), Kind::kString);
  map.add(10, 4, RowId(3), Kind::kString);
  map.add(25, 0, RowId(4), Kind::kString);
  map.finish();
  map.fill(0, 40, RowId(9), Kind::kConstant);
  std::vector<std::string> pieces;
  map.for_each_piece(8, 45, [&](uint64_t size, const MemoryMap::Extent *extent) {
    pieces.push_back(std::to_string(size) + " " +
                     (extent ? std::to_string(uint32_t(extent->row)) : "nobody"));
  });
  EXPECT_THAT(pieces, ElementsAre("2 9", "12 1", "8 2", "10 9", "5 nobody"));
  EXPECT_EQ(map.at(9)->row, RowId(9));
  EXPECT_EQ(map.at(22)->row, RowId(2));
  EXPECT_EQ(map.at(0)->row, RowId(9));
  EXPECT_EQ(map.at(40), nullptr);
}

TEST(GoNames, HavePackagesAndGenerics) {
  EXPECT_EQ(package_of_function("main.main"), "main");
  EXPECT_EQ(package_of_function("example.org/a/b.(*T).M"), "example.org/a/b");
  EXPECT_EQ(package_of_function("slices.Sort[example.org/a.T]"), "slices");
  EXPECT_EQ(package_of_function("type:.eq.main.T"), "");
  EXPECT_EQ(package_of_function("go:buildid"), "");
  EXPECT_EQ(package_of_function("memeqbody"), "");
  EXPECT_EQ(generic_of("slices.Sort[int]"), "slices.Sort");
  EXPECT_EQ(generic_of("main.main"), "");
  EXPECT_EQ(generic_of("type:map[string]int"), "");
}

TEST(GoNames, LeadToModules) {
  Report report(0);
  report.go_version = "go1.27.4";
  ModuleList modules(report, "path\texample.org/a/cmd\nmod\texample.org/a\t(devel)\t\n"
                             "dep\texample.org/a/b\tv1.2.3\th1:x\n");
  auto module_of = [&](StringRef package) {
    return report.modules[modules.module_of(package)].path;
  };
  EXPECT_EQ(module_of("main"), "example.org/a");
  EXPECT_EQ(module_of("example.org/a/x"), "example.org/a");
  EXPECT_EQ(module_of("example.org/a/b"), "example.org/a/b");
  EXPECT_EQ(module_of("example.org/a/bc"), "example.org/a");
  EXPECT_EQ(module_of("internal/abi"), "std");
  EXPECT_EQ(module_of("vendor/golang.org/x/net"), "std");
  EXPECT_EQ(module_of("other.org/x"), "<module unknown>");
  EXPECT_EQ(module_of("<wasm>"), "<wasm>");
}

class SizeOfModules : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Minor, SizeOfModules, testing::Values(24, 25, 26, 27));

TEST_P(SizeOfModules, RowsOfAModuleAloneAddUp) {
  test::ByteVector bytes = test::GoProgram::small(GetParam()).build();
  llvm::Expected<wasm::Module> wasm = wasm::read_module(bytes);
  ASSERT_TRUE(bool(wasm));
  llvm::Expected<inspect::GoModule> module = inspect::GoModule::open(*wasm);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  Report report(bytes.size());
  attribute_module(*module, report);
  EXPECT_EQ(sum_of(report), bytes.size());
  EXPECT_EQ(report.size_of(Kind::kHeader), 8u);
  EXPECT_GT(report.size_of(Kind::kFuncNames), 0u);
  const Row *main =
      llvm::find_if(report.rows(), [](const Row &row) { return row.name == "main.main"; });
  ASSERT_NE(main, report.rows().end());
  EXPECT_TRUE(main->has(Kind::kCode) && main->has(Kind::kFunctions) && main->has(Kind::kFuncNames));
  EXPECT_EQ(report.package_of(*main).path, "main");
  EXPECT_FALSE(report.notes.empty());
}

// -- Links

class SizeOfLinks : public testing::TestWithParam<std::tuple<int, unsigned>> {
protected:
  SizeOfLinks() : program_(std::get<0>(GetParam())) {
    program_.options.threads = std::get<1>(GetParam());
    program_.set_package("runtime", test::with_valid_bodies(test::kFakeRuntime));
    program_.set_package("main", test::main_with_calls());
  }
  std::string file(const char *name) const { return program_.path(name); }
  std::string text_of_file(const char *name) const {
    std::stringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }

  test::FakeProgram program_;
};
INSTANTIATE_TEST_SUITE_P(VersionsAndThreads, SizeOfLinks,
                         testing::Combine(testing::Values(24, 25, 26, 27), testing::Values(1, 2)));

TEST_P(SizeOfLinks, RowsAddUpAndTheModuleIsTheSame) {
  ASSERT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
  std::string plain = program_.output();
  program_.options.reports.sizes.files = {file("s.json"), file("s.csv"), file("s.txt"),
                                          file("s.html")};
  ASSERT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
  EXPECT_EQ(program_.output(), plain);
  llvm::Expected<llvm::json::Value> read = llvm::json::parse(text_of_file("s.json"));
  ASSERT_TRUE(bool(read));
  const llvm::json::Object &report = *read->getAsObject();
  EXPECT_EQ(report.getInteger("size"), int64_t(plain.size()));
  int64_t sum = 0, of_f = 0, of_data = 0;
  for (const llvm::json::Value &value : *report.getArray("symbols")) {
    const llvm::json::Object &symbol = *value.getAsObject();
    sum += *symbol.getInteger("size");
    if (symbol.getString("name") == "main.f")
      of_f = *symbol.getObject("parts")->getInteger("code");
    if (symbol.getString("name") == "main.data")
      of_data = *symbol.getObject("parts")->getInteger("variable");
  }
  EXPECT_EQ(sum, int64_t(plain.size()));
  EXPECT_EQ(of_f, 5);
  EXPECT_THAT(of_data, testing::AllOf(testing::Ge(5), testing::Le(16))); // without most zeros
  EXPECT_THAT(text_of_file("s.txt"), HasSubstr("main:(main.data) variable"));
  EXPECT_THAT(text_of_file("s.html"), HasSubstr("\"main.data\""));
}

TEST_P(SizeOfLinks, ABudgetLeavesNoFile) {
  program_.options.reports.sizes.files = {file("old.json")};
  ASSERT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
  program_.options.reports.sizes.files.clear();
  program_.options.reports.sizes.budget = "100";
  unlink(program_.options.output.c_str());
  EXPECT_NE(program_.link_in_vain(), LinkStatus::kOk);
  EXPECT_THAT(program_.messages, HasSubstr("error: the module has "));
  EXPECT_THAT(program_.messages, HasSubstr(">>> package "));
  program_.options.reports.sizes.budget = "1M";
  EXPECT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
}

// -- Differences and budgets

class Differences : public testing::Test {
protected:
  Differences() : report_(100) {
    report_.file = "new.wasm";
    report_.modules.push_back({"std", "", 0, {}});
    for (StringRef path : {"fmt", "main", "example.org/a", "example.org/a/b"})
      report_.packages.push_back({path, 0, 0, {}, 0});
    add("fmt.Println", 0, 40);
    add("main.main", 1, 30);
    add("main.main", 1, 10);
    add("a.f", 2, 15);
    add("b.f", 3, 5);
    report_.finish();
    before_.file_size = 90;
    before_.entries = {{"fmt", "fmt.Println", 45}, {"main", "main.main", 25}, {"old", "old.f", 20}};
  }
  void add(StringRef name, uint32_t package, uint64_t size) {
    report_.add(report_.add_row(name, package), Kind::kCode, size);
  }
  std::vector<std::string> exceeded(std::vector<Budget::Limit> limits, bool with_baseline = false) {
    std::vector<std::string> texts;
    Difference difference = compare(report_, before_);
    for (const Problem &problem :
         exceeded_limits(report_, {std::move(limits)}, with_baseline ? &difference : nullptr))
      texts.push_back(message_of(problem));
    return texts;
  }

  Report report_;
  Baseline before_;
};

TEST_F(Differences, BeginWithTheBiggestGrowth) {
  EXPECT_EQ(printed([&](llvm::raw_ostream &out) {
              write_difference(out, report_, before_, compare(report_, before_));
            }),
            "size: 90 -> 100 bytes (+10)\n"
            "\n    change      before       after  package\n"
            "        15           0          15  example.org/a\n"
            "        15          25          40  main\n"
            "         5           0           5  example.org/a/b\n"
            "        -5          45          40  fmt\n"
            "       -20          20           0  old\n"
            "\n    change      before       after  symbol\n"
            "        15           0          15  example.org/a:(a.f)\n"
            "        15          25          40  main:(main.main)\n"
            "         5           0           5  example.org/a/b:(b.f)\n"
            "        -5          45          40  fmt:(fmt.Println)\n"
            "       -20          20           0  old:(old.f)\n");
}

TEST_F(Differences, AreOfWhatWasWritten) {
  std::string text = printed([&](llvm::raw_ostream &out) { write_json(out, report_); });
  llvm::Expected<Baseline> same = read_baseline(text);
  ASSERT_TRUE(bool(same)) << llvm::toString(same.takeError());
  EXPECT_EQ(same->file_size, 100u);
  EXPECT_TRUE(compare(report_, *same).symbols.empty());
  EXPECT_TRUE(compare(report_, *same).packages.empty());
}

TEST_F(Differences, AreNotTakenFromOtherFiles) {
  for (const char *text : {"", "[]", "{}", "{\"format\":\"wald size\",\"version\":2}",
                           "{\"format\":\"wald size\",\"version\":1}",
                           "{\"format\":\"wald size\",\"version\":1,\"size\":1,\"symbols\":[{}]}",
                           "{\"format\":\"wald size\",\"version\":1,\"size\":-1,\"symbols\":[]}"}) {
    llvm::Expected<Baseline> read = read_baseline(text);
    EXPECT_FALSE(bool(read)) << text;
    llvm::consumeError(read.takeError());
  }
}

TEST_F(Differences, BudgetsAreOfPackagesAndTheWhole) {
  EXPECT_THAT(exceeded({{"", 100}, {"fmt", 40}, {"example.org/...", 20}}), ElementsAre());
  EXPECT_THAT(exceeded({{"fmt", 39}}),
              ElementsAre("package fmt has 40 bytes, 1 more than its budget of 39\n"
                          ">>> fmt.Println of fmt has 40 bytes\n"
                          ">>> --size-baseline=OLD.json says what has grown"));
  EXPECT_THAT(exceeded({{"main", 1}}, true),
              ElementsAre("package main has 40 bytes, 39 more than its budget of 1\n"
                          ">>> package main grew by 15 bytes to 40\n"
                          ">>> main.main of main grew by 15 bytes to 40"));
  EXPECT_THAT(exceeded({{"fmt", 1}}, true),
              ElementsAre(HasSubstr("nothing in it grew since the baseline")));
  EXPECT_THAT(exceeded({{"example.org/a", 15}, {"example.org/a/...", 19}}),
              ElementsAre(HasSubstr("package example.org/a/... has 20 bytes")));
  EXPECT_THAT(exceeded({{"nosuch", 5}}), ElementsAre("--size-budget: there is no package nosuch"));
}

TEST(Forms, AreChosenByName) {
  EXPECT_EQ(form_of_file("a/b.json"), Form::kJson);
  EXPECT_EQ(form_of_file("b.json", Form::kGsa), Form::kGsa);
  EXPECT_EQ(form_of_file("b.html", Form::kGsa), Form::kHtml);
  EXPECT_EQ(form_of_file("b.doc"), std::nullopt);
  EXPECT_TRUE(objfile::parse_byte_count("3M").has_value());
  EXPECT_FALSE(objfile::parse_byte_count("budget").has_value());
  EXPECT_FALSE(objfile::parse_byte_count("99999999999999999999").has_value());
}

// -- What symbols keep: those that are gone when everything is marked anew without them.

class Retained : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Minor, Retained, testing::Values(24, 27));

TEST_P(Retained, IsWhatIsGoneWithoutTheSymbol) {
  using namespace test;
  FakeProgram program(GetParam());
  program.set_package(
      "main", "\nmain: true\nfingerprint: '4d41'\n"
              "autolibs: [ { path: runtime, fingerprint: '5255' } ]\nsymbols:\n" +
                  kFuncType.str() + name_symbol("name.Read", "Read") +
                  type_with_methods("main.T", {"Read"}) +
                  interface_with_method("main.Reader", "Read") +
                  function("main.main", call("main.run") + ", " + call("main.log")) +
                  function("main.run", call("main.parse") + ", " + to_interface("main.T") +
                                           ", { type: R_ADDR, offset: 1, to: 'type:main.T' }") +
                  function("main.parse", call("main.deep") + ", " + call("main.shared")) +
                  function("main.deep", call("main.parse")) +
                  function("main.log", call("main.shared") + ", " + call_through("main.Reader")) +
                  function("main.shared", "") + function("main.unused", ""));
  Context &ctx = program.run({order_init_tasks, mark_live_symbols});
  ReferenceGraph graph(ctx);
  std::vector<uint64_t> ones(graph.num_nodes(), 1);
  ones[ReferenceGraph::kRoot] = 0;
  std::vector<uint64_t> retained = graph.keepers().retained_sizes(ones);
  unsigned num_exact = 0;
  for (uint32_t n = 1; n <= ctx.num_positional; n++) {
    uint32_t node = graph.node_of(SymId(n));
    EXPECT_EQ(node != ReferenceGraph::kNoNode, is_reachable(ctx, SymId(n)));
    // A type that is put into an interface is looked at again, left out or not.
    if (node == ReferenceGraph::kNoNode || SymbolView(ctx, SymId(n)).flag() & objfile::kFlagGoType)
      continue;
    LivenessRequest request = request_of_program(ctx);
    request.left_out = {SymId(n)};
    Liveness without = find_live_symbols(ctx, request);
    uint64_t gone = 0;
    for (uint32_t other = 1; other <= ctx.num_positional; other++)
      gone += is_reachable(ctx, SymId(other)) && !without.is_live(SymId(other));
    // Who calls a method through an interface does not keep it, here.
    if (retained[node] == gone)
      num_exact++;
    else
      EXPECT_LT(retained[node], gone) << name_of(ctx, SymId(n)).str();
  }
  EXPECT_GT(num_exact, 5u);
  auto kept_by = [&](StringRef name) { return retained[graph.node_of(find_symbol(ctx, name))]; };
  EXPECT_EQ(kept_by("main.parse"), 2u); // and main.deep
  EXPECT_EQ(kept_by("main.shared"), 1u);
  EXPECT_EQ(kept_by("main.deep"), 1u);
  EXPECT_EQ(kept_by("type:main.T"), kept_by("main.run") - 3); // without main.run, parse and deep
  EXPECT_GT(kept_by("type:main.T"), 1u);                      // its method
  EXPECT_EQ(kept_by("main.T.Read"), 1u);

  // As groups: 1 is main.run and what it keeps of functions, 2 all others.
  std::vector<uint32_t> group_of(graph.num_nodes(), 2);
  group_of[ReferenceGraph::kRoot] = 0;
  for (StringRef name : {"main.deep", "main.parse"})
    group_of[graph.node_of(find_symbol(ctx, name))] = 1;
  EXPECT_THAT(graph.grouped(group_of, 3).keepers().retained_sizes({0, 2, 50}),
              ElementsAre(52, 2, 52));
}

} // namespace
} // namespace wald

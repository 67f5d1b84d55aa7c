// What is to be written: what options make of the plan, and links whose plan is not the
// reference's.
#include "linker/core/output_plan.h"

#include "linker/output/body_transform.h"
#include "linker/output/module_plan.h"
#include "objfile/support/leb128.h"
#include "pass_runner.h"
#include "wasm/module_reader.h"

#include "gmock/gmock.h"

#include <mutex>

namespace wald {
namespace {

using wasm::Module;
using wasm::SegmentPolicy;
using Validation = OutputPlan::Validation;

TEST(OutputPlan, SaysWhatTheOptionsAskFor) {
  LinkOptions options;
  OutputPlan plan = make_output_plan(options, /*is_js=*/false);
  EXPECT_EQ(plan.kind, objfile::ModuleKind::kCommand);
  EXPECT_FALSE(plan.has_build_id());
  EXPECT_TRUE(plan.has_names);
  EXPECT_TRUE(plan.prunes_map_inits);
  EXPECT_EQ(plan.data_rounding, 4096u);
  EXPECT_EQ(plan.data_start, std::nullopt);
  EXPECT_EQ(plan.segments, (SegmentPolicy{8, 100'000, SegmentPolicy::Choice::kFirstGaps}));
  EXPECT_EQ(plan.file, "a.out");

  options.build_mode = BuildMode::kCShared;
  options.build_id = "id";
  options.entry = "main.start";
  options.strip_names = true;
  options.prune_weak_map = false;
  options.text_start = 0x20000;
  options.data_rounding = 8192;
  options.data_start = 0x100000;
  options.output = "x.wasm";
  plan = make_output_plan(options, false);
  EXPECT_EQ(plan.kind, objfile::ModuleKind::kReactor);
  EXPECT_EQ(plan.build_id, "id");
  EXPECT_EQ(plan.entry, "main.start");
  EXPECT_FALSE(plan.has_names);
  EXPECT_FALSE(plan.prunes_map_inits);
  EXPECT_EQ(plan.text_start, 0x20000u);
  EXPECT_EQ(plan.data_rounding, 8192u);
  EXPECT_EQ(plan.data_start, 0x100000u);
  EXPECT_EQ(plan.file, "x.wasm");
  EXPECT_TRUE(plan.is_reference());
  EXPECT_EQ(plan.validation(), Validation::kNone);
  EXPECT_EQ(make_output_plan(options, true).kind, objfile::ModuleKind::kJs);
}

TEST(OutputPlan, KnowsWhetherItIsTheReferences) {
  LinkOptions options;
  options.validate = true;
  EXPECT_TRUE(asks_for_reference(options));
  EXPECT_EQ(make_output_plan(options, false).validation(), Validation::kAll);

  for (bool is_added : {false, true}) {
    LinkOptions exporting;
    if (is_added)
      exporting.exports.added.push_back({"main", "f", "f"});
    else
      exporting.exports.dropped.push_back("f");
    EXPECT_FALSE(asks_for_reference(exporting));
    EXPECT_EQ(make_output_plan(exporting, false).validation(), Validation::kNone);
  }

  // What binaryen makes is validated by itself; before, the module is the reference's.
  LinkOptions rewriting;
  rewriting.wasm_opt.steps = {"-Oz"};
  EXPECT_FALSE(asks_for_reference(rewriting));
  EXPECT_EQ(make_output_plan(rewriting, false).validation(), Validation::kNone);

  LinkOptions optimizing;
  optimizing.optimized.code = true;
  EXPECT_FALSE(asks_for_reference(optimizing));
  EXPECT_EQ(make_output_plan(optimizing, false).validation(), Validation::kAll);
  EXPECT_TRUE(make_output_plan(optimizing, false).fills_find_table);

  optimizing.optimized = {.tables = true};
  OutputPlan tables = make_output_plan(optimizing, false);
  EXPECT_FALSE(tables.is_reference());
  EXPECT_EQ(tables.validation(), Validation::kMemoryAndData);
  EXPECT_FALSE(tables.fills_find_table);
  EXPECT_EQ(tables.segments, (SegmentPolicy{64, 100'000, SegmentPolicy::Choice::kLargestGaps}));
  EXPECT_FALSE(tables.bodies);

  // Even what -s would do is not handed over without it.
  LinkOptions stripping;
  stripping.stripped.names = true;
  EXPECT_FALSE(asks_for_reference(stripping));
  EXPECT_FALSE(make_output_plan(stripping, false).has_names);
  EXPECT_EQ(make_output_plan(stripping, false).validation(), Validation::kNone);
  stripping.stripped = {.lines = true, .producers = true};
  OutputPlan stripped = make_output_plan(stripping, false);
  EXPECT_TRUE(stripped.has_names);
  EXPECT_FALSE(stripped.has_lines);
  EXPECT_FALSE(stripped.has_producers);
  EXPECT_EQ(stripped.validation(), Validation::kMemoryAndData);

  const std::function<void(OutputPlan &)> changes[] = {
      [](OutputPlan &plan) { plan.bodies = [](auto &&...) { return nullptr; }; },
      [](OutputPlan &plan) { plan.segments.min_gap = 9; },
      [](OutputPlan &plan) { plan.segments.max_segments--; },
      [](OutputPlan &plan) { plan.segments.choice = SegmentPolicy::Choice::kLargestGaps; },
      [](OutputPlan &plan) { plan.initial_heap = 0; },
      [](OutputPlan &plan) { plan.fills_find_table = false; },
      [](OutputPlan &plan) { plan.has_lines = false; },
      [](OutputPlan &plan) { plan.has_producers = false; },
  };
  for (const auto &change : changes) {
    OutputPlan plan = make_output_plan({}, false);
    change(plan);
    EXPECT_FALSE(plan.is_reference());
    EXPECT_EQ(plan.validation(), plan.bodies ? Validation::kAll : Validation::kMemoryAndData);
  }
}

// -- Links

class Links : public testing::TestWithParam<std::tuple<int, unsigned>> {
protected:
  Links() : program_(std::get<0>(GetParam())) {
    program_.options.threads = std::get<1>(GetParam());
    program_.set_package("runtime", test::with_valid_bodies(test::kFakeRuntime));
    program_.set_package("main", test::main_with_calls());
  }

  std::string link(std::function<void(OutputPlan &)> change = nullptr) {
    test::PassRunner runner(program_);
    if (program_.options.threads > 1)
      runner.ctx.helper.create_thread();
    runner.run_through(plan_output);
    if (change)
      change(runner.ctx.plan);
    runner.run_through(commit_module);
    runner.ctx.helper.stop();
    EXPECT_TRUE(runner.ctx.diag.checkpoint());
    return program_.output();
  }

  static Module read(const std::string &bytes) {
    llvm::Expected<Module> module = wasm::read_module(llvm::arrayRefFromStringRef(bytes));
    if (module)
      return std::move(*module);
    ADD_FAILURE() << llvm::toString(module.takeError());
    return {};
  }

  test::FakeProgram program_;
};

// Contents of memory by address, without zeros.
std::map<uint64_t, uint8_t> memory_of(const Module &module) {
  std::map<uint64_t, uint8_t> memory;
  for (const wasm::DataSegment &segment : module.data)
    for (size_t i = 0; i < segment.contents.size(); i++)
      if (segment.contents[i])
        memory[segment.address + i] = segment.contents[i];
  return memory;
}

TEST_P(Links, ChooseSegmentsByThePlan) {
  std::string reference = link();
  Module expected = read(reference);
  ASSERT_GT(expected.data.size(), 8u);
  for (auto choice : {SegmentPolicy::Choice::kFirstGaps, SegmentPolicy::Choice::kLargestGaps})
    for (uint64_t limit : {uint64_t(7), uint64_t(8), uint64_t(100), uint64_t(100'000)}) {
      std::string bytes = link([&](OutputPlan &plan) {
        plan.segments.choice = choice;
        plan.segments.max_segments = limit;
      });
      Module module = read(bytes);
      EXPECT_LE(module.data.size(), limit);
      EXPECT_EQ(memory_of(module), memory_of(expected));
    }
  // Without a limit that is met both choose all gaps of sections; between sections lies none here.
  Module image = read(
      link([](OutputPlan &plan) { plan.segments.choice = SegmentPolicy::Choice::kLargestGaps; }));
  EXPECT_LE(image.data.size(), expected.data.size());
  EXPECT_EQ(link(), reference);
}

// What --optimize=tables asks for: nothing changes but findfunctab.
TEST_P(Links, KeepAllAddressesWithFewerWordsInFindfunctab) {
  std::string reference = link();
  Module expected = read(reference);
  std::string bytes = link([](OutputPlan &plan) {
    plan.fills_find_table = false;
    plan.segments = wasm::kFewSegments;
  });
  Module module = read(bytes);
  EXPECT_LT(module.data.size() * 4, expected.data.size());
  ASSERT_EQ(module.sections.size(), expected.sections.size());
  for (size_t i = 0; i < module.sections.size(); i++)
    if (module.sections[i].id != wasm::SectionId::kData) {
      EXPECT_TRUE(module.sections[i].payload == expected.sections[i].payload) << i;
    }
  // What is gone was in findfunctab, where each function had 16 words and has one.
  std::map<uint64_t, uint8_t> before = memory_of(expected), after = memory_of(module);
  size_t num_gone = 0;
  for (auto [address, byte] : before)
    num_gone += !after.contains(address);
  for (auto [address, byte] : after)
    EXPECT_EQ(before[address], byte) << address;
  size_t num_functions = expected.table_functions.size();
  EXPECT_EQ(num_gone,
            (num_functions - 2) * 15); // the first one's are zero, the last has one bucket
}

TEST_P(Links, LeaveOutCustomSections) {
  std::string reference = link();
  std::string bytes = link([](OutputPlan &plan) { plan.has_producers = false; });
  Module expected = read(reference), module = read(bytes);
  EXPECT_FALSE(expected.producers.empty());
  EXPECT_TRUE(module.producers.empty());
  EXPECT_EQ(module.sections.size() + 1, expected.sections.size());
  EXPECT_EQ(module.names, expected.names);
  EXPECT_EQ(memory_of(module), memory_of(expected));
}

// Puts a number of nops before the end; writes down what it is given.
struct Nops {
  size_t count;
  std::vector<uint32_t> made;
  std::vector<Operand::Kind> kinds;
  std::mutex mutex;
};

class NopTransform final : public BodyTransform {
public:
  NopTransform(Nops &nops, const ModulePlan &plan) : nops_(nops), plan_(plan) {}

  class NopWorker final : public Worker {
  public:
    NopWorker(Nops &nops, const ModulePlan &plan) : nops_(nops), plan_(plan) {}
    void append_body(const CompiledFunction &function, std::vector<uint8_t> &bytes) override {
      EXPECT_TRUE(bytes.empty());
      for (const Operand &operand : function.operands)
        if (operand.kind == Operand::Kind::kFunction) {
          const wasm::FunctionType &type = plan_.types[plan_.type_of(operand.value)];
          EXPECT_EQ(type.params.size(), 1u);
          EXPECT_EQ(type.results.size(), 1u);
        }
      append_compiled_body(function, bytes);
      bytes.insert(bytes.end() - 1, nops_.count, 0x01);
      std::lock_guard lock(nops_.mutex);
      nops_.made.push_back(function.number);
      for (const Operand &operand : function.operands)
        nops_.kinds.push_back(operand.kind);
    }

  private:
    Nops &nops_;
    const ModulePlan &plan_;
  };

  std::unique_ptr<Worker> make_worker() override {
    return std::make_unique<NopWorker>(nops_, plan_);
  }
  void print_stats(uint64_t, llvm::raw_ostream &) const override {}

private:
  Nops &nops_;
  const ModulePlan &plan_;
};

TEST_P(Links, TakeBodiesFromATransformation) {
  std::string reference = link();
  Module expected = read(reference);
  for (size_t count : {0, 1, 200, 70'000}) {
    Nops nops{count, {}, {}, {}};
    std::string bytes = link([&](OutputPlan &plan) {
      plan.bodies = [&](Context &, ModulePlan &module) {
        return std::make_shared<NopTransform>(nops, module);
      };
    });
    // Each function but the build id's is made once, whatever the number of threads.
    std::sort(nops.made.begin(), nops.made.end());
    ASSERT_EQ(nops.made.size(), expected.bodies.size() - 1);
    for (size_t i = 0; i < nops.made.size(); i++)
      EXPECT_EQ(nops.made[i], i + 1);
    std::sort(nops.kinds.begin(), nops.kinds.end());
    EXPECT_THAT(nops.kinds,
                testing::ElementsAre(Operand::Kind::kAddress, Operand::Kind::kFunction,
                                     Operand::Kind::kFunction, Operand::Kind::kFunction));
    if (count == 0) {
      EXPECT_EQ(bytes, reference);
    }
    Module module = read(bytes);
    ASSERT_EQ(module.bodies.size(), expected.bodies.size());
    for (size_t i = 0; i < module.bodies.size(); i++) {
      std::vector<uint8_t> body = expected.bodies[i].contents.vec();
      if (i > 0)
        body.insert(body.end() - 1, count, 0x01);
      EXPECT_TRUE(module.bodies[i].contents == llvm::ArrayRef(body)) << "function " << i;
    }
    // Nothing else is another: order, names and data.
    EXPECT_EQ(module.names, expected.names);
    EXPECT_EQ(module.functions, expected.functions);
    EXPECT_EQ(module.table_functions, expected.table_functions);
    EXPECT_EQ(memory_of(module), memory_of(expected));
  }
}

// Bodies that no engine would take are found out before the module gets its name.
TEST_P(Links, ValidateWhatATransformationMade) {
  struct Broken final : BodyTransform {
    struct BrokenWorker final : Worker {
      void append_body(const CompiledFunction &, std::vector<uint8_t> &bytes) override {
        bytes = {0x00, 0x1a, 0x0b}; // drop of nothing
      }
    };
    std::unique_ptr<Worker> make_worker() override { return std::make_unique<BrokenWorker>(); }
    void print_stats(uint64_t, llvm::raw_ostream &) const override {}
  };
  test::PassRunner runner(program_);
  if (program_.options.threads > 1)
    runner.ctx.helper.create_thread();
  runner.run_through(plan_output);
  runner.ctx.plan.bodies = [](Context &, ModulePlan &) { return std::make_shared<Broken>(); };
  runner.run_through(write_module);
  EXPECT_TRUE(runner.ctx.ok());
  runner.run_through(validate_module);
  runner.ctx.helper.stop();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(runner.ctx.diag.checkpoint());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("the module is not valid WebAssembly"));
  runner.ctx.file.reset();
  EXPECT_THAT(program_.output_files(), testing::IsEmpty());
}

// What a transformation adds comes after all functions of the program, whose numbers stay.
TEST_P(Links, AddFunctionsOfATransformation) {
  Nops nops{0, {}, {}, {}};
  auto add = [&](OutputPlan &plan) {
    plan.bodies = [&](Context &, ModulePlan &module) {
      uint32_t type = module.types.index_of({wasm::ValueType::kI64, wasm::ValueType::kF32}, {});
      module.added.push_back({0, "added.one", {0x00, 0x41, 0x05, 0x0b}});
      module.added.push_back({type, "added.two", std::vector<uint8_t>(300, 0x01)});
      module.added[1].body.front() = 0x00;
      module.added[1].body.back() = 0x0b;
      EXPECT_EQ(module.type_of(module.num_functions() - 1), type);
      return std::make_shared<NopTransform>(nops, module);
    };
  };
  std::string reference = link(), bytes = link(add);
  Module expected = read(reference), module = read(bytes);
  ASSERT_EQ(module.bodies.size(), expected.bodies.size() + 2);
  for (size_t i = 0; i < expected.bodies.size(); i++)
    EXPECT_TRUE(module.bodies[i].contents == expected.bodies[i].contents);
  uint32_t first = expected.num_functions();
  EXPECT_EQ(module.num_functions(), first + 2);
  EXPECT_EQ(module.function_name(first), "added.one");
  EXPECT_EQ(module.function_name(first + 1), "added.two");
  EXPECT_EQ(module.function_type(first)->results.size(), 1u);
  EXPECT_EQ(module.function_type(first + 1)->params.size(), 2u);
  EXPECT_EQ(module.bodies.back().contents.size(), 300u);
  EXPECT_EQ(module.table_functions, expected.table_functions);
  EXPECT_EQ(memory_of(module), memory_of(expected));

  program_.options.strip_names = true;
  std::string stripped_bytes = link(add);
  Module stripped = read(stripped_bytes);
  EXPECT_TRUE(stripped.names.empty());
  EXPECT_EQ(stripped.bodies.size(), module.bodies.size());
}

TEST_P(Links, NameAnAddedFunctionThatIsNotValid) {
  Nops nops{0, {}, {}, {}};
  test::PassRunner runner(program_);
  if (program_.options.threads > 1)
    runner.ctx.helper.create_thread();
  runner.run_through(plan_output);
  runner.ctx.plan.bodies = [&](Context &, ModulePlan &module) {
    module.added.push_back({0, "added.one", {0x00, 0x0b}}); // no result
    return std::make_shared<NopTransform>(nops, module);
  };
  runner.run_through(validate_module);
  runner.ctx.helper.stop();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(runner.ctx.diag.checkpoint());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr(">>> in added.one"));
}

INSTANTIATE_TEST_SUITE_P(VersionsAndThreads, Links,
                         testing::Combine(testing::Values(24, 25, 26, 27), testing::Values(1, 2)));

} // namespace
} // namespace wald

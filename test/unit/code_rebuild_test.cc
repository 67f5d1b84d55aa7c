// Random functions behave the same before and after their control flow is rebuilt, and the checker
// proves it. Of functions that were damaged then it proves none that behaves in another way.
#include "wasm/code/optimize_module.h"

#include "code_damage.h"
#include "equivalence_program.h"
#include "go_shape.h"
#include "wasm/code/encoder.h"
#include "wasm/module_reader.h"
#include "wasm/run/interpreter.h"
#include "wasm/validate.h"

#include "gmock/gmock.h"

namespace wald::code {
namespace {

using test::ByteVector;

class Machine {
public:
  explicit Machine(const ByteVector &module) {
    wasi_ = llvm::cantFail(wasm::Wasi::create({}));
    interpreter_ = llvm::cantFail(wasm::Interpreter::load(module, *wasi_, {}));
    interpreter_->instantiate();
  }
  // What happened, as text: the result, or the trap and what was before it.
  std::string result(uint32_t seed) {
    wasm::InterpValue argument{wasm::InterpType::i32, seed};
    auto outcome = interpreter_->call(*interpreter_->find_export("run"), {argument});
    if (outcome.kind == wasm::InterpOutcome::Kind::returned)
      return wasm::format_value(outcome.results[0]);
    auto hash = interpreter_->call(*interpreter_->find_export("hash"), {});
    return outcome.trap + " after " + wasm::format_value(hash.results[0]);
  }

private:
  std::unique_ptr<wasm::Wasi> wasi_;
  std::unique_ptr<wasm::Interpreter> interpreter_;
};

OptimizedModule optimized(const ByteVector &module) {
  wasm::Module read = llvm::cantFail(wasm::read_module(module));
  return llvm::cantFail(optimize_module(read, 1));
}

void expect_same_behaviour(const ByteVector &module, const std::string &text) {
  OptimizedModule after = optimized(module);
  ASSERT_EQ(after.statistics.num_rebuilt, 1u) << text;
  auto invalidity = wasm::find_invalidity(after.bytes);
  ASSERT_FALSE(invalidity) << invalidity->problem << '\n' << text;
  ASSERT_EQ(test::unproven(module, after.bytes), "") << text;
  Machine old_run(module), new_run(after.bytes);
  for (uint32_t seed = 0; seed < 24; seed++)
    ASSERT_EQ(new_run.result(seed), old_run.result(seed)) << "seed " << seed << '\n' << text;
}

// Without the name section, which is the last one but producers here.
ByteVector without_names(const ByteVector &module) {
  wasm::Module read = llvm::cantFail(wasm::read_module(module));
  const wasm::Section &names = *read.find_custom("name");
  ByteVector bytes(module.begin(), module.begin() + names.offset);
  uint64_t end = names.payload_offset + names.payload.size();
  bytes.insert(bytes.end(), module.begin() + end, module.end());
  return bytes;
}

TEST(CodeRebuild, KeepsTheBehaviourOfRandomFunctions) {
  for (unsigned seed = 0; seed < 300 && !HasFatalFailure(); seed++) {
    test::ShapeGenerator generator(seed);
    ByteVector module = generator.module();
    expect_same_behaviour(module, generator.text());
  }
}

TEST(CodeRebuild, KeepsItWithoutNamesToo) {
  for (unsigned seed = 0; seed < 150 && !HasFatalFailure(); seed++) {
    test::ShapeGenerator generator(seed);
    ByteVector module = without_names(generator.module());
    expect_same_behaviour(module, generator.text());
  }
}

// The last function of those that both modules have is the one under test.
ByteVector with_body(const wasm::Module &module, uint32_t defined, const Body &body) {
  std::vector<uint8_t> room;
  ByteVector code = test::uleb(module.bodies.size());
  for (uint32_t i = 0; i < module.bodies.size(); i++) {
    llvm::ArrayRef<uint8_t> bytes = i == defined ? encode(body, room) : module.bodies[i].contents;
    test::append(code, test::sized(ByteVector(bytes.begin(), bytes.end())));
  }
  const wasm::Section &section = *module.find_section(wasm::SectionId::kCode);
  ByteVector bytes(module.bytes.begin(), module.bytes.begin() + section.offset);
  bytes.push_back(uint8_t(section.id));
  test::append(bytes, test::sized(code));
  uint64_t end = section.payload_offset + section.payload.size();
  bytes.insert(bytes.end(), module.bytes.begin() + end, module.bytes.end());
  return bytes;
}

// Where the checker does not see the damage, it has to be none.
TEST(CodeRebuild, DamageIsNotProven) {
  std::vector<unsigned> num_reported(test::kDamages.size());
  for (unsigned seed = 0; seed < 80 && !HasFailure(); seed++) {
    test::ShapeGenerator generator(seed);
    ByteVector module = generator.module();
    OptimizedModule optimized_module = optimized(module);
    wasm::Module read = llvm::cantFail(wasm::read_module(optimized_module.bytes));
    uint32_t defined = llvm::cantFail(wasm::read_module(module)).bodies.size() - 1;
    std::mt19937 random(seed);
    for (size_t kind = 0; kind < test::kDamages.size(); kind++) {
      Body body;
      ASSERT_FALSE(decode(read.bodies[defined].contents, {}, body));
      if (!test::damage(body, test::kDamages[kind], random))
        continue;
      ByteVector damaged = with_body(read, defined, body);
      if (wasm::find_invalidity(damaged))
        continue;
      if (!test::unproven(module, damaged).empty()) {
        num_reported[kind]++;
        continue;
      }
      Machine old_run(module), new_run(damaged);
      for (uint32_t i = 0; i < 24; i++)
        ASSERT_EQ(new_run.result(i), old_run.result(i))
            << test::kDamages[kind].name << " in seed " << seed << '\n'
            << generator.text();
    }
  }
  for (size_t kind = 0; kind < test::kDamages.size(); kind++)
    EXPECT_GT(num_reported[kind], 3u) << test::kDamages[kind].name;
}

} // namespace
} // namespace wald::code

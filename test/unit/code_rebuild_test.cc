// Random functions behave the same before and after their control flow is rebuilt.
#include "wasm/code/optimize_module.h"

#include "go_shape.h"
#include "wasm/module_reader.h"
#include "wasm/run/interpreter.h"
#include "wasm/validate.h"

#include "gmock/gmock.h"

namespace wald::code {
namespace {

using test::ByteVector;

class Run {
public:
  explicit Run(const ByteVector &module) {
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
  Run old_run(module), new_run(after.bytes);
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

} // namespace
} // namespace wald::code

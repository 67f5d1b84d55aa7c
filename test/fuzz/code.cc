// Bodies of functions, by themselves and in modules that are rebuilt.
#include "targets.h"

#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/code/optimize_module.h"
#include "wasm/equivalence/check_function.h"
#include "wasm/validate.h"

#include <cstdlib>

namespace wald::fuzz {

// What decodes can be encoded, and reads back as the same instructions.
void fuzz_body(objfile::Bytes input) {
  code::Body body, again;
  if (code::decode(input, {}, body))
    return;
  std::vector<uint8_t> room;
  if (code::decode(code::encode(body, room), {}, again) || again.code != body.code ||
      again.targets != body.targets)
    std::abort();
}

// A valid module stays valid.
void fuzz_optimize(objfile::Bytes input) {
  llvm::Expected<wasm::Module> module = wasm::read_module(input);
  if (!module) {
    llvm::consumeError(module.takeError());
    return;
  }
  llvm::Expected<code::OptimizedModule> optimized = code::optimize_module(*module, 1);
  if (!optimized) {
    llvm::consumeError(optimized.takeError());
    return;
  }
  if (!wasm::find_invalidity(input) && wasm::find_invalidity(optimized->bytes))
    std::abort();
}

// Two bodies of one function, and one of two functions that only the new program has. They stand
// one after the other, behind the lengths of the first two, in 16 bits. The program is that of
// test/unit/go_shape.h.
void fuzz_equivalence(objfile::Bytes input) {
  using namespace equivalence;
  if (input.size() < 4)
    return;
  auto take = [&](size_t size) {
    objfile::Bytes part = input.take_front(size);
    input = input.drop_front(part.size());
    return part;
  };
  objfile::Bytes lengths = take(4);
  objfile::Bytes before = take(lengths[0] | lengths[1] << 8);
  objfile::Bytes after = take(lengths[2] | lengths[3] << 8);

  constexpr Signature kGo{1, 1, true}, kGives{0, 1}, kTakes{1, 0}, kNothing{0, 0};
  const Signature functions[] = {kGives, kGives, kTakes, kNothing, kGo,    kGo,   kGo,
                                 kGo,    kGives, kGo,    kGo,      {1, 1}, {3, 1}};
  FunctionFacts facts[11];
  facts[5].is_deferreturn = true;
  facts[7].never_returns = true;
  constexpr uint8_t kI32[] = {0x7f}, kI64[] = {0x7e, 0x7e, 0x7e};
  Code added[2];
  if (added[0].read(input, llvm::ArrayRef(kI64).take_front(1)) || added[1].read(input, kI64))
    return;
  const Program program{functions, kGo, facts, added, /*num_globals=*/8, {}};
  FunctionChecker checker(program);
  const FunctionPair pair{10, 0x100a, 0x100a, kI32, 1, before, after};
  std::optional<Difference> first = checker.check(pair), second = checker.check(pair);
  if (first.has_value() != second.has_value() || (first && first->what != second->what))
    std::abort();
}

} // namespace wald::fuzz

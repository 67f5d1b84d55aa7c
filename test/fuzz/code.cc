// Bodies of functions, by themselves and in modules that are rebuilt.
#include "targets.h"

#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/code/optimize_module.h"
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

} // namespace wald::fuzz

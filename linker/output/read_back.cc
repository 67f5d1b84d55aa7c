#include "linker/output/read_back.h"

namespace wald {

void read_module_back(Context &ctx, llvm::function_ref<void(const wasm::Module &)> fn) {
  if (ctx.file->failed())
    return;
  llvm::Error error = ctx.file->read_back([&](Bytes bytes) {
    if (llvm::Expected<wasm::Module> module = wasm::read_module(bytes))
      fn(*module);
    else
      ctx.diag.error("cannot read the module back: " + llvm::toString(module.takeError()));
  });
  if (error)
    ctx.diag.error(llvm::toString(std::move(error)));
}

} // namespace wald

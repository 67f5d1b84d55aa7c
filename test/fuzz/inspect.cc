// Finished Go modules: everything that linker/inspect can read of them.
#include "targets.h"

#include "linker/inspect/types.h"
#include "linker/inspect/verify.h"

namespace wald::fuzz {

namespace {

uint64_t read_function(const inspect::Function &function) {
  uint64_t sum = function.name().size() + function.wasm_function().value_or(0);
  for (uint32_t pc_b : {0u, 1u, function.num_resume_points()})
    sum += function.file_at(pc_b).size() + function.line_at(pc_b).value_or(0) +
           function.inlined_calls_at(pc_b).size();
  for (uint32_t kind = 0; kind <= function.num_funcdata(); kind++)
    if (std::optional<objfile::Bytes> bytes = function.funcdata(kind))
      sum += bytes->empty() ? 0 : bytes->back();
  for (uint32_t i = 0; i < function.num_inlined_calls(); i++)
    sum += function.inlined_call(i).name.size();
  return sum;
}

} // namespace

void fuzz_inspect(objfile::Bytes input) {
  llvm::Expected<wasm::Module> wasm_module = wasm::read_module(input);
  if (!wasm_module)
    return llvm::consumeError(wasm_module.takeError());
  llvm::Expected<inspect::GoModule> module = inspect::GoModule::open(*wasm_module);
  if (!module)
    return llvm::consumeError(module.takeError());
  (void)inspect::verify(*module);
  uint64_t sum = module->build_info().lines().size();
  for (uint32_t i = 0; i < module->num_functions(); i++)
    sum += read_function(module->function(i));
  for (uint64_t i = 0; i < 100 && module->bucket(i); i++)
    sum += module->bucket(i)->function;
  volatile uint64_t sink = sum;
  (void)sink;
  if (auto types = inspect::TypeReader(*module).all_types(); !types)
    llvm::consumeError(types.takeError());
}

} // namespace wald::fuzz

// The module as it is on the disk, for passes that add to it or tell of it.
#pragma once

#include "linker/core/context.h"
#include "wasm/module_reader.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace wald {

// Calls fn with it. Where it cannot be read that is an error of the link; where writing it failed
// commit_module says so.
void read_module_back(Context &ctx, llvm::function_ref<void(const wasm::Module &)> fn);

} // namespace wald

// What the names of the runtime's functions say about them. The list of those that never return
// stands in wasm/code/go_callees.cc, too: a name that got in there by mistake is not believed here.
#pragma once

#include "wasm/equivalence/program.h"
#include "wasm/module_reader.h"

#include <vector>

namespace wald::equivalence {

FunctionFacts facts_of(llvm::StringRef name);
std::vector<FunctionFacts> facts_by_names(const wasm::Module &module);

} // namespace wald::equivalence

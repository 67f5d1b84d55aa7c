// Whether a new module does what the old one did: all functions against each other, and everything
// around them.
#pragma once

#include "wasm/equivalence/check_function.h"
#include "wasm/memory_image.h"
#include "wasm/module_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald::equivalence {

struct ModuleCheck {
  uint32_t num_functions = 0, num_changed = 0; // of the old module
  uint64_t num_steps = 0;
  std::vector<std::string> problems;   // with the module: "the section element is another"
  std::vector<Difference> differences; // by function

  bool is_proven() const { return problems.empty() && differences.empty(); }
};

// `facts` by function index of the old module. `may_differ`: where the caller has proven that what
// memory holds there makes no difference.
ModuleCheck check_module(const wasm::Module &old_module, const wasm::Module &new_module,
                         llvm::ArrayRef<FunctionFacts> facts, unsigned num_threads,
                         std::optional<wasm::MemoryImage::Extent> may_differ = std::nullopt);

} // namespace wald::equivalence

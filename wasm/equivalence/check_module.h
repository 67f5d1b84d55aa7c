// Whether a new module does what the old one did: all functions against each other, and everything
// around them.
#pragma once

#include "wasm/equivalence/check_function.h"
#include "wasm/memory_image.h"
#include "wasm/module_reader.h"

#include <cstdint>
#include <functional>
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

// What the caller has proven by itself.
struct Proven {
  // What memory holds there makes no difference.
  std::optional<wasm::MemoryImage::Extent> may_differ;
  // Why the runtime may see a difference between return addresses into two functions (indices of
  // the old module), if it may. Asked for each function that has another one's body in the new
  // module and stores such addresses, by several threads at the same time. Without it no function
  // may have another's body.
  std::function<std::optional<std::string>(uint32_t function, uint32_t stand_in)> why_no_stand_in;
};

// `facts` by function index of the old module.
ModuleCheck check_module(const wasm::Module &old_module, const wasm::Module &new_module,
                         llvm::ArrayRef<FunctionFacts> facts, unsigned num_threads,
                         const Proven &proven = {});

} // namespace wald::equivalence

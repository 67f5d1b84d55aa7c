// What a module declares before its code: types, imports, and the type of each function. Made by
// plan_module, read by all that writes or checks the module.
//
// Three numbers of a function must not be confused:
//
//     n               position in ctx.text                      0, 1, 2 …
//     PC_F            first_pc_f + n: slot of the table, and what the runtime takes for a program
//                     counter (shifted by 16); imports do not count
//     function index  imports + n: what a call in the code names
//
// Functions that wald adds, in the place of imports or for a transformation of bodies, have only
// the last one.
#pragma once

#include "linker/core/symbols.h"
#include "wasm/function_types.h"

#include <optional>

namespace wald {

struct ModuleImport {
  StringRef module, name;
  uint32_t type;
};

// After all of the program's functions: neither in the table nor known to the runtime.
struct AddedFunction {
  uint32_t type;
  std::string name;
  std::vector<uint8_t> body; // an entry of the code section without its size
};

struct ModulePlan {
  wasm::FunctionTypes types;
  uint64_t memory_pages = 0; // from the start
  std::optional<uint64_t> most_memory_pages;
  std::vector<ModuleImport> imports;
  // The function index of an import, or of what is there instead, by the function that calls it.
  llvm::DenseMap<SymId, uint32_t> import_of_wrapper;
  std::vector<uint32_t> function_types; // by n
  std::vector<AddedFunction> added;
  // By n, whose body does for n's calls (folded_code.cc). Empty: each has its own.
  std::vector<uint32_t> body_numbers;

  uint32_t body_of(uint32_t n) const { return n < body_numbers.size() ? body_numbers[n] : n; }
  // The function index to call instead of that one.
  int64_t called_index(int64_t function_index) const {
    int64_t num_imports = imports.size();
    return function_index < num_imports ? function_index
                                        : num_imports + body_of(function_index - num_imports);
  }
  // The type of a function by its index in the module.
  uint32_t type_of(uint32_t function_index) const {
    if (function_index < imports.size())
      return imports[function_index].type;
    uint32_t n = function_index - imports.size();
    return n < function_types.size() ? function_types[n] : added[n - function_types.size()].type;
  }
  uint32_t num_functions() const { // imports included
    return imports.size() + function_types.size() + added.size();
  }
  // The index in the module of the function that begins there.
  int64_t function_index(EntryPc pc) const {
    return int64_t(imports.size()) + int64_t(number(pc) >> 16) - kFirstFunction;
  }

private:
  static constexpr int64_t kFirstFunction = 0x1000;
};

} // namespace wald

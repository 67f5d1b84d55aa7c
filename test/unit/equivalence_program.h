// Modules around one function, and what the checker says of two of them.
#pragma once

#include "wasm/equivalence/check_module.h"
#include "wasm/equivalence/go_facts.h"

#include "wat.h"

#include <string>
#include <vector>

namespace wald::test {

// What could not be proven, a line each; empty if all was.
inline std::string unproven(llvm::ArrayRef<uint8_t> old_bytes, llvm::ArrayRef<uint8_t> new_bytes) {
  wasm::Module before = llvm::cantFail(wasm::read_module(old_bytes));
  wasm::Module after = llvm::cantFail(wasm::read_module(new_bytes));
  equivalence::ModuleCheck check =
      equivalence::check_module(before, after, equivalence::facts_by_names(before), 1);
  std::string text;
  for (const std::string &problem : check.problems)
    text += problem + '\n';
  for (const equivalence::Difference &each : check.differences)
    text += "entered with " + std::to_string(each.entry) + ": " + each.what + ": " + each.old_text +
            " | " + each.new_text + '\n';
  return text;
}

} // namespace wald::test

#include "wald/verify_code.h"

#include "objfile/system/process.h"
#include "wasm/equivalence/check_module.h"
#include "wasm/equivalence/go_facts.h"

#include "llvm/ADT/StringExtras.h"

#include <string>

namespace wald {

namespace {

std::string place(const wasm::Module &module, uint32_t defined, uint32_t at) {
  return "at 0x" + llvm::utohexstr(module.bodies[defined].offset + at, /*LowerCase=*/true);
}

} // namespace

bool verify_code(const wasm::Module &before, const wasm::Module &after, unsigned num_threads) {
  constexpr size_t kMost = 20;
  equivalence::ModuleCheck check =
      equivalence::check_module(before, after, equivalence::facts_by_names(before), num_threads);
  for (const std::string &problem : check.problems)
    report_error("the optimized module is not proven to do the same: " + problem);
  size_t num_shown = 0;
  for (const equivalence::Difference &each : check.differences) {
    if (num_shown++ == kMost) {
      report_error(llvm::Twine(check.differences.size() - kMost) + " more functions");
      break;
    }
    uint32_t defined = each.function - before.num_imported_functions();
    report_error("function " + std::to_string(each.function) + ' ' +
                     before.function_name(each.function).str() +
                     " is not proven to do the same: " + each.what,
                 {"entered with " + std::to_string(each.entry),
                  "before, " + place(before, defined, each.old_at) + ": " + each.old_text,
                  "after, " + place(after, defined, each.new_at) + ": " + each.new_text});
  }
  return check.is_proven();
}

} // namespace wald

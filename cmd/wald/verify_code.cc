#include "wald/verify_code.h"

#include "linker/inspect/distinguish.h"
#include "linker/inspect/verify.h"
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

using inspect::GoModule;

// Nothing for what is no Go program.
std::optional<GoModule> open(const wasm::Module &module) {
  llvm::Expected<GoModule> program = GoModule::open(module);
  if (program)
    return std::move(*program);
  llvm::consumeError(program.takeError());
  return std::nullopt;
}

// Where findfunctab lies, if the new module's leads to the right function from every pc. All else
// that the runtime reads to find functions is compared with the old module's.
std::optional<wasm::MemoryImage::Extent> proven_find_index(const GoModule &before,
                                                           const GoModule &after) {
  if (std::optional<uint64_t> pc = inspect::misled_pc(after)) {
    report_error("findfunctab leads to the wrong function from pc 0x" +
                 llvm::utohexstr(*pc, /*LowerCase=*/true));
    return std::nullopt;
  }
  return before.find_index();
}

// By numbers of functions in the module.
std::optional<std::string> why_no_stand_in(const GoModule &program, uint32_t function,
                                           uint32_t stand_in) {
  uint32_t num_imports = program.wasm().num_imported_functions();
  uint32_t a = function - num_imports, b = stand_in - num_imports; // and in functab
  if (std::max(a, b) >= program.num_functions() ||
      program.function(a).wasm_function() != function ||
      program.function(b).wasm_function() != stand_in)
    return "another function's body is run, and the runtime's tables do not have both";
  if (auto what = inspect::first_distinction(program.function(a), program.function(b)))
    return "another function's body is run, which has other " + *what + " in the runtime's tables";
  return std::nullopt;
}

bool has_another(wasm::SectionId id, const wasm::Module &before, const wasm::Module &after) {
  const wasm::Section *a = before.find_section(id), *b = after.find_section(id);
  return (a ? a->payload : llvm::ArrayRef<uint8_t>()) !=
         (b ? b->payload : llvm::ArrayRef<uint8_t>());
}

} // namespace

bool verify_code(const wasm::Module &before, const wasm::Module &after, unsigned num_threads) {
  constexpr size_t kMost = 20;
  equivalence::Proven proven;
  std::optional<GoModule> old_program, new_program;
  bool has_other_data = has_another(wasm::SectionId::kData, before, after);
  if (has_other_data || has_another(wasm::SectionId::kElement, before, after)) {
    old_program = open(before);
    new_program = open(after);
  }
  if (old_program && new_program && has_other_data)
    proven.may_differ = proven_find_index(*old_program, *new_program);
  if (old_program)
    proven.why_no_stand_in = [&](uint32_t function, uint32_t stand_in) {
      return why_no_stand_in(*old_program, function, stand_in);
    };
  equivalence::ModuleCheck check = equivalence::check_module(
      before, after, equivalence::facts_by_names(before), num_threads, proven);
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

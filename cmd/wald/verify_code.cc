#include "wald/verify_code.h"

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

// Where findfunctab lies, if both modules have one and the new one's leads to the right function
// from every pc. All else that the runtime reads to find functions is compared with the old
// module's.
std::optional<wasm::MemoryImage::Extent> proven_find_index(const wasm::Module &before,
                                                           const wasm::Module &after) {
  llvm::Expected<inspect::GoModule> old_program = inspect::GoModule::open(before),
                                    new_program = inspect::GoModule::open(after);
  if (!old_program || !new_program) {
    llvm::consumeError(joinErrors(old_program.takeError(), new_program.takeError()));
    return std::nullopt;
  }
  if (std::optional<uint64_t> pc = inspect::misled_pc(*new_program)) {
    report_error("findfunctab leads to the wrong function from pc 0x" +
                 llvm::utohexstr(*pc, /*LowerCase=*/true));
    return std::nullopt;
  }
  return old_program->find_index();
}

llvm::ArrayRef<uint8_t> data_of(const wasm::Module &module) {
  const wasm::Section *section = module.find_section(wasm::SectionId::kData);
  return section ? section->payload : llvm::ArrayRef<uint8_t>();
}

} // namespace

bool verify_code(const wasm::Module &before, const wasm::Module &after, unsigned num_threads) {
  constexpr size_t kMost = 20;
  std::optional<wasm::MemoryImage::Extent> may_differ;
  if (data_of(before) != data_of(after))
    may_differ = proven_find_index(before, after);
  equivalence::ModuleCheck check = equivalence::check_module(
      before, after, equivalence::facts_by_names(before), num_threads, may_differ);
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

// Optimizes modules in memory and checks each function's new body against its old one.
//
// usage: wald_equivalence_check [--random N] MODULE...
//
// --random: N modules around random functions (test/unit/go_shape.h), too. For each module a line:
// functions, changed ones, unproven ones, steps; then the first unproven ones. The exit status is 1
// if there are any, 2 if a module cannot be read.
#include "objfile/system/mapped_file.h"
#include "unit/go_shape.h"
#include "wasm/code/optimize_module.h"
#include "wasm/equivalence/check_module.h"
#include "wasm/equivalence/go_facts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

namespace wald {

namespace {

int fail(llvm::StringRef path, llvm::Error error) {
  llvm::outs() << path << ": " << llvm::toString(std::move(error)) << '\n';
  return 2;
}

int check(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes) {
  llvm::raw_ostream &out = llvm::outs();
  llvm::Expected<wasm::Module> before = wasm::read_module(bytes);
  if (!before)
    return fail(path, before.takeError());
  llvm::Expected<code::OptimizedModule> optimized = code::optimize_module(*before, 1);
  if (!optimized)
    return fail(path, optimized.takeError());
  llvm::Expected<wasm::Module> after = wasm::read_module(optimized->bytes);
  if (!after)
    return fail(path, after.takeError());
  equivalence::ModuleCheck result =
      equivalence::check_module(*before, *after, equivalence::facts_by_names(*before), 1);
  out << path << ": functions " << result.num_functions << ", changed " << result.num_changed
      << ", unproven " << result.differences.size() << ", steps " << result.num_steps << '\n';
  for (const std::string &problem : result.problems)
    out << "  " << problem << '\n';
  constexpr size_t kMost = 5;
  std::map<std::string, size_t> kinds;
  for (const equivalence::Difference &each : result.differences)
    kinds[each.what]++;
  for (const auto &[what, count] : kinds)
    out << "  " << count << ": " << what << '\n';
  for (const equivalence::Difference &each : llvm::ArrayRef(result.differences).take_front(kMost))
    out << "  " << before->function_name(each.function) << " (function " << each.function
        << ") entered with " << each.entry << ": " << each.what << "\n    old at " << each.old_at
        << ": " << each.old_text << "\n    new at " << each.new_at << ": " << each.new_text << '\n';
  return result.is_proven() ? 0 : 1;
}

int check_file(llvm::StringRef path) {
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(path);
  return file ? check(path, file->bytes()) : fail(path, file.takeError());
}

int check_random(unsigned count) {
  int status = 0;
  for (unsigned seed = 0; seed < count; seed++)
    status = std::max(status, check("random function " + std::to_string(seed),
                                    test::ShapeGenerator(seed).module()));
  return status;
}

} // namespace

} // namespace wald

int main(int argc, char **argv) {
  int status = 0;
  for (int i = 1; i < argc; i++) {
    unsigned count = 0;
    if (llvm::StringRef(argv[i]) == "--random" && i + 1 < argc &&
        llvm::to_integer(argv[i + 1], count)) {
      status = std::max(status, wald::check_random(count));
      i++;
    } else {
      status = std::max(status, wald::check_file(argv[i]));
    }
  }
  return status;
}

// The reference writes into a directory of its own below the temporary directory; the go command
// deletes its work directory after an error, so the files to look at cannot stay there.
#include "wald/verify.h"

#include "objfile/system/process.h"
#include "objfile/system/signal_block.h"
#include "objfile/system/temporary_file.h"
#include "wald/verify_code.h"
#include "wasm/module_diff.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <thread>
#include <unistd.h>
#include <vector>

namespace wald {

namespace {

namespace fs = llvm::sys::fs;

constexpr int kFailed = 2;

// Where the two differ.
std::vector<std::string> describe(llvm::MemoryBufferRef wald, llvm::MemoryBufferRef reference,
                                  const Context &ctx) {
  auto bytes = [](llvm::MemoryBufferRef file) {
    return llvm::arrayRefFromStringRef(file.getBuffer());
  };
  std::string text = wasm::describe_difference(
      bytes(wald), bytes(reference), {.a = "wald", .b = "the Go linker"},
      [&](uint64_t address) {
        std::string symbol = data_symbol_at(ctx, address);
        return symbol.empty() ? symbol : "data symbol " + symbol;
      },
      [&](uint32_t n) { return function_name_at(ctx, n); });
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return {lines.begin(), lines.end()};
}

// Whether the module with other code is proven to do what the Go linker's does. Says what is not.
bool is_proven(llvm::MemoryBufferRef optimized, llvm::MemoryBufferRef reference,
               const Context &ctx) {
  auto read = [](llvm::MemoryBufferRef file) {
    return wasm::read_module(llvm::arrayRefFromStringRef(file.getBuffer()));
  };
  llvm::Expected<wasm::Module> before = read(reference), after = read(optimized);
  if (!before || !after) {
    report_error("cannot read both modules to check them: " +
                 llvm::toString(joinErrors(before.takeError(), after.takeError())));
    return false;
  }
  std::vector<std::string> names; // for modules without a name section
  if (before->names.empty()) {
    for (uint32_t i = 0; i < before->functions.size(); i++)
      names.push_back(function_name_at(ctx, i));
    before->names.resize(before->num_imported_functions());
    llvm::append_range(before->names, names);
  }
  return verify_code(*before, *after, std::clamp(std::thread::hardware_concurrency(), 1u, 2u));
}

// What is no regular file stays: a device, and a symbolic link.
void remove_output(const std::string &output) {
  fs::file_status status;
  if (!fs::status(output, status, /*follow=*/false) && fs::is_regular_file(status))
    ::unlink(output.c_str());
}

// The words of the reference's link: the same, but for the output.
std::vector<std::string> reference_words(llvm::StringRef tool, const ParsedCommand &command,
                                         size_t skip, llvm::StringRef output) {
  llvm::ArrayRef<std::string> words = command.words;
  std::vector<std::string> result = {tool.str()};
  llvm::append_range(result, words.slice(skip, command.flag_words - skip));
  result.push_back("-o");
  result.push_back(output.str());
  llvm::append_range(result, words.drop_front(command.flag_words));
  return result;
}

} // namespace

std::optional<Problem> why_not_verified(const GivenOptions &options) {
  // What --optimize makes is checked in its own way.
  std::string changes = options.module_changes(/*except=*/"optimize");
  if (!options.has("verify") || changes.empty())
    return std::nullopt;
  return Problem{"--verify compares with the Go linker, which has no " + changes, {}};
}

int verify_against_reference(llvm::StringRef tool, const ParsedCommand &command, size_t skip,
                             const LinkResult &result) {
  const std::string &output = command.options.output;
  // Both disappear, also where a signal ends the process, unless they are kept.
  wasm::TemporaryFile folder, module;
  llvm::SmallString<128> directory;
  {
    wasm::SignalBlock block;
    if (std::error_code error = fs::createUniqueDirectory("wald-verify", directory)) {
      report_error("cannot make a directory to verify in: " + error.message());
      return kFailed;
    }
    folder.adopt(directory.str().str());
    module.adopt((directory + "/reference.wasm").str());
  }
  const std::string reference = module.name();
  int status = run_program(reference_words(tool, command, skip, reference));
  auto expected = read_disk_file(reference);
  auto actual = read_disk_file(output);
  Problem problem;
  if (status != 0)
    problem.fact =
        "the Go linker fails where wald does not, with exit status " + std::to_string(status);
  else if (!expected || !actual)
    problem.fact = "cannot read both modules to compare them";
  else if (command.options.optimized.any()) {
    if (!is_proven(**actual, **expected, *result.context))
      problem.fact = "wald's module is not proven to do what the Go linker's does";
  } else if ((*expected)->getBuffer() != (*actual)->getBuffer())
    problem = {"wald's module is not the Go linker's",
               describe(**actual, **expected, *result.context)};
  if (problem.fact.empty()) {
    append_to_log(kVerifyLog, kVerified);
    return 0;
  }
  module.keep();
  folder.keep();
  std::string kept = (directory + "/wald.wasm").str();
  if (std::error_code error = fs::copy_file(output, kept))
    problem.notes.push_back("wald's module cannot be kept: " + error.message());
  remove_output(output);
  append_to_log(kVerifyLog, "different\n");
  problem.notes.push_back("wald's: " + kept);
  problem.notes.push_back("the Go linker's: " + reference);
  report_error(problem);
  return kFailed;
}

} // namespace wald

// wald optimize: the control flow of a finished module's functions, rebuilt, and checked if asked
// for.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "linker/inspect/go_module.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/output_file.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/verify_code.h"
#include "wasm/code/optimize_module.h"
#include "wasm/validate.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace wald {

namespace {

// The names that the program's runtime knows its functions by, for a module without a name section.
class RuntimeNames {
public:
  void give_to(wasm::Module &module) {
    llvm::Expected<inspect::GoModule> opened = inspect::GoModule::open(module);
    if (!opened) {
      llvm::consumeError(opened.takeError());
      return;
    }
    program_.emplace(std::move(*opened));
    module.names.resize(module.num_functions());
    for (uint32_t i = 0; i < program_->num_functions(); i++) {
      inspect::Function function = program_->function(i);
      if (std::optional<uint32_t> index = function.wasm_function();
          index && *index < module.names.size() && module.names[*index].empty())
        module.names[*index] = function.name();
    }
  }

private:
  std::optional<inspect::GoModule> program_; // the names are views of it
};

int fail(llvm::StringRef file, llvm::Error error) {
  report_error(std::move(error), file);
  return 1;
}

} // namespace

int run_optimize(Args args) {
  const Command &command = command_of(kCmdOptimize);
  CommandLine line = parse_command_line(command, args);
  if (line.wants_help) {
    llvm::outs() << command_help(command);
    return 0;
  }
  if (!line.problem && line.rest.size() != 1)
    line.problem = Problem{"one module expected", {}};
  else if (!line.problem && !line.options.has("o"))
    line.problem = Problem{"no name for the new module: -o OUT.wasm", {}};
  if (line.problem) {
    report_error(*line.problem);
    llvm::errs() << '\n' << command_help(command);
    return 2;
  }
  llvm::StringRef source = line.rest[0], target = line.options.value("o");
  llvm::Expected<objfile::MappedFile> input = objfile::MappedFile::open(source);
  if (!input) {
    report_error(input.takeError());
    return 1;
  }
  llvm::Expected<wasm::Module> module = wasm::read_module(input->bytes());
  if (!module)
    return fail(source, module.takeError());
  RuntimeNames runtime_names;
  if (module->names.empty())
    runtime_names.give_to(*module);
  unsigned num_threads = std::clamp(std::thread::hardware_concurrency(), 1u, 2u);
  llvm::Expected<code::OptimizedModule> optimized = code::optimize_module(*module, num_threads);
  if (!optimized)
    return fail(source, optimized.takeError());
  // As links with --optimize do. A fault may as well have been there before.
  if (std::optional<Problem> problem = wasm::validate_module(optimized->bytes)) {
    report_error(source + ": " + problem->fact, problem->notes);
    return 1;
  }
  if (line.options.has("verify")) {
    llvm::Expected<wasm::Module> after = wasm::read_module(optimized->bytes);
    if (!after)
      return fail(target, after.takeError());
    if (!verify_code(*module, *after, num_threads))
      return 1;
  }
  llvm::Expected<wasm::OutputFile> output = wasm::OutputFile::create(target);
  if (!output)
    return fail(target, output.takeError());
  output->write(0, optimized->bytes);
  if (llvm::Error error = output->commit())
    return fail(target, std::move(error));
  if (line.options.has("stats"))
    optimized->statistics.print(llvm::outs());
  return 0;
}

} // namespace wald

// wald optimize: the control flow of a finished module's functions, rebuilt.
#include "linker/inspect/go_module.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/output_file.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wasm/code/optimize_module.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace wald {

namespace {

constexpr char kUsage[] = "usage: wald optimize IN.wasm -o OUT.wasm [--stats]\n";

struct Options {
  llvm::StringRef input, output;
  bool prints_statistics = false;
};

bool parse(Args args, Options &options) {
  for (size_t i = 0; i < args.size(); i++) {
    llvm::StringRef arg = args[i];
    if (arg == "-o" && i + 1 < args.size())
      options.output = args[++i];
    else if (arg.starts_with("-o="))
      options.output = arg.drop_front(3);
    else if (arg == "--stats")
      options.prints_statistics = true;
    else if (!arg.starts_with("-") && options.input.empty())
      options.input = arg;
    else
      return false;
  }
  return !options.input.empty() && !options.output.empty();
}

void print_statistics(const code::Statistics &statistics, llvm::raw_ostream &out) {
  out << "functions " << statistics.num_functions << '\n'
      << "rebuilt " << statistics.num_rebuilt << '\n';
  for (unsigned i = 1; i < code::kNumLeft; i++)
    if (statistics.left[i])
      out << "left " << statistics.left[i] << ": " << code::left_reason(code::Left(i)) << '\n';
  out << "code bytes " << statistics.bytes_before << " to " << statistics.bytes_after << " ("
      << llvm::format("%.3f", double(statistics.bytes_after) /
                                  double(std::max<uint64_t>(statistics.bytes_before, 1)))
      << ")\n";
}

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
          index && *index < module.names.size())
        module.names[*index] = function.name();
    }
  }

private:
  std::optional<inspect::GoModule> program_; // the names are views of it
};

int fail(llvm::StringRef file, llvm::Error error) {
  report_error(file.str() + ": " + llvm::toString(std::move(error)));
  return 1;
}

} // namespace

int run_optimize(Args args) {
  Options options;
  if (!parse(args, options)) {
    llvm::errs() << kUsage;
    return 2;
  }
  llvm::Expected<objfile::MappedFile> input = objfile::MappedFile::open(options.input);
  if (!input) {
    report_error(llvm::toString(input.takeError()));
    return 1;
  }
  llvm::Expected<wasm::Module> module = wasm::read_module(input->bytes());
  if (!module)
    return fail(options.input, module.takeError());
  RuntimeNames runtime_names;
  if (module->names.empty())
    runtime_names.give_to(*module);
  unsigned num_threads = std::clamp(std::thread::hardware_concurrency(), 1u, 2u);
  llvm::Expected<code::OptimizedModule> optimized = code::optimize_module(*module, num_threads);
  if (!optimized)
    return fail(options.input, optimized.takeError());
  llvm::Expected<wasm::OutputFile> output = wasm::OutputFile::create(options.output);
  if (!output)
    return fail(options.output, output.takeError());
  output->write(0, optimized->bytes);
  if (llvm::Error error = output->commit())
    return fail(options.output, std::move(error));
  if (options.prints_statistics)
    print_statistics(optimized->statistics, llvm::outs());
  return 0;
}

} // namespace wald

// wald size: the report of --size-report for a finished module.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "linker/command_line/size_options.h"
#include "linker/size/inspected.h"
#include "linker/size/output.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "objfile/system/text_file.h"
#include "wald/commands.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

constexpr int kUsageStatus = 2;

// The form that is asked for; by the name of the file, if there is none.
std::optional<size::Form> form_of(const GivenOptions &options) {
  if (options.has("format"))
    return size::find_form(options.value("format"));
  std::optional<size::Form> form = size::form_of_file(options.value("o"));
  return form ? form : size::Form::kText;
}

int report_sizes(llvm::StringRef name, const GivenOptions &options, const size::Request &request) {
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(name.str());
  if (!file) {
    report_error(file.takeError());
    return 1;
  }
  llvm::Expected<wasm::Module> wasm_module = wasm::read_module(file->bytes());
  if (!wasm_module) {
    report_error(wasm_module.takeError(), name);
    return 1;
  }
  llvm::Expected<inspect::GoModule> module = inspect::GoModule::open(*wasm_module);
  if (!module) {
    report_error(module.takeError(), name);
    return 1;
  }
  size::Report report(file->bytes().size());
  report.file = name.str();
  size::attribute_module(*module, report);
  if (request.compressed)
    report.gzip_size = size::gzip_size(file->bytes());
  const bool prints_report = !request.has_outputs() || options.has("format");
  if (options.has("o") || !prints_report)
    size::write_compressed(llvm::outs(), report);
  std::vector<Problem> problems = deliver(report, request, llvm::outs());
  size::Form form = form_of(options).value_or(size::Form::kText);
  auto write = [&](llvm::raw_ostream &out) { write_report(out, report, form, nullptr); };
  if (options.has("o")) {
    if (std::string error = write_text_file(options.value("o").str(), write); !error.empty())
      problems.push_back({error, {}});
  } else if (prints_report) {
    write(llvm::outs());
  }
  for (const Problem &problem : problems)
    report_error(problem);
  return problems.empty() ? 0 : 1;
}

} // namespace

int run_size(Args args) {
  const Command &command = command_of(kCmdSize);
  CommandLine line = parse_command_line(command, args);
  size::Request request;
  if (line.wants_help) {
    llvm::outs() << command_help(command);
    return 0;
  }
  if (!line.problem && line.rest.size() != 1)
    line.problem = Problem{"one module expected", {}};
  // What else is to be done with the report than to print it.
  for (const GivenOption &given : line.options.all())
    if (!line.problem)
      line.problem = apply_size_option(given, request);
  if (line.problem) {
    report_error(*line.problem);
    llvm::errs() << '\n' << command_help(command);
    return kUsageStatus;
  }
  return report_sizes(line.rest[0], line.options, request);
}

} // namespace wald

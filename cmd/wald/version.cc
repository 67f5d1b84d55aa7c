// wald version: wald's own, and with files that of the Go which compiled them, as go version -m
// tells it for native programs.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "linker/inspect/go_module.h"
#include "objfile/support/printable.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "wald/commands.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

constexpr int kUsageStatus = 2;

llvm::Error print_version(llvm::StringRef name, bool with_modules) {
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(name.str());
  if (!file)
    return file.takeError();
  llvm::Expected<wasm::Module> wasm_module = wasm::read_module(file->bytes());
  if (!wasm_module)
    return wasm_module.takeError();
  llvm::Expected<inspect::GoModule> module = inspect::GoModule::open(*wasm_module);
  if (!module)
    return module.takeError();
  const inspect::BuildInfo &info = module->build_info();
  llvm::StringRef version = info.go_version.empty() ? module->producer() : info.go_version;
  llvm::outs() << name << ": " << (version.empty() ? "unknown" : wasm::printable(version)) << '\n';
  if (!with_modules)
    return llvm::Error::success();
  for (const inspect::BuildInfo::Line &line : info.lines()) {
    llvm::outs() << '\t' << wasm::printable(line.kind);
    for (llvm::StringRef field : line.fields)
      llvm::outs() << '\t' << wasm::printable(field);
    llvm::outs() << '\n';
  }
  return llvm::Error::success();
}

} // namespace

int run_version(Args args) {
  const Command &command = command_of(kCmdVersion);
  CommandLine line = parse_command_line(command, args);
  if (!line.problem && line.rest.empty() && line.options.has("m"))
    line.problem = Problem{"-m needs the name of a module", {}};
  if (line.problem) {
    report_error(*line.problem);
    llvm::errs() << '\n' << command_help(command);
    return kUsageStatus;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command);
    return 0;
  }
  if (line.rest.empty())
    llvm::outs() << "wald " WALD_VERSION "\n";
  int status = 0;
  for (const std::string &name : line.rest)
    if (llvm::Error error = print_version(name, line.options.has("m"))) {
      report_error(std::move(error), name);
      status = 1;
    }
  return status;
}

} // namespace wald

// wald version: wald's own, and with files that of the Go which compiled them, as go version -m
// tells it for native programs.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "linker/command_line/version_text.h"
#include "linker/inspect/go_module.h"
#include "objfile/support/printable.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "wald/bill_of_materials.h"
#include "wald/commands.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>

namespace wald {

namespace {

constexpr int kUsageStatus = 2;

// Of a bill of materials: SOURCE_DATE_EPOCH, for those that are to be the same each time, or now.
int64_t time_of_documents() {
  int64_t seconds = 0;
  std::string given = environment_value("SOURCE_DATE_EPOCH");
  if (!given.empty() && !llvm::StringRef(given).getAsInteger(10, seconds) && seconds >= 0)
    return seconds;
  return std::time(nullptr);
}

llvm::Error print_version(llvm::StringRef name, bool with_modules, llvm::StringRef format) {
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
  if (format == "cyclonedx" || format == "spdx") {
    ModuleFile described = {llvm::sys::path::filename(name), file->bytes(), version.str(), info};
    llvm::Expected<llvm::json::Value> bill =
        format == "spdx" ? spdx(described, time_of_documents()) : cyclonedx(described);
    if (!bill)
      return bill.takeError();
    llvm::outs() << llvm::formatv("{0:2}\n", *bill);
    return llvm::Error::success();
  }
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
  llvm::StringRef format = line.options.value("format");
  bool is_bill = !format.empty() && format != "text";
  if (!line.problem && is_bill && (line.rest.size() != 1 || !line.options.has("m")))
    line.problem = Problem{("--format=" + format + " is of one module, with -m").str(), {}};
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
    llvm::outs() << version_text();
  int status = 0;
  for (const std::string &name : line.rest)
    if (llvm::Error error = print_version(name, line.options.has("m"), format)) {
      report_error(std::move(error), name);
      status = 1;
    }
  return status;
}

} // namespace wald

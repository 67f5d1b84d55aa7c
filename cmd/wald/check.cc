// wald check: what the rules say about the directives of packages, without a link.
#include "wald/check.h"

#include "directives/contracts/interface_json.h"
#include "directives/reports/print_interface.h"
#include "linker/command_line/option_help.h"
#include "linker/command_line/options.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_overlay.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace fs = llvm::sys::fs;

namespace {

constexpr int kFoundStatus = 1;
constexpr int kFailedStatus = 2;

CheckOptions check_options(const CommandLine &line) {
  CheckOptions options;
  options.problem = line.problem;
  options.go_words = line.rest;
  options.print = line.options.has("print");
  options.with_std = line.options.has("std");
  options.importcfg = line.options.value("importcfg").str();
  // Another word would be an error of the command line.
  if (auto format = directives::find_report_format(line.options.value("format")))
    options.format = *format;
  for (const GivenOption &given : line.options.all()) {
    if (!options.problem)
      options.problem = apply_interface_option(given, options.exports, options.rules);
    if (!options.problem)
      options.problem = apply_contract_option(given, options.contracts);
  }
  return options;
}

int print_rules() {
  for (const directives::Rule &rule : directives::all_rules())
    llvm::outs() << rule.id << " (" << directives::severity_name(rule.severity)
                 << (rule.scope == directives::RuleScope::kEveryLink ? ", in every link)\n" : ")\n")
                 << "  " << rule.summary << "\n  go build: " << rule.reference << '\n';
  return 0;
}

} // namespace

int Checker::run() {
  if (!contracts_.load())
    return kFailedStatus;
  auto access = directives::overlaid_disk(overlay_of_command(options_.go_words));
  if (!access)
    return fail(access.takeError()), kFailedStatus;
  sources_ = directives::SourceFiles(std::move(*access));
  bool is_complete = !options_.importcfg.empty()                       ? add_import_config()
                     : llvm::any_of(options_.go_words, is_module_file) ? add_modules()
                                                                       : add_go_packages();
  if (!is_complete && programs_.empty() && findings_.empty())
    return kFailedStatus;
  if (options_.print)
    return print() && is_complete ? 0 : kFailedStatus;
  // What could not be read may be what a contract wants.
  if (is_complete && !options_.contracts.empty())
    is_complete = check_contracts();
  int status = report();
  return is_complete ? status : kFailedStatus;
}

bool Checker::check_contracts() {
  if (programs_.empty())
    return true; // an invalid module, as was found
  std::vector<directives::CheckedInterface> programs;
  programs.reserve(programs_.size());
  std::vector<directives::DroppedExport> dropped = source_checker_.dropped_exports();
  for (const CheckedProgram &program : programs_)
    programs.push_back(
        {program.name, &program.interface, program.is_library, program.is_module, dropped});
  return contracts_.check(programs, findings_);
}

bool Checker::fail(llvm::Error error) {
  report_error(std::move(error));
  return false;
}

std::string Checker::directory() {
  llvm::SmallString<128> path;
  return fs::current_path(path) ? "" : path.str().str();
}

bool Checker::print() const {
  if (options_.format == directives::ReportFormat::kText) {
    for (const CheckedProgram &program : programs_)
      directives::print_interface(llvm::outs(), program.interface, program.name, directory(),
                                  options_.with_std || program.is_std);
    return true;
  }
  if (options_.format != directives::ReportFormat::kJson) {
    report_error("--print has the formats text and json");
    return false;
  }
  llvm::json::OStream json(llvm::outs(), 2);
  json.array([&] {
    for (const CheckedProgram &program : programs_)
      directives::write_interface(json, program.interface, program.name, directory());
  });
  llvm::outs() << '\n';
  return true;
}

int Checker::report() {
  directives::apply_settings(findings_, options_.rules, /*is_link=*/false);
  directives::sort_findings(findings_);
  directives::write_report(llvm::outs(), findings_, options_.rules, options_.format, directory());
  llvm::outs().flush();
  bool is_found = llvm::any_of(findings_, [&](const directives::Finding &finding) {
    return effective_severity(finding, options_.rules) != directives::Severity::kNote;
  });
  return is_found ? kFoundStatus : 0;
}

int run_check(Args args) {
  CommandLine line = parse_command_line(command_of(kCmdCheck), args);
  CheckOptions options = check_options(line);
  if (options.problem) {
    report_error(*options.problem);
    return kFailedStatus;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command_of(kCmdCheck));
    return 0;
  }
  if (options.print && !options.contracts.empty()) {
    report_error("--print compares nothing: leave out --host, --guest, --baseline and --update");
    return kFailedStatus;
  }
  if (line.options.has("rules"))
    return print_rules();
  return Checker(options).run();
}

} // namespace wald

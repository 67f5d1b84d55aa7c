// wald toolexec: stands between the go command and its tools. Only links for WebAssembly are
// wald's; everything else becomes the tool itself, without a process in between.
//
// The answer to -V=full is the real linker's, so action ids, and with them build ids, are those of
// a build without wald: the modules are the same, so they may share the go command's cache. Options
// of wald's extend it: who asks for --verify or --stats wants a link, not an earlier one's module.
#include "linker/command_line/option_help.h"
#include "linker/link.h"
#include "linker/output/wasm_opt.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_linker.h"
#include "wald/go_overlay.h"
#include "wald/progress.h"
#include "wald/summary.h"
#include "wald/tool_chain.h"
#include "wald/tool_link.h"
#include "wald/verify.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace wald {

using Words = std::vector<std::string>;

namespace {

constexpr int kUsageStatus = 2;

// The notes of a problem would only confuse here.
int hand_over(const Words &tool_line, const GivenOptions &options, const std::string &reason) {
  for (const std::string &names : {options.module_changes(), options.guards()})
    if (!names.empty()) {
      report_error(reason, {"only the Go linker can do this link, which has no " + names});
      return kUsageStatus;
    }
  if (is_wald(tool_line[0])) {
    report_error(reason, {"only the Go linker can do this link, and it is missing: it belongs "
                          "beside wald as link.go, or where WALD_GO_LINK says"});
    return kUsageStatus;
  }
  std::vector<std::string> notes;
  if (!options.reports().empty())
    notes.push_back("it knows nothing of " + options.reports());
  report_note("handing over to the Go linker: " + reason, notes);
  return exec_program(tool_line);
}

} // namespace

std::string version_line_with_options(llvm::StringRef line, llvm::StringRef id,
                                      llvm::ArrayRef<std::string> words) {
  // Onto the last word, without a space: for a development toolchain the go command looks at the
  // last word only, there after the last slash, for a release at the whole line.
  std::string extended = (line.rtrim() + "+wald-" + id).str();
  for (llvm::StringRef word : words) {
    extended += ',';
    // Two different words must not become one.
    for (char c : word)
      if (llvm::isSpace(c) || c == '/' || c == '%')
        extended += "%" + llvm::toHex(llvm::StringRef(&c, 1));
      else
        extended += c;
  }
  return extended + "\n";
}

namespace {

int answer_version(const Words &tool_line, const GivenOptions &options) {
  Words option_words = options.words_for(kCmdToolexec);
  if (option_words.empty())
    return exec_program(tool_line);
  llvm::append_range(option_words, options.file_marks(kCmdToolexec));
  // Another binaryen makes another module.
  if (options.has("wasm-opt")) {
    llvm::Expected<std::string> version = version_of_wald_opt();
    if (!version) {
      report_error(version.takeError());
      return kUsageStatus;
    }
    option_words.push_back(std::move(*version));
  }
  std::optional<std::string> line = output_of_program(tool_line);
  if (!line) {
    report_error(tool_line[0] + " does not tell its version");
    return kUsageStatus;
  }
  llvm::outs() << version_line_with_options(*line, WALD_VERSION, option_words);
  return 0;
}

// What no word of is known to be Go's linker, and looks like a link.
int pass_on_unknown(const Words &words, const GivenOptions &options) {
  llvm::StringRef fact = "none of the words after `wald toolexec` can be told to be Go's linker";
  if (options.words_for(kCmdToolexec).empty()) {
    report_note(fact + ": " + words[0] + " runs without wald");
    return exec_program(words);
  }
  report_error(fact, {words[0] + " would run without the options of wald's"});
  return kUsageStatus;
}

// Why the real linker has to check this command line, if it has to: flags that the toolchain in use
// may not know.
std::optional<Problem> version_problem(const LinkOptions &options) {
  if (options.version_bound_flags.empty())
    return std::nullopt;
  auto archive = read_disk_file(options.main_archive);
  int minor = archive ? go_minor_of_archive((*archive)->getBuffer()) : 0;
  return check_flags_of_version(options, minor);
}

// Which sources the compiler read, where types are read from sources. False, after saying so, if
// nobody tells.
bool find_overlay(LinkOptions &options) {
  std::optional<directives::OverlayPlace> place = overlay_of_caller();
  if (!place)
    place = overlay_of_environment();
  options.is_overlay_known = place.has_value();
  options.overlay = place.value_or(directives::OverlayPlace());
  if (place || options.exports.added.empty())
    return true;
  report_error("--export: whether the sources were compiled with -overlay is not known: no go "
               "command that runs wald is to be seen in /proc",
               {"wald build knows it; here WALD_OVERLAY=FILE in the environment names the "
                "overlay, and WALD_OVERLAY=off says that there was none"});
  return false;
}

// What the link prints goes to the wald build that waits for it: the go command would print it on
// stderr, and once more whenever it finds the output up to date.
LinkResult link_with_reports(const LinkOptions &options) {
  append_to_log(kReportLog, "\n"); // there was a link, also if it prints nothing
  std::string log = environment_value(kReportLog);
  int fd = log.empty() ? -1 : ::open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0)
    return link(options);
  llvm::outs().flush();
  int before = ::dup(STDOUT_FILENO);
  ::dup2(fd, STDOUT_FILENO);
  ::close(fd);
  LinkResult result = link(options);
  llvm::outs().flush();
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  return result;
}

} // namespace

int link_or_hand_over(const Words &line, size_t linker, const GivenOptions &options) {
  Words tool_line(line.begin() + linker, line.end());
  tool_line[0] = go_linker_for(tool_line[0]);
  Words words = options.words_for(kCmdLink);
  const size_t num_own = words.size();
  words.insert(words.end(), tool_line.begin() + 1, tool_line.end());
  ParsedCommand command = parse_link_options(words, environment_of_process(), read_disk_file);
  if (command.kind == CommandKind::kVersion)
    return answer_version(line, options);
  if (command.kind == CommandKind::kHelp)
    return exec_program(line);
  if (linker != 0)
    return run_chained_link(line, linker, options.words_for(kCmdToolexec));
  if (command.kind == CommandKind::kRefused)
    return hand_over(tool_line, options, command.problem.fact);
  if (command.kind == CommandKind::kError) {
    if (!command.problem.fact.empty())
      report_error(command.problem);
    return command.exit_status;
  }
  if (std::optional<Problem> problem = version_problem(command.options))
    return hand_over(tool_line, options, problem->fact);
  if (!find_overlay(command.options))
    return kUsageStatus;
  if (options.has("verify") && is_wald(tool_line[0])) {
    report_error("--verify: the Go linker is missing",
                 {"it belongs beside wald as link.go, or where WALD_GO_LINK says"});
    return kUsageStatus;
  }
  if (!environment_value(kShowPasses).empty())
    command.options.verbosity = std::max(command.options.verbosity, 1);
  LinkResult result =
      options.reports().empty() ? link(command.options) : link_with_reports(command.options);
  if (result.status == LinkStatus::kHandOver)
    return hand_over(tool_line, options, result.hand_over_reason);
  if (result.status == LinkStatus::kOk)
    append_to_log(kSummaryLog, summary_entry(summary_of(*result.context)));
  if (result.status == LinkStatus::kOk && options.has("verify"))
    return verify_against_reference(tool_line[0], command, num_own, result);
  return exit_status(result.status);
}

int run_toolexec(Args args) {
  CommandLine line = parse_command_line(command_of(kCmdToolexec), args);
  const GivenOptions &options = line.options;
  const Words &words = line.rest;
  if (!line.problem)
    line.problem = why_not_verified(options);
  if (!line.problem && words.empty() && !line.wants_help)
    line.problem = Problem{"no tool given", {}};
  if (line.problem) {
    report_error(*line.problem);
    llvm::errs() << '\n' << command_help(command_of(kCmdToolexec));
    return kUsageStatus;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command_of(kCmdToolexec));
    return 0;
  }
  if (environment_value("GOARCH") != "wasm")
    return exec_program(words);
  std::optional<size_t> tool = find_go_tool(words);
  if (!tool && may_be_link(words))
    return pass_on_unknown(words, options);
  if (!tool || llvm::sys::path::stem(words[*tool]) != "link") {
    if (tool)
      note_compilation(llvm::ArrayRef(words).drop_front(*tool));
    return exec_program(words);
  }
  if (environment_value("WALD") != "off")
    return link_or_hand_over(words, *tool, options);
  if (!options.module_changes().empty() || !options.guards().empty())
    return hand_over(words, options, "WALD=off in the environment");
  return exec_program(words);
}

} // namespace wald

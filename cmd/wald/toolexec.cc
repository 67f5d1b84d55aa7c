// wald toolexec: stands between the go command and its tools. Only links for WebAssembly are
// wald's; everything else becomes the tool itself, without a process in between.
//
// The answer to -V=full is the real linker's, so action ids, and with them build ids, are those of
// a build without wald: the modules are the same, so they may share the go command's cache. Options
// of wald's extend it: who asks for --verify or --stats wants a link, not an earlier one's module.
#include "linker/link.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/verify.h"
#include "wald/wrapper_options.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

using Words = std::vector<std::string>;

constexpr int kUsageStatus = 2;

bool is_wasm_link(llvm::StringRef tool) {
  llvm::StringRef name = llvm::sys::path::filename(tool);
  return (name == "link" || name == "link.exe") && environment_value("GOARCH") == "wasm";
}

// One line: what stands behind the first line of a message would only confuse here.
int hand_over(const Words &tool_line, const WrapperOptions &options, llvm::StringRef reason) {
  if (options.changes_module) {
    report_error(
        reason.split('\n').first +
        "\n>>> only the Go linker can do this link, which has no --export and --no-export");
    return kUsageStatus;
  }
  report_note("handing over to the Go linker: " + reason.split('\n').first);
  return exec_program(tool_line);
}

int answer_version(const Words &tool_line, const WrapperOptions &options) {
  Words option_words = words_of(options);
  if (option_words.empty())
    return exec_program(tool_line);
  std::optional<std::string> line = output_of_program(tool_line);
  if (!line) {
    report_error(tool_line[0] + " does not tell its version");
    return kUsageStatus;
  }
  llvm::outs() << version_line_with_options(*line, option_words);
  return 0;
}

// Why the real linker has to check this command line, if it has to: flags that the toolchain in use
// may not know.
std::optional<std::string> version_problem(const LinkOptions &options) {
  if (options.version_bound_flags.empty())
    return std::nullopt;
  auto archive = read_disk_file(options.main_archive);
  int minor = archive ? go_minor_of_archive((*archive)->getBuffer()) : 0;
  if (std::optional<Problem> problem = check_flags_of_version(options, minor))
    return message_of(*problem);
  return std::nullopt;
}

int link_or_hand_over(const Words &tool_line, const WrapperOptions &options) {
  Words words = options.words;
  words.insert(words.end(), tool_line.begin() + 1, tool_line.end());
  ParsedCommand command = parse_link_options(words, environment_of_process(), read_disk_file);
  switch (command.kind) {
  case CommandKind::kVersion:
    return answer_version(tool_line, options);
  case CommandKind::kHelp:
    return exec_program(tool_line);
  case CommandKind::kRefused:
    return hand_over(tool_line, options, command.message);
  case CommandKind::kError:
    if (!command.message.empty())
      report_error(command.message);
    return command.exit_status;
  case CommandKind::kLink:
    break;
  }
  if (std::optional<std::string> problem = version_problem(command.options))
    return hand_over(tool_line, options, *problem);
  LinkResult result = link(command.options);
  if (result.status == LinkStatus::kHandOver)
    return hand_over(tool_line, options, result.hand_over_reason);
  if (result.status == LinkStatus::kOk && options.verify)
    return verify_against_reference(tool_line[0], command, options.words.size(), result);
  return exit_status(result.status);
}

} // namespace

int run_toolexec(Args args) {
  WrapperOptions options = parse_wrapper_options(args);
  Words tool_line(args.begin() + options.count, args.end());
  if (!options.error.empty()) {
    report_error(options.error);
    return kUsageStatus;
  }
  if (tool_line.empty() || llvm::StringRef(tool_line[0]).starts_with("-")) {
    report_error(tool_line.empty() ? "no tool given" : "unknown option " + tool_line[0]);
    llvm::errs() << ">>> usage: go build -toolexec=\"wald toolexec [--threads=N] [--stats] "
                    "[--time-trace=FILE] [--validate] [--verify]\"\n";
    return kUsageStatus;
  }
  if (!is_wasm_link(tool_line[0]))
    return exec_program(tool_line);
  if (environment_value("WALD") == "off" && !options.changes_module)
    return exec_program(tool_line);
  if (environment_value("WALD") == "off")
    return hand_over(tool_line, options, "WALD=off in the environment");
  return link_or_hand_over(tool_line, options);
}

} // namespace wald

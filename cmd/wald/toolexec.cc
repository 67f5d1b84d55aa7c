// wald toolexec: stands between the go command and its tools. Only links for WebAssembly are
// wald's; everything else becomes the tool itself, without a process in between.
//
// The answer to -V=full is the real linker's, so action ids, and with them build ids, are those of
// a build without wald: the modules are the same, so they may share the go command's cache. Options
// of wald's extend it: who asks for --verify or --stats wants a link, not an earlier one's module.
#include "linker/link.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_overlay.h"
#include "wald/tool_chain.h"
#include "wald/verify.h"
#include "wald/wrapper_options.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

using Words = std::vector<std::string>;

constexpr int kUsageStatus = 2;

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

// What no word of is known to be Go's linker, and looks like a link.
int pass_on_unknown(const Words &words, const WrapperOptions &options) {
  llvm::StringRef fact = "none of the words after `wald toolexec` can be told to be Go's linker";
  if (words_of(options).empty()) {
    report_note(fact + ": " + words[0] + " runs without wald");
    return exec_program(words);
  }
  report_error(fact + "\n>>> " + words[0] + " would run without the options of wald's");
  return kUsageStatus;
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
               "command that runs wald is to be seen in /proc\n"
               ">>> wald build knows it; here WALD_OVERLAY=FILE in the environment names the "
               "overlay, and WALD_OVERLAY=off says that there was none");
  return false;
}

// `line` is the linker with its arguments, after those of another tool, if there is one.
int link_or_hand_over(const Words &line, size_t linker, const WrapperOptions &options) {
  const Words tool_line(line.begin() + linker, line.end());
  Words words = options.words;
  words.insert(words.end(), tool_line.begin() + 1, tool_line.end());
  ParsedCommand command = parse_link_options(words, environment_of_process(), read_disk_file);
  if (command.kind == CommandKind::kVersion)
    return answer_version(line, options);
  if (command.kind == CommandKind::kHelp)
    return exec_program(line);
  if (linker != 0)
    return run_chained_link(line, linker, words_of(options));
  if (command.kind == CommandKind::kRefused)
    return hand_over(tool_line, options, command.message);
  if (command.kind == CommandKind::kError) {
    if (!command.message.empty())
      report_error(command.message);
    return command.exit_status;
  }
  if (std::optional<std::string> problem = version_problem(command.options))
    return hand_over(tool_line, options, *problem);
  if (!find_overlay(command.options))
    return kUsageStatus;
  LinkResult result = link(command.options);
  if (result.status == LinkStatus::kHandOver)
    return hand_over(tool_line, options, result.hand_over_reason);
  if (result.status == LinkStatus::kOk && options.verify)
    return verify_against_reference(tool_line[0], command, options.words.size(), result);
  return exit_status(result.status);
}

} // namespace

int run_toolexec(Args args) {
  WrapperOptions options = parse_wrapper_options(Wrapper::kTool, args);
  const Words &words = options.rest;
  if (!options.error.empty()) {
    report_error(options.error);
    return kUsageStatus;
  }
  if (words.empty() || llvm::StringRef(words[0]).starts_with("-")) {
    report_error(words.empty() ? "no tool given" : "unknown option " + words[0]);
    llvm::errs() << ">>> usage: go build -toolexec=\"wald toolexec [OPTIONS] [PROGRAM [ARGS]]\"\n"
                    "PROGRAM, if there is one, runs between the go command and its tools.\n\n"
                 << kWrapperUsage;
    return kUsageStatus;
  }
  if (environment_value("GOARCH") != "wasm")
    return exec_program(words);
  std::optional<size_t> tool = find_go_tool(words);
  if (!tool && may_be_link(words))
    return pass_on_unknown(words, options);
  if (!tool || llvm::sys::path::stem(words[*tool]) != "link")
    return exec_program(words);
  if (environment_value("WALD") != "off")
    return link_or_hand_over(words, *tool, options);
  if (options.changes_module)
    return hand_over(words, options, "WALD=off in the environment");
  return exec_program(words);
}

} // namespace wald

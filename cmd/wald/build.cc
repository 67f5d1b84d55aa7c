// wald build and wald test: the go command of that name for WebAssembly, with this wald between it
// and the linker.
#include "linker/command_line/go_flags.h"
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "objfile/support/quoted_words.h"
#include "objfile/system/clock.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_command.h"
#include "wald/go_overlay.h"
#include "wald/progress.h"
#include "wald/summary.h"
#include "wald/tool_link.h"
#include "wald/verify.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace wald {

namespace {

using Words = std::vector<std::string>;

constexpr int kUsageStatus = 2;

// go test runs wasm binaries with go_GOOS_wasm_exec from PATH. Go has these scripts in a directory
// that hardly anybody has in PATH, so it is added where the script is not found.
void make_exec_script_findable(const std::string &go, llvm::ArrayRef<std::string> directory_flag) {
  if (!find_in_path("go_" + environment_value("GOOS") + "_wasm_exec").empty())
    return;
  Words words = {go, "env"};
  llvm::append_range(words, directory_flag);
  words.push_back("GOROOT");
  std::optional<std::string> root = output_of_program(words);
  if (!root)
    return;
  std::string directory = llvm::StringRef(*root).rtrim().str() + "/lib/wasm";
  ::setenv("PATH", (directory + ":" + environment_value("PATH")).c_str(), /*overwrite=*/1);
}

// Go's script for wasip1 runs wasmtime unless GOWASIRUNTIME names another engine. Where there is
// none, tests run in wald's interpreter, with what the script would give them.
std::optional<std::string> interpreter_flag(const Words &go_words, bool stub) {
  bool has_engine = !environment_value("GOWASIRUNTIME").empty() ||
                    !find_in_path("go_wasip1_wasm_exec").empty() ||
                    !find_in_path("wasmtime").empty();
  if (environment_value("GOOS") != "wasip1" || has_go_flag(go_words, "exec") ||
      has_go_flag(go_words, "c") || (has_engine && !stub))
    return std::nullopt;
  Words words = {own_path(), "run", "--dir=/", "--env=PWD", "--env=PATH"};
  if (stub)
    words.push_back("--stub");
  std::optional<std::string> command = quote_words(words);
  if (!command)
    return std::nullopt;
  if (!stub)
    report_note("no wasmtime in PATH: tests run in wald's interpreter, which is slow",
                {"GOWASIRUNTIME or -exec choose another engine"});
  return "-exec=" + *command;
}

// Runs the go command and tells what was compared.
int run_verified(const Words &go_line, bool is_optimized) {
  LinkLog log;
  if (!log.create(kVerifyLog))
    return kUsageStatus;
  int status = run_program(go_line);
  std::string text = log.text();
  size_t compared = llvm::StringRef(text).count('\n');
  size_t good = llvm::StringRef(text).count(kVerified);
  if (compared != 0)
    report_note(
        llvm::Twine(good) + " of " + llvm::Twine(compared) + " links " +
        (is_optimized ? "proven to do what the Go linker's do" : "identical to the Go linker's"));
  else
    report_note("no link was compared: the output was up to date, or handed over");
  return status;
}

// The same command with its output in that folder, and tests only compiled.
Words into_folder(Words go_line, size_t first_flag, llvm::StringRef folder) {
  Words words(go_line.begin(), go_line.begin() + first_flag);
  words.push_back(("-o=" + folder + "/").str());
  if (go_line[1] == "test")
    words.push_back("-c");
  llvm::ArrayRef<std::string> rest = llvm::ArrayRef(go_line).drop_front(first_flag);
  while (!rest.empty() && !ends_go_flags(rest[0])) {
    size_t size = size_of_go_flag(rest);
    if (!is_go_flag(rest[0], "o") && !is_go_flag(rest[0], "c"))
      llvm::append_range(words, rest.take_front(size));
    rest = rest.drop_front(size);
  }
  llvm::append_range(words, rest);
  return words;
}

int run_into_folder(const Words &go_line, size_t first_flag) {
  llvm::SmallString<128> folder;
  if (std::error_code error = llvm::sys::fs::createUniqueDirectory("wald-report", folder)) {
    report_error("cannot make a temporary directory: " + error.message());
    return kUsageStatus;
  }
  int status = run_program(into_folder(go_line, first_flag, folder));
  (void)llvm::sys::fs::remove_directories(folder); // what stays there is no harm
  return status;
}

// Where the output is up to date, or the result of a test known, the go command does not link: it
// does for an output that does not exist.
int run_reporting(const Words &go_line, size_t first_flag) {
  LinkLog log;
  if (!log.create(kReportLog))
    return kUsageStatus;
  int status = run_program(go_line);
  if (status == 0 && log.text().empty() && !has_go_flag(go_line, "n"))
    status = run_into_folder(go_line, first_flag);
  llvm::outs() << llvm::StringRef(log.text()).ltrim('\n');
  return status;
}

// For people who wait for it: says what is being compiled, and in a last line what was linked.
int run_with_summary(bool shows_progress, llvm::function_ref<int()> run) {
  LinkLog log;
  if (!log.create(kSummaryLog))
    return kUsageStatus;
  uint64_t start = read_clock(CLOCK_MONOTONIC);
  std::optional<ShownProgress> progress;
  if (shows_progress)
    progress.emplace();
  int status = run();
  progress.reset();
  if (status == 0)
    llvm::errs() << summary_line(log.text(), double(read_clock(CLOCK_MONOTONIC) - start) / 1e9);
  return status;
}

// --stub is an option of the interpreter's.
std::optional<std::string> why_no_stub(const Words &go_words) {
  if (environment_value("GOOS") != "wasip1")
    return "--stub is for GOOS=wasip1: wald's interpreter has nothing of JavaScript";
  if (has_go_flag(go_words, "exec"))
    return "--stub is for wald's interpreter, and -exec names an engine";
  return std::nullopt;
}

int run_go(const Command &command, Args args) {
  const llvm::StringRef subcommand = command.name;
  CommandLine line = parse_command_line(command, args);
  const Words &go_words = line.rest;
  if (!line.problem)
    line.problem = why_not_verified(line.options);
  if (line.problem) {
    report_error(*line.problem);
    return kUsageStatus;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command);
    return 0;
  }
  if (has_go_flag(go_words, "toolexec")) {
    report_error("wald " + subcommand + " sets -toolexec itself",
                 {("to have both: GOOS=wasip1 GOARCH=wasm go " + subcommand +
                   " -toolexec=\"wald toolexec PROGRAM\"")
                      .str()});
    return kUsageStatus;
  }
  if (!set_wasm_target())
    return kUsageStatus;
  const bool stub = line.options.has("stub");
  if (std::optional<std::string> problem = stub ? why_no_stub(go_words) : std::nullopt) {
    report_error(*problem);
    return kUsageStatus;
  }
  std::string go = find_in_path("go");
  if (go.empty()) {
    report_error("no go command in PATH", {"install Go 1.24 or later"});
    return kUsageStatus;
  }
  Words toolexec = {own_path(), "toolexec"};
  llvm::append_range(toolexec, line.options.words_for(kCmdToolexec));
  std::optional<std::string> toolexec_flag = quote_words(toolexec);
  if (!toolexec_flag) {
    report_error("the go command cannot be told of a path with both kinds of quotes",
                 {toolexec[0]});
    return kUsageStatus;
  }
  llvm::ArrayRef<std::string> words = go_words;
  size_t directory_words = size_of_directory_flag(go_words);
  std::optional<std::string> exec_flag;
  if (subcommand == "test" && !(exec_flag = interpreter_flag(go_words, stub)))
    make_exec_script_findable(go, words.take_front(directory_words));
  Words go_line = {go, subcommand.str()};
  llvm::append_range(go_line, words.take_front(directory_words));
  const size_t first_flag = go_line.size();
  go_line.push_back("-toolexec=" + *toolexec_flag);
  if (exec_flag)
    go_line.push_back(*exec_flag);
  llvm::append_range(go_line, words.drop_front(directory_words));
  pass_on_overlay(overlay_of_command(go_words));
  const bool is_build = command.bit == kCmdBuild;
  if (is_build && has_go_flag(go_words, "v"))
    ::setenv(kShowPasses, "1", /*overwrite=*/1);
  const bool has_summary = is_build && ::isatty(STDERR_FILENO) && !has_go_flag(go_words, "n");
  auto run = [&](bool becomes_go) {
    if (line.options.has("verify"))
      return run_verified(go_line, line.options.has("optimize"));
    if (!line.options.reports().empty())
      return run_reporting(go_line, first_flag);
    return becomes_go ? exec_program(go_line) : run_program(go_line);
  };
  // With -v and -x the go command says itself what it does.
  const bool shows_progress = !has_go_flag(go_words, "v") && !has_go_flag(go_words, "x");
  return has_summary ? run_with_summary(shows_progress, [&] { return run(/*becomes_go=*/false); })
                     : run(/*becomes_go=*/true);
}

} // namespace

int run_build(Args args) {
  return run_go(command_of(kCmdBuild), args);
}
int run_test(Args args) {
  return run_go(command_of(kCmdTest), args);
}

} // namespace wald

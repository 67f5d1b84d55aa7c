// wald run: runs a wasip1 command, or calls exports of a reactor, with nothing else installed.
#include "wald/commands.h"

#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "objfile/entry_points.h"
#include "objfile/support/printable.h"
#include "objfile/support/problem_error.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "wasm/file_kind.h"
#include "wasm/module_reader.h"
#include "wasm/run/interpreter.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <new>
#include <unistd.h>

namespace wald {

namespace {

using wasm::InterpExport;
using wasm::InterpOutcome;
using wasm::Interpreter;
using wasm::InterpValue;

constexpr int kFailure = 1;    // the module could not be run, or trapped
constexpr int kUsageError = 2; // the words after `wald run` are wrong

struct Invocation {
  std::string name;
  std::vector<std::string> args; // not yet parsed: the types are known only from the module
  bool has_args = false;
  const InterpExport *function = nullptr;
  std::vector<InterpValue> values;
};

struct RunOptions {
  wasm::WasiConfig wasi;
  std::vector<std::string> invocations;
  bool stubs_imports = false;
  bool sets_pwd = false;
  std::string module_path;
  std::vector<std::string> args; // after the module
};

int report(int status, const llvm::Twine &fact, llvm::ArrayRef<std::string> notes = {}) {
  report_error(fact, notes);
  return status;
}

int usage_error(Problem problem) {
  problem.notes.push_back("'wald run --help' lists the options");
  return report(kUsageError, problem.fact, problem.notes);
}

int report(int status, llvm::Error error, llvm::StringRef path = "") {
  report_error(std::move(error), path);
  return status;
}

// The interpreter keeps the guest's memory in the host's, and the C++ library ends the process by
// a signal when that is used up.
[[noreturn]] void exit_out_of_memory() {
  static constexpr char kText[] = "wald: error: out of memory\n";
  ssize_t written = ::write(2, kText, sizeof kText - 1);
  static_cast<void>(written);
  ::_exit(kFailure);
}

void add_directory(llvm::StringRef value, RunOptions &options) {
  auto [host, guest] = value.split("::");
  if (guest.empty()) {
    llvm::SmallString<128> absolute(host);
    // Where the current directory is gone the name stays relative, and opening it fails.
    static_cast<void>(llvm::sys::fs::make_absolute(absolute));
    llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
    // Go takes the first directory for the current one unless PWD says otherwise.
    options.sets_pwd |= options.wasi.preopens.empty();
    options.wasi.preopens.push_back({host.str(), absolute.str().str()});
    return;
  }
  options.wasi.preopens.push_back({host.str(), guest.str()});
}

void add_environment(llvm::StringRef value, RunOptions &options) {
  if (value.contains('='))
    options.wasi.env.push_back(value.str());
  else if (const char *own = std::getenv(value.str().c_str()))
    options.wasi.env.push_back((value + "=" + own).str());
}

// The words begin with the module.
RunOptions run_options(const CommandLine &line) {
  RunOptions options;
  options.stubs_imports = line.options.has("stub");
  for (const GivenOption &given : line.options.all()) {
    if (given.is("dir"))
      add_directory(given.value, options);
    else if (given.is("env"))
      add_environment(given.value, options);
    else if (given.is("invoke"))
      options.invocations.push_back(given.value);
  }
  options.module_path = line.rest[0];
  options.args.assign(line.rest.begin() + 1, line.rest.end());
  return options;
}

bool has_variable(const std::vector<std::string> &env, llvm::StringRef name) {
  for (llvm::StringRef variable : env)
    if (variable.split('=').first == name)
      return true;
  return false;
}

void set_current_directory(RunOptions &options) {
  llvm::SmallString<128> current;
  if (options.sets_pwd && !has_variable(options.wasi.env, "PWD") &&
      !llvm::sys::fs::current_path(current))
    options.wasi.env.push_back(("PWD=" + current).str());
}

// An export's name may itself contain '=' or ',': a whole match goes first.
Invocation split_invocation(const std::string &text, const Interpreter &interpreter) {
  Invocation invocation;
  if (interpreter.find_export(text) || !llvm::StringRef(text).contains('=')) {
    invocation.name = text;
    return invocation;
  }
  auto [name, list] = llvm::StringRef(text).rsplit('=');
  invocation.name = name.str();
  invocation.has_args = true;
  llvm::SmallVector<llvm::StringRef, 8> args;
  if (!list.empty())
    list.split(args, ',');
  for (llvm::StringRef arg : args)
    invocation.args.push_back(arg.trim().str());
  return invocation;
}

bool is_runtime_export(llvm::StringRef name) {
  return name == objfile::kCommandExport || name == objfile::kReactorExport;
}

std::vector<std::string> list_exports(const Interpreter &interpreter, llvm::StringRef prefix) {
  std::vector<std::string> lines;
  for (const InterpExport &function : interpreter.exports())
    if (!is_runtime_export(function.name))
      lines.push_back((prefix + wasm::printable(function.name)).str() +
                      format_function_type(function.type));
  return lines;
}

// Finds the function and parses the arguments; 0 or the exit status after a message.
int resolve_invocation(const Interpreter &interpreter, Invocation &invocation) {
  invocation.function = interpreter.find_export(invocation.name);
  if (!invocation.function)
    return report(kUsageError, "the module exports no function '" + invocation.name + "'",
                  list_exports(interpreter, "exported: "));
  const wasm::InterpFunctionType &type = invocation.function->type;
  std::string signature = invocation.name + format_function_type(type);
  if (type.params.size() != invocation.args.size())
    return report(kUsageError,
                  "wrong number of arguments for '" + invocation.name +
                      "': " + llvm::Twine(invocation.args.size()) + " given, " +
                      llvm::Twine(type.params.size()) + " needed",
                  {signature});
  for (size_t i = 0; i < type.params.size(); ++i) {
    InterpValue value;
    if (!parse_value(invocation.args[i], type.params[i], value))
      return report(kUsageError,
                    "argument " + llvm::Twine(i + 1) + " of '" + invocation.name + "', '" +
                        invocation.args[i] + "', is no " + interp_type_name(type.params[i]),
                    {signature});
    invocation.values.push_back(value);
  }
  return 0;
}

int resolve_invocations(const RunOptions &options, const Interpreter &interpreter,
                        std::vector<Invocation> &out) {
  for (const std::string &text : options.invocations)
    out.push_back(split_invocation(text, interpreter));
  if (out.size() == 1 && !out[0].has_args) {
    out[0].args = options.args;
  } else if (!options.args.empty()) {
    for (const Invocation &invocation : out)
      if (!invocation.has_args)
        return usage_error({"arguments after the module can only be those of a single --invoke; "
                            "write --invoke '" +
                                invocation.name + "=" + llvm::join(options.args, ",") + "'",
                            {}});
  }
  for (Invocation &invocation : out)
    if (int status = resolve_invocation(interpreter, invocation))
      return status;
  return 0;
}

// What the outcome means for the process: nothing to stop for, or its exit status.
std::optional<int> exit_status(llvm::StringRef path, const InterpOutcome &outcome) {
  switch (outcome.kind) {
  case InterpOutcome::Kind::returned:
    return std::nullopt;
  case InterpOutcome::Kind::exited:
    return static_cast<int>(outcome.exit_code & 0xff);
  case InterpOutcome::Kind::trapped:
    break;
  }
  std::vector<std::string> notes;
  notes.reserve(outcome.stack.size());
  for (const std::string &line : outcome.stack)
    notes.push_back("in " + line);
  return report(kFailure, path + ": the program trapped: " + outcome.trap, notes);
}

int run_command(llvm::StringRef path, Interpreter &interpreter) {
  const InterpExport *start = interpreter.find_export(objfile::kCommandExport);
  if (!start->type.params.empty())
    return report(kFailure, path + ": _start takes parameters, so this is no WASI command");
  return exit_status(path, interpreter.call(*start, {})).value_or(0);
}

int run_reactor(llvm::StringRef path, Interpreter &interpreter,
                llvm::ArrayRef<Invocation> invocations) {
  const InterpExport *initialize = interpreter.find_export(objfile::kReactorExport);
  if (initialize && initialize->type.params.empty())
    if (auto status = exit_status(path, interpreter.call(*initialize, {})))
      return *status;
  for (const Invocation &invocation : invocations) {
    InterpOutcome outcome = interpreter.call(*invocation.function, invocation.values);
    if (auto status = exit_status(path, outcome))
      return *status;
    for (const InterpValue &value : outcome.results)
      llvm::outs() << format_value(value) << '\n';
    llvm::outs().flush(); // the program writes to the same file, past this buffer
  }
  if (invocations.empty()) {
    llvm::outs() << "initialized; functions that --invoke can call:";
    for (const std::string &line : list_exports(interpreter, "\n  "))
      llvm::outs() << line;
    llvm::outs() << '\n';
  }
  return 0;
}

int run_module(RunOptions &options, llvm::ArrayRef<uint8_t> bytes) {
  llvm::StringRef path = options.module_path;
  bool invokes = !options.invocations.empty();
  options.wasi.args.push_back(path.str());
  options.wasi.args.insert(options.wasi.args.end(), options.args.begin(), options.args.end());
  llvm::Expected<std::unique_ptr<wasm::Wasi>> wasi = wasm::Wasi::create(std::move(options.wasi));
  if (!wasi)
    return report(kUsageError, wasi.takeError());
  wasm::InterpOptions interp_options;
  interp_options.stub_log = options.stubs_imports ? &llvm::errs() : nullptr;
  llvm::Expected<std::unique_ptr<Interpreter>> interpreter =
      Interpreter::load(bytes, **wasi, interp_options);
  if (!interpreter)
    return report(kFailure, interpreter.takeError(), path);

  bool is_command = (*interpreter)->find_export(objfile::kCommandExport);
  if (is_command && invokes)
    return report(kUsageError, path + ": this module is a command, --invoke needs a reactor",
                  {"build it with -buildmode=c-shared"});
  std::vector<Invocation> invocations;
  if (int status = resolve_invocations(options, **interpreter, invocations))
    return status;
  if (auto status = exit_status(path, (*interpreter)->instantiate()))
    return *status;
  return is_command ? run_command(path, **interpreter)
                    : run_reactor(path, **interpreter, invocations);
}

} // namespace

int run_run(Args args) {
  CommandLine line = parse_command_line(command_of(kCmdRun), args);
  if (line.problem)
    return usage_error(*line.problem);
  if (line.wants_help) {
    llvm::outs() << command_help(command_of(kCmdRun));
    return 0;
  }
  if (line.rest.empty())
    return usage_error({"no module given", {}});
  RunOptions options = run_options(line);
  set_current_directory(options);
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(options.module_path);
  if (!file)
    return report(kUsageError, file.takeError());
  if (!wasm::is_module(file->bytes()))
    return report(kUsageError, problem_error(wasm::why_no_module(file->bytes())),
                  options.module_path);
  std::set_new_handler(exit_out_of_memory);
  return run_module(options, file->bytes());
}

} // namespace wald

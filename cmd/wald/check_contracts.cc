#include "wald/check_contracts.h"

#include "directives/contracts/interface_json.h"
#include "objfile/support/printable.h"
#include "objfile/system/output_file.h"
#include "objfile/system/process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace wald {

using directives::CheckedInterface;
using directives::Contract;
using directives::ContractSide;
using directives::Interface;
using llvm::StringRef;

namespace {

constexpr const char kDefaultModule[] = "env"; // as in C toolchains

bool fail(llvm::Error error) {
  report_error(std::move(error));
  return false;
}

// The programs if there are any, else the libraries.
std::vector<const CheckedInterface *> candidates(llvm::ArrayRef<CheckedInterface> programs) {
  bool has_program =
      llvm::any_of(programs, [](const CheckedInterface &program) { return !program.is_library; });
  std::vector<const CheckedInterface *> found;
  for (const CheckedInterface &program : programs)
    if (!has_program || !program.is_library)
      found.push_back(&program);
  return found;
}

std::string name_list(llvm::ArrayRef<const CheckedInterface *> programs) {
  return llvm::join(
      llvm::map_range(
          programs, [](const CheckedInterface *program) { return wasm::printable(program->name); }),
      ", ");
}

// Without what Go's runtime and the host's system have between them; or, if `keeps_linked`, without
// what no link has of it.
Interface without_system(const Interface &interface, bool keeps_linked) {
  Interface result = interface;
  llvm::erase_if(result.directives, [&](const directives::Directive &directive) {
    return directive.kind == directives::DirectiveKind::kImport &&
           directives::is_system_module(directive.module) &&
           (!keeps_linked || directive.is_unlinked);
  });
  return result;
}

// What stands in the file of a contract for the program; nothing if the file's name says no format.
std::string contract_text(const ContractOptions::File &file, const CheckedInterface &program) {
  StringRef extension = llvm::sys::path::extension(file.path);
  bool is_text = extension == ".wat";
  if (!is_text && extension != ".json")
    return "";
  // A contract with Go's system would bind hosts to what one program needs of it.
  Interface interface = without_system(
      *program.interface, file.is_baseline || directives::is_system_module(file.module));
  // In JSON, GOOS and mode of a guest say this.
  if (is_text || file.side == ContractSide::kHost)
    directives::add_entry_points(interface);
  if (file.side == ContractSide::kHost)
    interface = directives::other_side(interface, file.module, "guest");
  std::string text;
  llvm::raw_string_ostream out(text);
  if (is_text) {
    out << ";; " << (file.side == ContractSide::kHost ? "The host of " : "The interface of ");
    for (char c : program.name)
      out << (llvm::isPrint(c) ? c : '?');
    out << ", written by wald check --update\n";
    directives::write_wat(out, interface, /*with_system=*/file.is_baseline);
    return text;
  }
  llvm::SmallString<128> directory;
  (void)llvm::sys::fs::current_path(directory);
  llvm::json::OStream json(out, 2);
  directives::write_interface(json, interface, program.name, directory);
  out << '\n';
  return text;
}

// That something was not looked at is no finding, but nobody should take it for a clean one.
void note_not_compared(const CheckedInterface &program, const directives::NotCompared &what) {
  if (what.num_functions == 0)
    return;
  report_note("the Go types of " + llvm::Twine(what.num_functions) + " functions of " +
                  program.name + " are not compared, only their wasm types",
              {what.why.empty() ? "a module has no Go types" : what.why});
}

} // namespace

std::optional<Problem> apply_contract_option(const GivenOption &given, ContractOptions &options) {
  StringRef value = given.value;
  if (given.is("update")) {
    options.update = true;
  } else if (given.is("guest")) {
    options.files.push_back({ContractSide::kGuest, "", value.str()});
  } else if (given.is("host")) {
    auto [module, path] =
        value.contains('=') ? value.split('=') : std::pair(StringRef(kDefaultModule), value);
    if (path.empty())
      return check_option_value(*given.option, /*has_value=*/true, "");
    options.files.push_back({ContractSide::kHost, module.str(), path.str()});
  } else if (given.is("baseline")) {
    if (!options.baseline.empty())
      return Problem{"--baseline stands there twice", {}};
    options.baseline = value.str();
  }
  return std::nullopt;
}

std::vector<ContractOptions::File> ContractChecker::all_files() const {
  std::vector<ContractOptions::File> files = options_.files;
  if (!options_.baseline.empty())
    files.push_back({ContractSide::kGuest, "", options_.baseline, /*is_baseline=*/true});
  return files;
}

bool ContractChecker::load() {
  std::vector<ContractOptions::File> files = all_files();
  if (options_.update && files.empty()) {
    report_error("nothing to update", {"name a file by --host, --guest or --baseline"});
    return false;
  }
  for (const ContractOptions::File &file : files) {
    if (options_.update)
      continue;
    auto text = read_disk_file(file.path);
    if (!text) {
      report_error("cannot open " + file.path + ": " + text.getError().message());
      return false;
    }
    if (!read(file, (*text)->getBuffer()))
      return false;
  }
  return true;
}

bool ContractChecker::read(const ContractOptions::File &file, StringRef text) {
  llvm::SmallString<128> name(file.path);
  llvm::sys::path::remove_dots(name); // "./host.wat" would be no file of a repository
  auto read = directives::read_contracts(name, text, file.side, file.module);
  if (!read)
    return fail(read.takeError());
  bool is_baseline = contracts_.size() == options_.files.size();
  if (is_baseline) {
    baselines_ = std::move(*read);
    return true;
  }
  if (read->size() != 1) {
    report_error(file.path + " has " + llvm::Twine(read->size()) +
                 " interfaces, and a contract is one");
    return false;
  }
  contracts_.push_back(std::move(read->front()));
  return true;
}

bool ContractChecker::check(llvm::ArrayRef<CheckedInterface> programs,
                            directives::FindingList &findings) {
  if (options_.update && !update(programs))
    return false;
  if (!contracts_.empty())
    for (const CheckedInterface &program : programs)
      note_not_compared(program, directives::check_contracts(program, contracts_, findings));
  return options_.baseline.empty() || check_baseline(programs, findings);
}

// What is written is read back before, so that nothing is written that could not be used.
bool ContractChecker::update(llvm::ArrayRef<CheckedInterface> programs) {
  std::vector<const CheckedInterface *> sources = candidates(programs);
  if (sources.size() != 1) {
    report_error("--update wants one program",
                 {sources.empty() ? "there is none" : "there are " + name_list(sources)});
    return false;
  }
  std::vector<std::string> texts;
  for (const ContractOptions::File &file : all_files()) {
    std::string &text = texts.emplace_back(contract_text(file, *sources[0]));
    if (text.empty()) {
      report_error("cannot write " + file.path,
                   {"--update writes files that end in .wat or .json"});
      return false;
    }
    if (!read(file, text))
      return false;
  }
  for (auto [file, text] : llvm::zip(all_files(), texts))
    if (llvm::Error error = wasm::write_plain_file(file.path, llvm::arrayRefFromStringRef(text)))
      return fail(std::move(error));
  return true;
}

bool ContractChecker::check_baseline(llvm::ArrayRef<CheckedInterface> programs,
                                     directives::FindingList &findings) {
  std::vector<const CheckedInterface *> sources = candidates(programs);
  bool is_compared = false;
  for (const CheckedInterface &program : programs) {
    auto known = llvm::find_if(
        baselines_, [&](const Contract &baseline) { return baseline.program == program.name; });
    // One program has one baseline, whatever they are called: a module has no import path.
    if (known == baselines_.end() && baselines_.size() == 1 && sources.size() == 1 &&
        sources[0] == &program)
      known = baselines_.begin();
    if (known == baselines_.end())
      continue;
    note_not_compared(program, directives::check_baseline(program, *known, findings));
    is_compared = true;
  }
  if (is_compared)
    return true;
  std::string names;
  for (const Contract &baseline : baselines_)
    names +=
        (names.empty() ? "" : ", ") +
        (baseline.program.empty() ? "a program without a name" : wasm::printable(baseline.program));
  report_error(options_.baseline + " is no baseline of " + name_list(sources),
               {"it has " + (names.empty() ? "nothing" : names)});
  return false;
}

} // namespace wald

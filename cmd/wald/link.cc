// wald link: the command line of `go tool link`, linked by wald itself.
#include "linker/link.h"
#include "linker/core/output_plan.h"
#include "objfile/support/printable.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_overlay.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

// The toolchain beside which wald stands: $GOROOT, or the one that the `go` in PATH would use,
// which GOTOOLCHAIN or a go.mod file may have chosen.
std::string toolchain_root() {
  std::string root = environment_value("GOROOT");
  if (!root.empty())
    return root;
  std::string go = find_in_path("go");
  std::optional<std::string> answer;
  if (!go.empty())
    answer = output_of_program({go, "env", "GOROOT"});
  if (answer && !llvm::StringRef(*answer).trim().empty())
    return llvm::StringRef(*answer).rtrim().str();
  llvm::SmallString<128> real;
  if (go.empty() || fs::real_path(go, real))
    return "";
  return path::parent_path(path::parent_path(real)).str(); // ROOT/bin/go
}

// The first line of $GOROOT/VERSION, go1.26.8 for example.
std::string toolchain_version(llvm::StringRef root) {
  if (root.empty())
    return "";
  llvm::SmallString<128> file(root);
  path::append(file, "VERSION");
  auto text = read_disk_file(file);
  return text ? (*text)->getBuffer().split('\n').first.rtrim().str() : "";
}

// ROOT/pkg/tool/HOST/link, whatever the host is called.
std::string toolchain_linker(llvm::StringRef root) {
  llvm::SmallString<128> tools(root);
  path::append(tools, "pkg", "tool");
  std::error_code error;
  for (fs::directory_iterator host(tools, error), end; !error && host != end;
       host.increment(error)) {
    llvm::SmallString<128> linker(host->path());
    path::append(linker, "link");
    if (fs::can_execute(linker))
      return linker.str().str();
  }
  return "";
}

// -V prints what the toolchain's own linker prints. The VERSION file tells that, except where the
// answer also depends on experiments or on a development toolchain's build id: then it is asked.
int print_link_version(const ParsedCommand &command) {
  std::string root = toolchain_root();
  std::string version = toolchain_version(root);
  bool is_plain = llvm::StringRef(version).starts_with("go1.") &&
                  !llvm::StringRef(version).contains("devel") &&
                  command.options.goexperiment.empty() && command.version_mode != "goexperiment";
  if (is_plain) {
    llvm::outs() << "link version " << version << '\n';
    return 0;
  }
  std::string linker = root.empty() ? "" : toolchain_linker(root);
  if (!linker.empty())
    return exec_program({linker, "-V=" + command.version_mode});
  llvm::outs() << "wald link version " WALD_VERSION " (no Go toolchain found)\n";
  return 0;
}

} // namespace

int run_link(Args args) {
  std::vector<std::string> words(args.begin(), args.end());
  ParsedCommand command = parse_link_options(words, environment_of_process(), read_disk_file);
  switch (command.kind) {
  case CommandKind::kVersion:
    return print_link_version(command);
  case CommandKind::kHelp:
    llvm::errs() << command.help_text;
    return command.exit_status;
  case CommandKind::kError:
  case CommandKind::kRefused:
    if (!command.problem.fact.empty())
      report_error(command.problem);
    return command.exit_status;
  case CommandKind::kLink:
    break;
  }
  if (std::optional<directives::OverlayPlace> place = overlay_of_environment()) {
    command.options.overlay = *place;
    command.options.is_overlay_known = true;
  }
  LinkResult result = link(command.options);
  if (result.status == LinkStatus::kHandOver) {
    const char *who = asks_for_reference(command.options)
                          ? "go tool link can link it"
                          : "only the Go linker can do this link, which has no --export, "
                            "--no-export, --optimize and --strip";
    report_error(result.hand_over_reason, {who});
    return exit_status(LinkStatus::kError);
  }
  return exit_status(result.status);
}

} // namespace wald

// wald link: the command line of `go tool link`, linked by wald itself.
#include "linker/link.h"
#include "linker/core/output_plan.h"
#include "objfile/support/printable.h"
#include "objfile/system/go_root.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_linker.h"
#include "wald/go_overlay.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

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
  std::vector<std::string> folders = root.empty() ? std::vector<std::string>() : tool_folders(root);
  if (!folders.empty())
    return exec_program({folders[0] + "/link", "-V=" + command.version_mode});
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
  std::optional<directives::OverlayPlace> place = overlay_of_environment();
  if (place && !command.options.is_overlay_known && command.options.overlay.file.empty()) {
    command.options.overlay = *place;
    command.options.is_overlay_known = true;
  }
  LinkResult result = link(command.options);
  if (result.status == LinkStatus::kHandOver) {
    std::string who = asks_for_reference(command.options)
                          ? "go tool link can link it"
                          : "only the Go linker can do this link, which has none of wald's options "
                            "that change the module";
    report_error(result.hand_over_reason, {who});
    return exit_status(LinkStatus::kError);
  }
  return exit_status(result.status);
}

} // namespace wald

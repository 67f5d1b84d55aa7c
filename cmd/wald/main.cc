// wald: the first word names the subcommand; everything else is in that command's own file.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "objfile/system/fault_handlers.h"
#include "objfile/system/process.h"
#include "wald/commands.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <malloc.h>

namespace {

struct Entry {
  wald::CommandSet command;
  int (*run)(wald::Args);
};

constexpr Entry kEntries[] = {
    {wald::kCmdLink, wald::run_link},
    {wald::kCmdToolexec, wald::run_toolexec},
    {wald::kCmdBuild, wald::run_build},
    {wald::kCmdTest, wald::run_test},
    {wald::kCmdCheck, wald::run_check},
    {wald::kCmdDump, wald::run_dump},
    {wald::kCmdOptimize, wald::run_optimize},
    {wald::kCmdRun, wald::run_run},
    {wald::kCmdVersion, wald::run_version},
    {wald::kCmdInstallToolchain, wald::run_install_toolchain},
    {wald::kCmdSize, wald::run_size},
    {wald::kCmdHelp, wald::run_help},
    {wald::kCmdCompletion, wald::run_completion},
};
static_assert(std::size(kEntries) == std::size(wald::kCommands));

// By default the C library takes each large block from the kernel and gives it back, page by page,
// and threads use no memory again that another has freed.
void use_memory_again() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_ARENA_MAX, 1);
#endif
}

int run(int argc, char **argv) {
  if (argc > 0 && llvm::sys::path::filename(argv[0]) == "link") {
    use_memory_again();
    return wald::run_as_go_linker(wald::Args(const_cast<const char **>(argv), argc));
  }
  llvm::StringRef name = argc > 1 ? argv[1] : "";
  if (name == "--version")
    name = "version";
  if (name == "--help" || name == "-h")
    name = "help";
  if (name == "link" || name == "toolexec")
    use_memory_again();
  if (const wald::Command *command = wald::find_command(name))
    for (const Entry &entry : kEntries)
      if (entry.command == command->bit)
        return entry.run(wald::Args(const_cast<const char **>(argv) + 2, argc - 2));
  if (!name.empty())
    wald::report_error("unknown command '" + name + "'");
  llvm::errs() << wald::general_help();
  return 2;
}

} // namespace

int main(int argc, char **argv) {
  // A file must not get the number of a standard stream that is closed: messages would go into it.
  if (llvm::sys::Process::FixupStandardFileDescriptors())
    return 2;
  wald::install_fault_handlers();
  int status = run(argc, argv);
  // That nobody can read the messages changes nothing.
  llvm::errs().clear_error();
  return status;
}

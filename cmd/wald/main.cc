// wald: the first word names the subcommand; everything else is in that command's own file.
#include "objfile/system/fault_handlers.h"
#include "objfile/system/process.h"
#include "wald/commands.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <malloc.h>

namespace {

struct Command {
  const char *name;
  int (*run)(wald::Args);
  const char *summary;
};

constexpr Command kCommands[] = {
    {"link", wald::run_link, "link a Go program, with the arguments of go tool link"},
    {"toolexec", wald::run_toolexec, "for go build -toolexec=\"wald toolexec\""},
    {"build", wald::run_build, "go build for WebAssembly with wald as the linker"},
    {"test", wald::run_test, "go test for WebAssembly with wald as the linker"},
    {"check", wald::run_check, "check the go:wasmimport and go:wasmexport directives of packages"},
    {"dump", wald::run_dump, "print a Go object, archive or wasm module as text"},
    {"optimize", wald::run_optimize, "rebuild the control flow of a finished module's functions"},
    {"run", wald::run_run, "run a wasip1 module, or call an export of a reactor"},
};

void print_usage(llvm::raw_ostream &out) {
  out << "usage: wald COMMAND [ARGUMENTS]\n\n";
  for (const Command &command : kCommands)
    out << "  wald " << llvm::left_justify(command.name, 10) << command.summary << '\n';
  out << "  wald --version\n";
}

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
  llvm::StringRef name = argc > 1 ? argv[1] : "";
  if (name == "--version" || name == "version") {
    llvm::outs() << "wald " WALD_VERSION "\n";
    return 0;
  }
  if (name == "help" || name == "--help" || name == "-h") {
    print_usage(llvm::outs());
    return 0;
  }
  if (name == "link" || name == "toolexec")
    use_memory_again();
  for (const Command &command : kCommands)
    if (name == command.name)
      return command.run(wald::Args(const_cast<const char **>(argv) + 2, argc - 2));
  if (!name.empty())
    wald::report_error("unknown command '" + name + "'");
  print_usage(llvm::errs());
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

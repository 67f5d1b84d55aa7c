// The subcommands of wald. Each takes the words after its own name and returns the exit status.
#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace wald {

using Args = llvm::ArrayRef<const char *>;

int run_link(Args args);     // wald link: what `go tool link` takes
int run_toolexec(Args args); // wald toolexec TOOL ARGS
int run_build(Args args);    // wald build
int run_test(Args args);     // wald test
int run_check(Args args);    // wald check [options] PACKAGES
int run_dump(Args args);     // wald dump FILE
int run_optimize(Args args); // wald optimize IN.wasm -o OUT.wasm
int run_run(Args args);      // wald run MODULE [args]
int run_version(Args args);  // wald version [-m] FILE
// wald install-toolchain DIR
int run_install_toolchain(Args args);
// wald by the name link, as a tool of Go's; these words have that name in front
int run_as_go_linker(Args words);
int run_size(Args args);       // wald size MODULE
int run_help(Args args);       // wald help WORD
int run_completion(Args args); // wald completion SHELL

} // namespace wald

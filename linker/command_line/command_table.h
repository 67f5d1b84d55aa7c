// wald's commands: what they are for, and where their options may stand.
#pragma once

#include "linker/command_line/option_table.h"

namespace wald {

enum class Place : uint8_t {
  kFirst,          // before everything else
  kBeforePackages, // among the flags of the go command
  kAnywhere,
};

struct Command {
  CommandSet bit;
  llvm::StringLiteral name;
  llvm::StringLiteral summary;
  llvm::StringLiteral usage;     // lines
  llvm::StringLiteral text = ""; // paragraphs; indented lines stay as they are
  Place place = Place::kFirst;
  bool is_lenient = false;   // also one dash, and the value in the next word
  bool has_go_flags = false; // other words with a dash are flags of the go command
};

inline constexpr Command kCommands[] = {
    {.bit = kCmdLink,
     .name = "link",
     .summary = "link a Go program, with the arguments of go tool link",
     .usage = "wald link [flags] main.a",
     .text = "Takes the flags of go tool link, and options of wald with two dashes."},
    {.bit = kCmdToolexec,
     .name = "toolexec",
     .summary = "for go build -toolexec=\"wald toolexec\"",
     .usage = "go build -toolexec=\"wald toolexec [OPTIONS] [PROGRAM [ARGS]]\" ...",
     .text =
         "Links what the go command builds for GOARCH=wasm. PROGRAM, if there is one, runs between "
         "wald and all of Go's tools. What wald cannot do exactly it hands over to Go's linker and "
         "says so; WALD=off in the environment hands over always."},
    {.bit = kCmdBuild,
     .name = "build",
     .summary = "go build for WebAssembly with wald as the linker",
     .usage = "wald build [OPTIONS] [flags of go build] [packages]",
     .text = "go build for GOOS=wasip1, or GOOS=js, with wald as the linker. Options of wald stand "
             "anywhere before the packages. The flags of go build: go help build.",
     .place = Place::kBeforePackages,
     .has_go_flags = true},
    {.bit = kCmdTest,
     .name = "test",
     .summary = "go test for WebAssembly with wald as the linker",
     .usage = "wald test [OPTIONS] [flags of go test] [packages]",
     .text =
         "go test for GOOS=wasip1, or GOOS=js, with wald as the linker. Options of wald stand "
         "anywhere before the packages. The flags of go test: go help test, go help testflag, go "
         "help build.\n\n"
         "Tests run in wasmtime, or in what -exec or GOWASIRUNTIME names; without wasmtime in "
         "wald's own interpreter. For GOOS=js they run in node.",
     .place = Place::kBeforePackages,
     .has_go_flags = true},
    {.bit = kCmdCheck,
     .name = "check",
     .summary = "check the go:wasmimport and go:wasmexport directives of packages",
     .usage = "wald check [OPTIONS] [flags of go build] [packages]\n"
              "wald check [OPTIONS] --importcfg=FILE [-buildmode=c-shared] MAIN.a\n"
              "wald check [OPTIONS] MODULE.wasm...",
     .text =
         "The exit status is 0 if nothing was found, 1 if anything was, 2 if wald could not check.",
     .place = Place::kAnywhere,
     .has_go_flags = true},
    {.bit = kCmdDump,
     .name = "dump",
     .summary = "print a Go object, archive or wasm module as text",
     .usage = "wald dump [OPTIONS] FILE\n"
              "wald dump --diff A B\n"
              "wald dump --from-yaml TEXT OUT",
     .text = "FILE is a Go object, an archive of them, or a module. Without options: an overview.",
     .place = Place::kAnywhere,
     .is_lenient = true},
    {.bit = kCmdOptimize,
     .name = "optimize",
     .summary = "rebuild the control flow of a finished module's functions",
     .usage = "wald optimize IN.wasm -o OUT.wasm [--stats] [--verify]",
     .place = Place::kAnywhere,
     .is_lenient = true},
    {.bit = kCmdRun,
     .name = "run",
     .summary = "run a wasip1 module, or call an export of a reactor",
     .usage = "wald run [OPTIONS] MODULE [ARGS]",
     .text =
         "Runs a module that was built for GOOS=wasip1, in an interpreter:\n\n"
         "  wald run prog.wasm one two          a command: runs it; ARGS are its arguments\n"
         "  wald run --invoke add lib.wasm 2 3  a reactor (-buildmode=c-shared): runs "
         "_initialize,\n"
         "                                      then calls add with ARGS and prints the results\n"
         "  wald run --invoke add=2,3 --invoke add=4,5 lib.wasm\n"
         "                                      several calls of one instance, in this order\n"
         "  wald run lib.wasm                   a reactor: lists what can be called\n\n"
         "Options stand before MODULE; what follows belongs to the program or the call. The exit "
         "status is the program's own (0 to 255); 1 if the module cannot run or traps; 2 for a "
         "mistake in the words after wald run.",
     .is_lenient = true},
    {.bit = kCmdVersion,
     .name = "version",
     .summary = "print the version of wald, or of Go in modules",
     .usage = "wald version\n"
              "wald version [-m] FILE.wasm...\n"
              "wald version -m --format=cyclonedx|spdx FILE.wasm",
     .text =
         "Without a FILE the version of wald, of Go that it links, and of its libraries. For each "
         "FILE the version of Go that it was compiled with, in the form of go version, which does "
         "not read modules. -m adds what the go command recorded: the main package and module, "
         "dependencies and build settings.",
     .place = Place::kAnywhere,
     .is_lenient = true},
    {.bit = kCmdSize,
     .name = "size",
     .summary = "say what the bytes of a finished Go module are for",
     .usage = "wald size MODULE.wasm [--format=text|json|csv|html|gsa|esbuild] [-o FILE]",
     .text =
         "The report that --size-report of a link writes, of a module alone, whoever linked it. "
         "What Go's runtime tables name is told apart; variables, constants and strings have no "
         "names there, and the report says what it does not know.",
     .place = Place::kAnywhere,
     .is_lenient = true},
    {.bit = kCmdInstallToolchain,
     .name = "install-toolchain",
     .summary = "make a Go toolchain of which the linker is wald",
     .usage = "wald install-toolchain DIR",
     .text =
         "Makes the folder DIR, a GOROOT of links to the Go toolchain in use ($GOROOT, or that of "
         "the go command in PATH) with a copy of wald as pkg/tool/HOST/link and Go's own linker "
         "beside it as link.go. GOROOT=DIR, or DIR/bin in PATH, builds with it: modules are linked "
         "by wald; everything else, and what wald does not link, by link.go. WALD_FLAGS in the "
         "environment has options of wald toolexec for all links. An earlier such DIR is "
         "replaced."},
    {.bit = kCmdHelp,
     .name = "help",
     .summary = "say what a command, topic or option is about; --man: a man page",
     .usage = "wald help [COMMAND | TOPIC | OPTION | --man]"},
    {.bit = kCmdCompletion,
     .name = "completion",
     .summary = "write what a shell needs to complete wald's command lines",
     .usage = "wald completion bash | zsh | fish",
     .text = "For bash, in ~/.bashrc:\n\n"
             "  source <(wald completion bash)\n\n"
             "For zsh in a folder of $fpath, and for fish:\n\n"
             "  wald completion zsh >~/.zfunc/_wald\n"
             "  wald completion fish >~/.config/fish/completions/wald.fish"},
};

} // namespace wald

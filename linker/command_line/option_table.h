// wald's own options, its commands, and the topics that group options in the help. A new option is
// a row in kOptions: the commands that it names then parse it, and usage, `wald help`, the man page
// and shell completion have it. The command reads it: options.has("name"), options.value("name").
//
// Flags of Go's linker are in link_flags.cc, those of the go command in go_flags.cc.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace wald {

// -- Commands, as bits of a set.
using CommandSet = uint16_t;
inline constexpr CommandSet kCmdLink = 1, kCmdToolexec = 2, kCmdBuild = 4, kCmdTest = 8,
                            kCmdCheck = 16, kCmdDump = 32, kCmdRun = 64, kCmdHelp = 128,
                            kCmdCompletion = 256, kCmdOptimize = 512, kCmdVersion = 1024,
                            kCmdInstallToolchain = 2048, kCmdSize = 4096;
inline constexpr CommandSet kCmdGo = kCmdBuild | kCmdTest;
inline constexpr CommandSet kCmdLinks = kCmdLink | kCmdToolexec | kCmdGo;

// -- Topics.
enum class Topic : uint8_t {
  kExports,
  kRules,
  kChecking,
  kTime,
  kReports,
  kFindings,
  kContracts,
  kOptimizing,
  kInterface,
  kRunning,
  kObjects,
  kModules,
  kContents
};

struct TopicText {
  Topic topic;
  llvm::StringLiteral name, title; // for wald help NAME
  llvm::StringLiteral text;        // paragraphs; indented lines stay as they are
};

inline constexpr TopicText kTopics[] = {
    {Topic::kExports, "exports", "Exports",
     "A //go:wasmexport directive makes a function an export of the module. These options export "
     "functions that have none, and leave exports out. Go's linker has no such options, so it "
     "cannot take over such a link, and the build id is another one."},
    {Topic::kRules, "rules", "Rules about directives",
     "wald check says what is wrong with go:wasmimport and go:wasmexport directives; every link by "
     "wald applies the most important rules, too. wald check --rules lists them, and "
     "directives/RULES.md explains them with examples."},
    {Topic::kChecking, "checking", "Checking the module",
     "The module is the one that Go's linker writes, byte for byte. These options prove that, or "
     "that the module is valid."},
    {Topic::kTime, "time", "Time",
     "How long the passes of a link take, and how many threads they have."},
    {Topic::kReports, "reports", "What is in the module, and why",
     "These options say what the linker knows of a program and change nothing in the module. With "
     "wald build and wald test they also say it where the output is up to date: the program is "
     "then linked once more, and that module thrown away."},
    {Topic::kFindings, "findings", "What wald check reads and prints",
     "wald check compiles packages and does not link them. It also reads the archives of a build "
     "without the go command, and finished modules."},
    {Topic::kContracts, "contracts", "Contracts with a host, and baselines",
     "A program is compared with what its host offers and calls, and with what it was. The files "
     "are modules, as text or binary, or JSON as wald check --print --format=json writes it."},
    {Topic::kOptimizing, "optimizing", "Optimizing a module",
     "Go's compiler writes each function as a loop around a jump table, in which engines do not "
     "find the program's loops and conditions again. wald gives functions structured control flow "
     "back: the module is smaller and faster, and behaves the same. wald build --optimize does so "
     "while it links, wald optimize to a finished module, whoever linked it."},
    {Topic::kInterface, "interface", "Memory, imports and sections",
     "What a module asks its host for, and what it brings along. Go's linker has no such options. "
     "Sizes are bytes, or have a letter: 16M is 16 * 1024 * 1024. A memory consists "
     "of pages of 64 KiB and has at most 4 GiB."},
    {Topic::kRunning, "running", "Running modules",
     "wald run has an interpreter, which needs no other program and is slow. The module has "
     "nothing of the machine but what these options name."},
    {Topic::kObjects, "objects", "Of Go objects and archives", ""},
    {Topic::kModules, "modules", "Of modules", ""},
    {Topic::kContents, "contents", "Of all files", ""},
};

// -- Options.
enum class Value : uint8_t {
  kNone,
  kText,
  kNumber,
  kChoice,  // one of off|on
  kChoices, // one or several of a|b, with commas
  kFile,
  kFolder,
  kInputFile,      // what it says decides about the link
  kNamedInputFile, // NAME=FILE, likewise
  kBytesOrFile,    // a number of bytes, or a file
};

// What else is special about an option, as bits of a set.
using Traits = uint8_t;
inline constexpr Traits kChangesModule = 1, // Go's linker would write another module
    kMayStandAlone = 2,                     // the value may be left out
    kGuards = 4,                            // makes an error of what Go's linker lets pass
    kWritesBeside = 8; // makes more than the module, also where that is up to date, as reports do

struct Option {
  llvm::StringLiteral name; // without dashes
  Value value;
  llvm::StringLiteral placeholder; // what the help calls the value; of a choice: off|on
  CommandSet commands;             // that have the option
  Topic topic;
  llvm::StringLiteral help;         // one line
  llvm::StringLiteral details = ""; // for wald help TOPIC
  Traits traits = 0;

  constexpr bool has(Traits trait) const { return traits & trait; }
};

inline constexpr Option kOptions[] = {
    // Links.
    {"export", Value::kText, "PKG.FUNC[=NAME]", kCmdLinks | kCmdCheck, Topic::kExports,
     "export a Go function that has no go:wasmexport directive",
     "PKG is an import path, or main for the program itself. NAME is the "
     "function's own if it is left out. The wrapper is the one that the "
     "compiler makes for a directive. The types come from the function's "
     "source, which must be where the object says.",
     kChangesModule},
    {"no-export", Value::kText, "NAME", kCmdLinks | kCmdCheck, Topic::kExports,
     "leave out an export", "The name is then free for an --export.", kChangesModule},
    {"optimize", Value::kChoices, "code|tables|fold", kCmdLinks, Topic::kOptimizing,
     "make the module smaller and faster; it behaves the same",
     "Without a value all parts: code gives functions structured control "
     "flow back and shorter instructions; tables leaves out of the runtime's tables what it never "
     "reads, and writes the data in fewer segments; fold gives equal functions one body, so that "
     "instances of a generic function have the same program counters. The module is another one "
     "than Go's linker writes, and what changed in it is always checked by the rules of "
     "WebAssembly. --stats says what was done.",
     kChangesModule | kMayStandAlone},
    {"strip", Value::kChoices, "lines|names|producers", kCmdLinks, Topic::kOptimizing,
     "leave out what the program runs without",
     "Each part costs something. lines: files and lines of functions; tracebacks print ?:0 after "
     "each function's name, runtime.Caller and log.Lshortfile find no file, and profiles no lines. "
     "names: the section by which engines and debuggers name functions, as -s does; Go's own "
     "tracebacks keep their names. producers: the section that says which Go version built the "
     "module.",
     kChangesModule},
    {"reflect-methods", Value::kText, "GLOB,..", kCmdLinks, Topic::kOptimizing,
     "keep only these methods for calls by reflection",
     "A program that looks methods up by reflection, as text/template does, keeps all exported "
     "methods of types in interfaces. With this option it keeps those of them that code calls, and "
     "those with a name like a GLOB: String, or example.org/p.T.String for one type. All other "
     "methods are still listed with their names and types; who calls one by reflection gets a "
     "panic that names it. With none, as with any name that no method has, nothing is kept for "
     "reflection.",
     kChangesModule},
    {"wasm-opt", Value::kText, "STEP,..", kCmdLinks, Topic::kOptimizing,
     "let binaryen work on the module after all else",
     "A STEP is a level, O0 to O4, Os or Oz, or the name of a pass of binaryen's; without a value "
     "it is Oz. The program wald-opt does it, which a build of wald has "
     "where binaryen's library was installed. What comes out is checked: it must be valid, use no "
     "kind of instruction that was not there, and have the same imports, exports, table and "
     "memory. Otherwise, or if binaryen fails, the module stays as it was, and a warning says why. "
     "It takes a hundred times as long as the link, and what it gains is gone once the module is "
     "compressed.",
     kChangesModule | kMayStandAlone},
    {"wasm-opt-limit", Value::kText, "SECONDS[,MIB]", kCmdLinks, Topic::kOptimizing,
     "end binaryen after so much processor time, or at so much memory; 0 is no limit",
     "The module then stays as it was, and a warning says so. Without this option there is no "
     "limit. It also ends when it does nothing for ten times as long. With a limit of memory "
     "binaryen "
     "has one thread."},
    {"initial-memory", Value::kText, "BYTES", kCmdLinks, Topic::kInterface,
     "how much memory the module has from the start",
     "Without it what the data takes and 1 MiB. Go's runtime uses all of it before it asks the "
     "host for more.",
     kChangesModule},
    {"max-memory", Value::kText, "BYTES", kCmdLinks, Topic::kInterface,
     "how much memory the module may ever have",
     "A program that needs more ends with Go's error \"out of memory\". The heap grows by 4 MiB "
     "at a time.",
     kChangesModule},
    {"import-memory", Value::kText, "MODULE.NAME", kCmdLinks, Topic::kInterface,
     "import the memory, from env.memory without a value; the module still exports it",
     "The host must give memory that is all zeros, for Go's variables without an initial value "
     "and its heap begin so.",
     kChangesModule | kMayStandAlone},
    {"stub-import", Value::kText, "MODULE.NAME[=ERRNO]", kCmdLinks, Topic::kInterface,
     "put a function that fails in the place of an import, for hosts that have no such function",
     "It returns ERRNO of WASI, 52 (ENOSYS) without one, if the import has one result of type i32; "
     "otherwise zeros or nothing. Some functions Go's runtime cannot do without: a warning says "
     "what will happen. May be repeated.",
     kChangesModule},
    {"allow-imports", Value::kInputFile, "FILE", kCmdLinks, Topic::kInterface,
     "make imports that FILE does not list an error",
     "A line of FILE is MODULE.NAME, or MODULE.* for all of a module; # begins a comment. The "
     "functions of WASI count, too, and those that --stub-import replaces do not. An error names "
     "the package that declares the import, and the chain of references that keeps it in the "
     "program.",
     kGuards},
    {"add-section", Value::kNamedInputFile, "NAME=FILE", kCmdLinks, Topic::kInterface,
     "add a custom section with the contents of FILE",
     "It comes after the data. Names that Go's linker, wald or the tools' conventions use for "
     "sections that say something about the module are refused. May be repeated, with other names.",
     kChangesModule},
    {"embed-buildinfo", Value::kNone, "", kCmdLinks, Topic::kInterface,
     "add a custom section go:buildinfo: modules and build settings",
     "It has the text that go version -m prints for native programs, as runtime/debug's "
     "ParseBuildInfo reads it. wald version -m finds the same in any module, without it.",
     kChangesModule},
    {"names", Value::kChoices, "full", kCmdLinks, Topic::kInterface,
     "name everything for engines and debuggers, functions as Go does",
     "Go's linker names functions only, and writes underscores for all but letters, digits and "
     "dots, so that several may have one name. With full the section has Go's own names, also of "
     "imports, and names of globals, of each Go function's PC_B and SP, and of data segments, by "
     "the variable that they begin in. Tracebacks do not change.",
     kChangesModule},
    {"emit-js", Value::kFolder, "DIR", kCmdLinks, Topic::kInterface,
     "write the wasm_exec.js that the module needs into DIR, for GOOS=js",
     "It is the one of the Go toolchain that compiled the program, which GOROOT names.",
     kWritesBeside},
    {"verify", Value::kNone, "", kCmdToolexec | kCmdGo, Topic::kChecking,
     "link with Go's linker, too, and compare",
     "A difference is an error that names the section, function or data "
     "symbol and keeps both files. With --optimize "
     "each function is proven to do the same; one that is not proven is an error."},
    {"validate", Value::kNone, "", kCmdLinks, Topic::kChecking,
     "check the finished module by the rules of WebAssembly",
     "The file gets its name only after that. An error names the Go function."},
    {"allow", Value::kText, "RULE[=NAME]", kCmdLinks | kCmdCheck, Topic::kRules,
     "leave out what a rule finds, or finds about one import or export"},
    {"deny", Value::kText, "RULE", kCmdLinks | kCmdCheck, Topic::kRules,
     "make what a rule finds an error"},
    {"check", Value::kChoice, "off|on", kCmdLinks | kCmdCheck, Topic::kRules,
     "leave out all rules about directives"},
    {"rules", Value::kNone, "", kCmdCheck, Topic::kRules, "list the rules"},
    {"stats", Value::kNone, "", kCmdLinks | kCmdOptimize, Topic::kTime,
     "print counts, and the time of each pass of a link"},
    {"time-trace", Value::kFile, "FILE", kCmdLinks, Topic::kTime,
     "write the passes as a trace for Chrome or Perfetto"},
    {"threads", Value::kNumber, "N", kCmdLinks, Topic::kTime,
     "use at most N threads; 0, the default: as many as there are",
     "The module is the same for every N."},

    {"why-live", Value::kText, "GLOB", kCmdLinks, Topic::kReports,
     "print what keeps symbols in the program, such as fmt.Println",
     "For each symbol with a name like GLOB (*, ? and [..], and a name itself) the shortest chain "
     "of references that leads to it from the program's entry or an export, with packages and the "
     "functions' files and lines; those with the shortest chains first. A method of a type that "
     "is in an interface stays because of two things, that and a call, and has a chain for each; "
     "it counts from the later one. May be repeated."},
    {"why-import", Value::kText, "MODULE.NAME", kCmdLinks, Topic::kReports,
     "print which packages call an import of the host, and what keeps those",
     "MODULE.NAME may have *, ? and [..], too. For each package that refers to the import there "
     "is the shortest chain of references. May be repeated."},
    {"print-gc", Value::kFile, "FILE", kCmdLinks, Topic::kReports,
     "write what of the packages is not in the program, with sizes",
     "Packages and symbols with the most bytes come first."},
    {"map", Value::kFile, "FILE", kCmdLinks, Topic::kReports,
     "write where everything is: address, place in the file, size, symbol",
     "The columns are those of wasm-ld's map: the address in linear memory, the place in the file "
     "and the size, all hexadecimal, then the section, the package of the definition and the "
     "symbol. Data without bytes in the file, and functions, which have no address, have a dash. "
     "Of a link that fails it has what was known by then, and says so."},
    {"reproduce", Value::kFile, "FILE.tar", kCmdLinks, Topic::kReports,
     "write an archive of all that the link reads, which repeats it anywhere",
     "Unpacked elsewhere, wald link @response.txt in its folder writes the same module, or fails "
     "in the same way. It holds the archives and whatever sources the link read, the command line "
     "and what mattered of the environment. The same link gives the same archive, byte for byte."},
    {"size-report", Value::kFile, "FILE", kCmdLinks | kCmdSize, Topic::kReports,
     "write what each byte of the module is for and who brought it",
     "The end of the name says in which form: .txt, .csv, .json, or .html for a page with a "
     "treemap "
     "that needs no network. Every byte of the file stands in one row, so that rows add up to its "
     "size: code, data, each of the runtime's tables, names, the module's form; by module, package "
     "and symbol. The retained size of a symbol or package is what would go with it. May be "
     "repeated."},
    {"size-format", Value::kChoice, "wald|gsa|esbuild", kCmdLinks | kCmdSize, Topic::kReports,
     "in which form .json reports of sizes are",
     "wald's own, which --size-baseline reads; gsa, for the viewer of go-size-analyzer; or "
     "esbuild, "
     "the metafile that bundle analyzers read."},
    {"size-baseline", Value::kInputFile, "OLD.json", kCmdLinks | kCmdSize, Topic::kReports,
     "print what has grown since an earlier --size-report=OLD.json",
     "Packages and symbols with the biggest growth come first. The page of --size-report=FILE.html "
     "shows the difference, too."},
    {"size-compressed", Value::kNone, "", kCmdLinks | kCmdSize, Topic::kReports,
     "say how large the module is after gzip -9",
     "In a line, and in reports of sizes. It takes a second for ten megabytes. Budgets are of "
     "bytes "
     "in the file."},
    {"size-budget", Value::kBytesOrFile, "BYTES|FILE", kCmdLinks | kCmdSize, Topic::kReports,
     "fail if the module, or a package, has more bytes",
     "A number of bytes, of 1024 with K, of 1024 times that with M; or a file with a line for each "
     "package: its path, or PATH/... with all below it, or total, and a number. The error says "
     "what "
     "has grown since --size-baseline, or what is largest. There is then no output file.",
     kGuards},
    {"error-on", Value::kChoices, "reflect-method", kCmdLinks, Topic::kReports,
     "make something that costs size an error",
     "reflect-method: a function in the program looks methods up by reflection "
     "(reflect.Value.MethodByName and others, which text/template calls), so that all exported "
     "methods of types in interfaces stay. The error has the chain of references to each such "
     "function, and the bytes of the symbols that would not stay.",
     kGuards},
    {"why-reflect", Value::kNone, "", kCmdLinks, Topic::kReports,
     "print who looks methods up by reflection, and what that costs",
     "Because of a call of reflect.Value.MethodByName or another such function the linker keeps "
     "all exported methods of types in interfaces. For each function in the program that makes "
     "one there is the chain of references to it. What it costs is found by linking once more, as "
     "if there were none: that module is thrown away."},
    {"link-env", Value::kText, "NAME=VALUE", kCmdLink, Topic::kReports,
     "take this value for a variable of the environment: GOROOT, GOOS, GOARCH, GOEXPERIMENT",
     "The archives of --reproduce have it. WALD_OVERLAY is another name; WALD_SOURCES names an "
     "overlay of the sources that the link read."},

    // wald check.
    {"format", Value::kChoice, "text|json|sarif|github", kCmdCheck, Topic::kFindings,
     "how findings are printed"},
    {"print", Value::kNone, "", kCmdCheck, Topic::kFindings,
     "print the interface instead, as text or JSON"},
    {"std", Value::kNone, "", kCmdCheck, Topic::kFindings,
     "print as text what Go's own packages declare, too"},
    {"importcfg", Value::kFile, "FILE", kCmdCheck, Topic::kFindings,
     "read the packages that FILE names, without the go command"},
    {"host", Value::kFile, "[MODULE=]FILE", kCmdCheck, Topic::kContracts,
     "what a host offers and calls", "Guests import what it offers from MODULE, or env."},
    {"guest", Value::kFile, "FILE", kCmdCheck, Topic::kContracts,
     "what guests may import and must export"},
    {"baseline", Value::kFile, "FILE", kCmdCheck, Topic::kContracts,
     "say what has changed since this module or JSON"},
    {"update", Value::kNone, "", kCmdCheck, Topic::kContracts,
     "write these files (.wat, .json) as the program is"},

    // wald optimize.
    {"verify", Value::kNone, "", kCmdOptimize, Topic::kChecking,
     "prove that each new function does what it did before",
     "One that is not proven, or other contents of memory, is an error, and there is no new "
     "module."},
    {"o", Value::kFile, "FILE", kCmdOptimize, Topic::kOptimizing, "where the new module goes"},

    // wald size.
    {"format", Value::kChoice, "text|json|csv|html|gsa|esbuild", kCmdSize, Topic::kReports,
     "print the report in this form; text without it"},
    {"o", Value::kFile, "FILE", kCmdSize, Topic::kReports,
     "write it there; without --format the end of the name says in which form"},

    // wald version.
    {"m", Value::kNone, "", kCmdVersion, Topic::kModules,
     "print the modules and build settings of Go programs, as go version -m does"},
    {"format", Value::kChoice, "text|cyclonedx|spdx", kCmdVersion, Topic::kModules,
     "with -m: how; cyclonedx and spdx are bills of materials (SBOM) in JSON"},

    // wald run.
    {"dir", Value::kFolder, "HOST[::GUEST]", kCmdRun, Topic::kRunning,
     "let the program use the directory HOST under the name GUEST",
     "Without GUEST under its absolute name, and relative names start at the "
     "current directory. May be repeated."},
    {"env", Value::kText, "NAME[=VALUE]", kCmdRun, Topic::kRunning,
     "set a variable of the program, or pass on that of wald", "May be repeated."},
    {"invoke", Value::kText, "NAME[=A,B..]", kCmdRun, Topic::kRunning, "call the export NAME",
     "May be repeated if the arguments follow a '='."},
    {"stub", Value::kNone, "", kCmdRun | kCmdTest, Topic::kRunning,
     "let functions that nothing provides print their arguments and return "
     "zeros",
     "wald test --stub runs the tests in wald's interpreter."},

    // wald dump.
    {"symbols", Value::kNone, "", kCmdDump, Topic::kObjects, "definitions and references"},
    {"relocs", Value::kNone, "", kCmdDump, Topic::kObjects, "relocations, by symbol"},
    {"aux", Value::kNone, "", kCmdDump, Topic::kObjects,
     "aux data, by symbol; function info decoded"},
    {"directives", Value::kNone, "", kCmdDump, Topic::kObjects,
     "go:wasmimport and go:wasmexport with their signatures"},
    {"files", Value::kNone, "", kCmdDump, Topic::kObjects, "the file table"},
    {"symbol", Value::kText, "NAME", kCmdDump, Topic::kObjects,
     "one symbol with all that belongs to it"},
    {"yaml", Value::kNone, "", kCmdDump, Topic::kObjects,
     "as YAML, from which --from-yaml makes an object again"},
    {"yaml-exact", Value::kNone, "", kCmdDump, Topic::kObjects,
     "likewise, with the order of strings: the same bytes again"},
    {"from-yaml", Value::kNone, "", kCmdDump, Topic::kObjects,
     "make the object or archive that a YAML text describes"},
    {"sections", Value::kNone, "", kCmdDump, Topic::kModules, "kinds and sizes"},
    {"types", Value::kNone, "", kCmdDump, Topic::kModules, "function types"},
    {"imports", Value::kNone, "", kCmdDump, Topic::kModules, "with their types"},
    {"exports", Value::kNone, "", kCmdDump, Topic::kModules, "likewise"},
    {"functions", Value::kNone, "", kCmdDump, Topic::kModules, "names and sizes"},
    {"elements", Value::kNone, "", kCmdDump, Topic::kModules, "element segments"},
    {"code", Value::kText, "NAME", kCmdDump, Topic::kModules,
     "one function, by name or index, with its code as hex"},
    {"go", Value::kNone, "", kCmdDump, Topic::kModules,
     "what Go's runtime finds in the module: version, build information, moduledata, functions "
     "with "
     "their pc tables and funcdata, types, itabs; with --symbol of one function only"},
    {"diff", Value::kNone, "", kCmdDump, Topic::kModules,
     "where two modules differ; the exit status is 1 if they do"},
    {"header", Value::kNone, "", kCmdDump, Topic::kContents,
     "versions, flags and counts; of modules also memory, table and globals"},
    {"data", Value::kNone, "", kCmdDump, Topic::kContents,
     "contents of symbols or data segments as hex"},
    {"all", Value::kNone, "", kCmdDump, Topic::kContents, "everything"},
};

} // namespace wald

// What one link was asked to do: the command line of `go tool link`, the environment it reads and
// the import configuration, already checked. Filled by parse_link_options
// (linker/command_line/options.cc).
#pragma once

#include "directives/rules/rules.h"
#include "directives/source/overlay.h"
#include "linker/command_line/export_options.h"
#include "linker/command_line/interface_options.h"
#include "linker/command_line/own_options.h"
#include "linker/command_line/response_file.h"
#include "linker/command_line/wasm_opt_options.h"
#include "linker/size/request.h"
#include "objfile/support/problem.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wald {

enum class BuildMode : uint8_t { kExe, kCShared };

// What --optimize changes. Each keeps what a program does.
struct OptimizedParts {
  bool code = false;   // control flow and shorter instructions: wasm/code
  bool tables = false; // findfunctab and data segments, in what the runtime does not see of them
  bool fold = false;   // one body for equal functions

  bool any() const { return code || tables || fold; }
};

// What is said about the program. None changes the module.
struct ReportOptions {
  std::vector<std::string> why_live;    // --why-live=GLOB
  std::vector<std::string> why_import;  // --why-import=MODULE.NAME
  std::string print_gc;                 // --print-gc=FILE
  std::string map;                      // --map=FILE
  size::Request sizes;                  // --size-report and its like
  std::string reproduce;                // --reproduce=FILE.tar
  bool error_on_reflect_method = false; // --error-on=reflect-method
  bool why_reflect = false;             // --why-reflect

  bool want_causes() const {
    return !why_live.empty() || !why_import.empty() || error_on_reflect_method || why_reflect;
  }
};

// What --strip leaves out. Each is missed by somebody.
struct StrippedParts {
  bool lines = false;     // of pclntab: files and lines
  bool names = false;     // the section "name"
  bool producers = false; // the section "producers"

  bool any() const { return lines || names || producers; }
};

// A flag of the command line, as --reproduce repeats it.
struct GivenFlag {
  // What its value is.
  enum class Kind : uint8_t { kText, kInput, kNamedInput, kImportConfig, kFolder, kOutput };
  std::string name; // with dashes
  std::optional<std::string> value;
  Kind kind = Kind::kText;
};

struct LinkOptions {
  std::vector<GivenFlag> given_flags; // all, in order

  // -- The command line of `go tool link`.
  std::string main_archive;     // the one positional argument
  std::string output = "a.out"; // -o
  std::string importcfg;        // -importcfg, empty without
  bool have_importcfg = false;
  std::vector<std::string> lib_dirs; // -L, used for look-ups only without an importcfg
  std::string install_suffix;        // -installsuffix, likewise
  BuildMode build_mode = BuildMode::kExe;
  std::string build_id;           // -buildid; has no character on whose quoting Go versions differ
  std::string entry;              // -E, empty means the default of GOOS and build mode
  bool strip_names = false;       // -s
  bool check_linkname = true;     // -checklinkname
  bool prune_weak_map = true;     // -pruneweakmap
  bool dump_dependencies = false; // -dumpdep: reachability edges on stdout
  bool ignore_header_mismatch = false; // -f (Go 1.27)
  bool race = false;                   // -race
  bool no_error_limit = false;         // -e
  int verbosity = 0;                   // -v, how often
  int64_t strict_dups = 0;             // -strictdups: 1 warn, 2 error
  int64_t text_start = 0;              // -T, not negative
  int64_t data_rounding = 4096;        // -R, a power of two from 4096 on
  std::optional<int64_t> data_start;   // -D, not negative, a multiple of -R

  // -X and modinfo in the order in which they were given: symbol name (its path escaped as in
  // symbol names) and value. A name given twice stands once, at its first place with its last
  // value. The linker's own values, runtime.defaultGOROOT and runtime.buildVersion, are not in it;
  // they come before these (see set_string_value).
  std::vector<std::pair<std::string, std::string>> string_values;

  // packagefile lines: import path -> file. A later line for a path has replaced an earlier one.
  std::vector<std::pair<std::string, std::string>> package_files;

  // -- The environment. goos and goarch are empty where the environment has none.
  std::string goroot; // GOROOT, expands $GOROOT in file names
  std::string goos, goarch;
  std::string goexperiment;

  // Flags that not every supported Go version defines: name and first minor version (1.N) with it.
  // Known only once the objects' version is; see check_flags_of_version.
  std::vector<std::pair<std::string, int>> version_bound_flags;

  // -- wald's own options (option_table.h says which change the module).
  ExportOptions exports;                    // --export=PKG.FUNC[=NAME], --no-export=NAME
  OptimizedParts optimized;                 // --optimize[=PART,..]
  StrippedParts stripped;                   // --strip=PART,..
  std::vector<std::string> reflect_methods; // --reflect-methods=GLOB,..
  WasmOptOptions wasm_opt;                  // --wasm-opt[=STEP,..], --wasm-opt-limit=SECONDS[,MIB]
  MemoryOptions memory;                     // --initial-memory, --max-memory, --import-memory
  std::vector<ImportStub> stubs;            // --stub-import=MODULE.NAME[=ERRNO]
  std::string allow_imports;                // --allow-imports=FILE
  std::vector<SectionFile> sections;        // --add-section=NAME=FILE
  bool full_names = false;                  // --names=full
  bool embed_build_info = false;            // --embed-buildinfo
  std::string emit_js;                      // --emit-js=DIR
  unsigned threads = 0;                     // --threads=N, 0 means as many as the machine has
  bool stats = false;                       // --stats
  bool validate = false;                    // --validate: check the finished module with wabt
  std::string time_trace;                   // --time-trace=FILE
  ReportOptions reports;
  directives::RuleSettings rules; // --allow=RULE[=NAME], --deny=RULE, --check=off
  // Of a link that is made to find the cost: methods that only reflection may call are left out.
  // The module is not for use.
  bool drops_reflected_methods = false;

  // -- The sources that were compiled, which --export and messages look at. Where nobody said
  // whether there was an overlay, what they say is held against the code, too.
  directives::OverlayPlace overlay;
  bool is_overlay_known = false;
};

// Adds a string value, or replaces the one of that name in its place. To start from presets: fill a
// list with them, then set options.string_values one by one.
void set_string_value(std::vector<std::pair<std::string, std::string>> &values,
                      llvm::StringRef name, llvm::StringRef value);

// The environment variables that a link reads; empty and unset are the same to the reference.
struct LinkEnvironment {
  std::string goroot = {}, goos = {}, goarch = {}, goexperiment = {}, go_extlink_enabled = {};
};

LinkEnvironment environment_of_process();

// What a command line asks for.
enum class CommandKind : uint8_t {
  kLink,    // options are complete
  kVersion, // -V: version_mode is its value ("true", "full", "goexperiment", anything)
  kHelp,    // -help: print the message; the exit status is an error's
  kError,   // a mistake of the user
  kRefused, // the reference may do it, wald does not; a wrapper can hand over to the reference
};

struct ParsedCommand {
  CommandKind kind = CommandKind::kLink;
  LinkOptions options;
  std::string version_mode;
  // The words with response files expanded; the first `flag_words` of them are flags and their
  // values, so that further flags can be put after these.
  std::vector<std::string> words;
  size_t flag_words = 0;
  Problem problem;       // for kError, kRefused; without a fact it is to fail silently
  std::string help_text; // for kHelp
  int exit_status = 0;
};

// Parses the words after `link` in the order and with the checks of the reference. Reads response
// files, importcfg files and the start of the main archive, and nothing else.
ParsedCommand parse_link_options(llvm::ArrayRef<std::string> args,
                                 const LinkEnvironment &environment, FileReader read_file);

// Gives one of wald's own options of a link its meaning. What is wrong with it, if anything.
std::optional<Problem> apply_own_option(const GivenOption &given, LinkOptions &options);

// Those about exports and rules, which `wald check` has, too; others are left alone.
std::optional<Problem> apply_interface_option(const GivenOption &given, ExportOptions &exports,
                                              directives::RuleSettings &rules);

// What is wrong with the flags for objects of Go 1.MINOR, if anything. The exit status is 2.
std::optional<Problem> check_flags_of_version(const LinkOptions &options, int minor);

} // namespace wald

// Rules about the names of exports: two of one name, and names that mean something else to the
// linker or to hosts.
#include "directives/rules/rules.h"
#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"

#include <array>

namespace wald::directives {

using llvm::StringRef;

namespace {

constexpr const char *kOtherName = "choose another name in the go:wasmexport directive";

struct OwnExport {
  const char *name, *what;
  const char *advice = kOtherName;
};

// What the linker exports itself (ref: writeExportSec in cmd/link/internal/wasm/asm.go).
llvm::ArrayRef<OwnExport> own_exports(const Interface &interface) {
  static constexpr OwnExport kCommand[] = {
      {"_start", "the program's entry point",
       "func main is what it runs: call the function there, or choose another name"},
      {"memory", "the module's memory"}};
  static constexpr OwnExport kReactor[] = {
      {"_initialize", "the reactor's entry point",
       "a func init is what it runs: call the function there, or choose another name"},
      {"memory", "the module's memory"}};
  static constexpr OwnExport kJs[] = {{"run", "a function that Go's JavaScript calls"},
                                      {"resume", "a function that Go's JavaScript calls"},
                                      {"getsp", "a function that Go's JavaScript calls"},
                                      {"mem", "the module's memory"}};
  if (interface.goos == "js")
    return kJs;
  if (interface.is_reactor)
    return kReactor;
  return kCommand;
}

void check_name(const Interface &interface, const Directive &directive, FindingList &findings) {
  StringRef name = directive.name;
  for (const OwnExport &own : own_exports(interface))
    if (name == own.name)
      findings.push_back(finding_about(
          "reserved-export", directive,
          "export name " + directive.name + " is reserved for " + own.what, {own.advice}));
  if (interface.goos == "js")
    return;
  if (name == "_start" && interface.is_reactor)
    findings.push_back(finding_about(
        "start-in-reactor", directive,
        "a reactor exports _start, which hosts call to run a command",
        {"choose another name, or build a command: without -buildmode=c-shared, func main is it"}));
  if (name == "_initialize" && !interface.is_reactor)
    findings.push_back(
        finding_about("initialize-in-command", directive,
                      "a command exports _initialize, which hosts call to start a reactor",
                      {"choose another name, or build a reactor with -buildmode=c-shared"}));
}

// Symbols that the linker makes, or variables of the runtime that it fills. A test holds this list
// against the linker.
constexpr const char *kLinkerSymbols[] = {
    "go:buildid",
    "go:buildinfo",
    "go:buildinfo.ref",
    "go:func.*",
    "go:funcdesc",
    "go:plugin.tabs",
    "go:string.*",
    "runtime.covctrs",
    "runtime.cutab",
    "runtime.data",
    "runtime.ebss",
    "runtime.ecovctrs",
    "runtime.edata",
    "runtime.egcbss",
    "runtime.egcdata",
    "runtime.end",
    "runtime.enoptrbss",
    "runtime.enoptrdata",
    "runtime.epclntab",
    "runtime.erodata",
    "runtime.esymtab",
    "runtime.etext",
    "runtime.etypes",
    "runtime.filetab",
    "runtime.findfunctab",
    "runtime.firstmoduledata",
    "runtime.funcnametab",
    "runtime.functab",
    "runtime.gcbits.*",
    "runtime.gcbss",
    "runtime.gcdata",
    "runtime.gcmask.*",
    "runtime.itablink",
    "runtime.lastmoduledatap",
    "runtime.noptrbss",
    "runtime.noptrdata",
    "runtime.pclntab",
    "runtime.pctab",
    "runtime.rodata",
    "runtime.runtime_inittasks",
    "runtime.symtab",
    "runtime.text",
    "runtime.textsectionmap",
    "runtime.tlsg",
    "runtime.typelink",
    "runtime.types",
    "type:*",
};

// The names of all exports.
struct ExportNames {
  objfile::NameMap<std::string> defined_by; // the package; empty: not defined by any
  std::array<bool, 256> has_size{};         // whether any name has this length
  std::vector<StringRef> dotted;            // those that can be a package's own symbol
};

// Looks the object's symbols up that other objects can see and that are no exports themselves. Most
// names have another length than all exports', so that they are not even read; those in a package's
// own index, which are the most, begin with its path or have it behind a prefix such as `type:`.
void find_definitions(const ProgramObject &from, ExportNames &names) {
  const objfile::Object &object = *from.object;
  std::string prefix = names.dotted.empty() ? "" : objfile::escape_import_path(from.package) + ".";
  bool may_be_own =
      llvm::any_of(names.dotted, [&](StringRef name) { return name.contains(prefix); });
  for (uint32_t local = may_be_own ? 0 : object.num_symdefs(); local < object.num_defs(); local++) {
    objfile::SymbolRecord symbol = object.symbol(local);
    if (!names.has_size[std::min(symbol.name_size(), 255u)] || symbol.is_static() ||
        symbol.flag2() & object.version().flag2_wasm_export)
      continue;
    auto found = names.defined_by.find(object.name(local));
    if (found != names.defined_by.end())
      found->second = from.package.str();
  }
}

} // namespace

void check_exports(const Interface &interface, FindingList &findings) {
  objfile::NameMap<const Directive *> first;
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport)
      continue;
    check_name(interface, directive, findings);
    auto [known, is_new] = first.try_emplace(directive.name, &directive);
    if (!is_new)
      findings.push_back(
          finding_about("duplicate-export", directive,
                        "export name " + directive.name + " is taken by another function",
                        notes_with_other(*known->second, kOtherName)));
  }
}

llvm::ArrayRef<const char *> linker_symbols() {
  return kLinkerSymbols;
}

void check_export_symbols(const Interface &interface, llvm::ArrayRef<ProgramObject> objects,
                          FindingList &findings) {
  ExportNames names;
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport) {
      names.defined_by[directive.name];
      names.has_size[std::min<size_t>(directive.name.size(), 255)] = true;
      if (StringRef(directive.name).contains('.'))
        names.dotted.push_back(directive.name);
    }
  if (names.defined_by.empty())
    return;
  for (const ProgramObject &from : objects)
    find_definitions(from, names);
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport)
      continue;
    const std::string &package = names.defined_by[directive.name];
    bool is_linkers = llvm::is_contained(kLinkerSymbols, StringRef(directive.name));
    if (is_linkers || !package.empty())
      findings.push_back(finding_about("linker-symbol-export", directive,
                                       "export name " + directive.name + " is reserved: " +
                                           (is_linkers ? "the linker" : "package " + package) +
                                           " defines a symbol of that name",
                                       {kOtherName}));
  }
}

} // namespace wald::directives

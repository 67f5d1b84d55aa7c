// Rules about the names of exports: two of one name, and names that mean something else to the
// linker or to hosts.
#include "directives/rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

struct OwnExport {
  const char *name, *what;
};

// What the linker exports itself (ref: writeExportSec in cmd/link/internal/wasm/asm.go).
llvm::ArrayRef<OwnExport> own_exports(const Interface &interface) {
  static constexpr OwnExport kCommand[] = {{"_start", "the program's entry point"},
                                           {"memory", "the module's memory"}};
  static constexpr OwnExport kReactor[] = {{"_initialize", "the reactor's entry point"},
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

const char *const kOtherName = "choose another name in the go:wasmexport directive";

void check_name(const Interface &interface, const Directive &directive, FindingList &findings) {
  StringRef name = directive.name;
  for (const OwnExport &own : own_exports(interface))
    if (name == own.name)
      findings.push_back(finding_about(
          "reserved-export", directive,
          "export name " + directive.name + " is reserved for " + own.what, {kOtherName}));
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

} // namespace

void check_exports(const Interface &interface, FindingList &findings) {
  llvm::StringMap<const Directive *> first;
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport)
      continue;
    check_name(interface, directive, findings);
    auto [known, is_new] = first.try_emplace(directive.name, &directive);
    if (!is_new)
      findings.push_back(
          finding_about("duplicate-export", directive,
                        "export name " + directive.name + " is taken by another function",
                        {"exported by " + describe(*known->second) + " too", kOtherName}));
  }
}

void check_export_symbols(const Interface &interface,
                          llvm::function_ref<bool(StringRef)> is_defined, FindingList &findings) {
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport && is_defined(directive.name))
      findings.push_back(
          finding_about("linker-symbol-export", directive,
                        "export name " + directive.name + " is the name of a symbol of the program",
                        {"a wrapper function of the export's name is linked, so it "
                         "cannot be another symbol's",
                         kOtherName}));
}

} // namespace wald::directives

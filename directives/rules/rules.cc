#include "directives/rules/rules.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <tuple>

namespace wald::directives {

using llvm::StringRef;

namespace {

constexpr Rule kRules[] = {
    {"baseline-breaking", Severity::kError, RuleScope::kCheckOnly,
     "what hosts of the older interface cannot cope with: an export that is gone, a new import, "
     "other types",
     "does not look"},
    {"baseline-compatible", Severity::kNote, RuleScope::kCheckOnly,
     "what hosts of the older interface do not notice: a new export, an import that is gone",
     "does not look"},
    {"baseline-system-import", Severity::kNote, RuleScope::kCheckOnly,
     "an import from WASI or gojs that the older interface did not have", "does not look"},
    {"blank-function", Severity::kWarning, RuleScope::kCheckOnly,
     "a directive on a function whose name is _",
     "compiles; the directive is dropped without a word"},
    {"bodyless-export", Severity::kWarning, RuleScope::kCheckOnly,
     "go:wasmexport on a function whose body is in assembly or behind a go:linkname",
     "compiles; the directive is dropped without a word"},
    {"conflicting-import", Severity::kWarning, RuleScope::kEveryLink,
     "one function of the host is imported with two signatures",
     "links; the module fails when it is instantiated"},
    {"contract-extra-export", Severity::kWarning, RuleScope::kCheckOnly,
     "an export that no contract wants", "does not look"},
    {"contract-layout", Severity::kError, RuleScope::kCheckOnly,
     "a Go type whose values a host would misread that goes by the contract", "does not look"},
    {"contract-missing-export", Severity::kError, RuleScope::kCheckOnly,
     "a function that the contract wants and the program does not export",
     "links; the host fails when it looks for the function"},
    {"contract-signature", Severity::kError, RuleScope::kCheckOnly,
     "a function with another signature than in the contract",
     "links; the module fails when it is instantiated, or when the host calls the function"},
    {"contract-unknown-import", Severity::kError, RuleScope::kCheckOnly,
     "an import that the contract does not offer",
     "links; the module fails when it is instantiated"},
    {"directive-arguments", Severity::kError, RuleScope::kCheckOnly,
     "a directive with too many words or too few, or a comment after them",
     "does not compile: usage: //go:wasmexport exportname"},
    {"duplicate-export", Severity::kError, RuleScope::kEveryLink,
     "two functions are exported under one name",
     "fails: duplicated definition of symbol, with the packages' names; within a package it does "
     "not "
     "compile: symbol redeclared"},
    {"excluded-directive", Severity::kWarning, RuleScope::kCheckOnly,
     "a directive in a file that no build for wasm takes",
     "compiles; the directive is dropped without a word"},
    {"export-in-command", Severity::kNote, RuleScope::kCheckOnly,
     "a command for wasip1 has exports, which can be called only while main runs",
     "links; hosts that call them after main find that the program has ended"},
    {"frame-offsets", Severity::kError, RuleScope::kEveryLink,
     "values of a directive's function overlap or are not aligned", "trusts what objects say"},
    {"frame-size", Severity::kError, RuleScope::kEveryLink,
     "the arguments of an export take more than 128 bytes",
     "does not compile: wasmexport function argument too large"},
    {"generic-export", Severity::kWarning, RuleScope::kCheckOnly,
     "go:wasmexport on a generic function",
     "drops it if the function is not instantiated; confusing errors otherwise"},
    {"gojs-import", Severity::kWarning, RuleScope::kEveryLink,
     "an import from module gojs, which only hosts of GOOS=js offer",
     "links without any check of types; the module fails when it is instantiated"},
    {"host-layout", Severity::kError, RuleScope::kCheckOnly,
     "a struct that the host sees has no field of type structs.HostLayout",
     "does not compile: unsupported parameter type, without the struct's name"},
    {"import-and-export", Severity::kWarning, RuleScope::kCheckOnly,
     "both directives on one function", "compiles; the export is dropped without a word"},
    {"import-with-body", Severity::kError, RuleScope::kCheckOnly,
     "an imported function has a body in assembly or by a go:linkname, too",
     "fails: duplicated definition of symbol, from one package twice"},
    {"initialize-in-command", Severity::kWarning, RuleScope::kEveryLink,
     "a command exports _initialize, by which hosts know a reactor",
     "links; hosts disagree on what such a module is"},
    {"invalid-module", Severity::kError, RuleScope::kCheckOnly,
     "a module that is not valid WebAssembly 2.0", "does not look"},
    {"large-br-table", Severity::kWarning, RuleScope::kCheckOnly,
     "a function with more br_table targets than V8 takes",
     "links; the module fails when it is compiled"},
    {"large-function", Severity::kWarning, RuleScope::kCheckOnly,
     "a function with more code than engines take", "links; the module fails when it is compiled"},
    {"layout-differs", Severity::kWarning, RuleScope::kCheckOnly,
     "a struct that the host sees has another layout in C",
     "compiles; the host reads and writes other fields"},
    {"linker-symbol-export", Severity::kError, RuleScope::kEveryLink,
     "an export has the name of a symbol of the program or of the linker",
     "fails for a function (duplicated definition of symbol) or crashes; links for most variables, "
     "and the program traps"},
    {"long-name", Severity::kWarning, RuleScope::kCheckOnly,
     "an import or export with a longer name than engines take",
     "links; the module fails when it is compiled"},
    {"main-in-reactor", Severity::kNote, RuleScope::kCheckOnly,
     "the main function of a reactor does something", "links; nobody calls main"},
    {"many-data-segments", Severity::kWarning, RuleScope::kCheckOnly,
     "a module with more data segments than engines take",
     "links; the module fails when it is compiled"},
    {"many-export-parameters", Severity::kError, RuleScope::kEveryLink,
     "an export with more than 16 wasm parameters",
     "the compiler crashes: bad Get: invalid register"},
    {"many-functions", Severity::kWarning, RuleScope::kCheckOnly,
     "a module with more functions, imports or exports than engines take",
     "links; the module fails when it is compiled"},
    {"many-locals", Severity::kWarning, RuleScope::kCheckOnly,
     "a function with more locals than engines take",
     "links; the module fails when it is compiled"},
    {"many-parameters", Severity::kWarning, RuleScope::kCheckOnly,
     "an import or export with more parameters or results than engines take",
     "links; the module fails when it is compiled"},
    {"misplaced-directive", Severity::kWarning, RuleScope::kCheckOnly,
     "a directive that is not in front of a function",
     "compiles; the directive is dropped without a word"},
    {"misspelt-directive", Severity::kWarning, RuleScope::kCheckOnly,
     "a comment that looks like a directive and is none",
     "compiles; the directive is dropped without a word"},
    {"name-punctuation", Severity::kWarning, RuleScope::kCheckOnly,
     "a name in a directive has quotes, a comma or the like",
     "links; the punctuation is part of the name"},
    {"nameless-directive", Severity::kWarning, RuleScope::kCheckOnly, "a directive without a name",
     "compiles; the directive is dropped without a word"},
    {"other-build-directive", Severity::kNote, RuleScope::kCheckOnly,
     "an export in a file that this build leaves out, and another would take",
     "compiles; the directive is dropped without a word"},
    {"reactor-without-exports", Severity::kWarning, RuleScope::kCheckOnly,
     "a reactor that exports no function", "links; hosts can call nothing in it"},
    {"repeated-directive", Severity::kWarning, RuleScope::kCheckOnly,
     "two directives of a kind on one function", "compiles; the last one counts"},
    {"reserved-export", Severity::kError, RuleScope::kEveryLink,
     "an export has a name under which the linker exports something itself",
     "links; no engine accepts the module"},
    {"several-results", Severity::kError, RuleScope::kEveryLink,
     "a directive's function has more than one result", "does not compile: too many return values"},
    {"start-in-reactor", Severity::kWarning, RuleScope::kEveryLink,
     "a reactor exports _start, by which hosts know a command",
     "links; hosts run the function as the program"},
    {"string-result", Severity::kError, RuleScope::kCheckOnly,
     "a directive's function has a string as its result",
     "does not compile: unsupported result type"},
    {"type-by-value", Severity::kError, RuleScope::kCheckOnly,
     "a parameter or result of a type that wasm functions cannot take",
     "does not compile: unsupported parameter type"},
    {"type-in-memory", Severity::kError, RuleScope::kCheckOnly,
     "a pointer to a type that means nothing to the host",
     "does not compile: unsupported parameter type, without the field's name"},
    {"type-nesting", Severity::kError, RuleScope::kCheckOnly,
     "a type behind a pointer is nested too deeply", "knows no limit"},
    {"unknown-wasi-import", Severity::kWarning, RuleScope::kEveryLink,
     "an import from wasi_snapshot_preview1 that WASI does not have",
     "links; the module fails when it is instantiated"},
    {"wasi-extension", Severity::kNote, RuleScope::kCheckOnly,
     "an import from wasi_snapshot_preview1 that only WasmEdge and its like offer",
     "links; the module fails when it is instantiated elsewhere"},
    {"wasi-signature", Severity::kWarning, RuleScope::kEveryLink,
     "a function of wasi_snapshot_preview1 is imported with another signature",
     "links; the module fails when it is instantiated"},
};

std::string params_text(llvm::ArrayRef<Parameter> params) {
  std::string text;
  for (const Parameter &param : params) {
    text += text.empty() ? "" : ", ";
    text += param.name.empty() ? "" : param.name + " ";
    text += type_text(*param.type);
  }
  return "(" + text + ")";
}

} // namespace

llvm::ArrayRef<Rule> all_rules() {
  return kRules;
}

const Rule *find_rule(StringRef id) {
  for (const Rule &rule : kRules)
    if (id == rule.id)
      return &rule;
  return nullptr;
}

std::string qualified_name(StringRef package, StringRef function) {
  if (package.empty() || function.empty())
    return (package + function).str();
  return (package + "." + function).str();
}

std::string describe(const Directive &directive) {
  std::string text = directive.is_other_name
                         ? directive.function
                         : qualified_name(directive.package, directive.function);
  if (!directive.position.file.empty())
    text += " (" + directive.position.file + ":" + std::to_string(directive.position.line) + ")";
  return text;
}

std::string go_signature_text(const Directive &directive) {
  if (!directive.has_go_types)
    return "";
  std::string text = "func" + params_text(directive.params);
  if (directive.results.size() == 1 && directive.results[0].name.empty())
    text += " " + type_text(*directive.results[0].type);
  else if (!directive.results.empty())
    text += " " + params_text(directive.results);
  return text;
}

std::vector<std::string> notes_with_other(const Directive &other, const std::string &advice) {
  std::string place = describe(other);
  if (place.empty())
    return {advice};
  std::string types = go_signature_text(other);
  return {"the other one is " + place + (types.empty() ? "" : ": " + types), advice};
}

Finding finding_about(const char *rule_id, const Directive &directive, std::string message,
                      std::vector<std::string> notes) {
  Finding finding;
  finding.rule = find_rule(rule_id);
  finding.position = directive.position;
  if (!directive.is_other_name)
    finding.package = directive.package;
  finding.function = directive.function;
  finding.subject = directive.kind == DirectiveKind::kImport
                        ? directive.module + "." + directive.name
                        : directive.name;
  finding.message = std::move(message);
  finding.notes = std::move(notes);
  return finding;
}

bool RuleSettings::is_allowed(const Finding &finding) const {
  return llvm::any_of(allowed, [&](const Allowed &entry) {
    return entry.rule == finding.rule->id && (entry.name.empty() || entry.name == finding.subject);
  });
}

bool RuleSettings::is_denied(const Rule &rule) const {
  return llvm::is_contained(denied, rule.id);
}

static std::optional<Problem> why_no_rule(StringRef rule, const llvm::Twine &word) {
  if (find_rule(rule))
    return std::nullopt;
  std::string list = "the rules are";
  for (const Rule &known : kRules)
    list += std::string(" ") + known.id;
  return Problem{("invalid " + word + ": there is no such rule").str(), {std::move(list)}};
}

std::optional<Problem> allow_rule(StringRef value, RuleSettings &settings) {
  auto [rule, name] = value.split('=');
  settings.allowed.push_back({rule.str(), name.str()});
  return why_no_rule(rule, "--allow=" + value);
}

std::optional<Problem> deny_rule(StringRef rule, RuleSettings &settings) {
  settings.denied.push_back(rule.str());
  return why_no_rule(rule, "--deny=" + rule);
}

Severity effective_severity(const Finding &finding, const RuleSettings &settings) {
  return settings.is_denied(*finding.rule) ? Severity::kError : finding.rule->severity;
}

void apply_settings(FindingList &findings, const RuleSettings &settings, bool is_link) {
  llvm::erase_if(findings, [&](const Finding &finding) {
    bool is_in_scope = !is_link || finding.rule->scope == RuleScope::kEveryLink ||
                       settings.is_denied(*finding.rule);
    return settings.is_off || !is_in_scope || settings.is_allowed(finding);
  });
}

void sort_findings(FindingList &findings) {
  auto key = [](const Finding &finding) {
    return std::tie(finding.position.file, finding.position.line, finding.position.column,
                    finding.rule, finding.message, finding.notes);
  };
  // A program's functions are also those of a package in the program of its tests.
  auto is_before = [&](const Finding &a, const Finding &b) {
    if (key(a) != key(b))
      return key(a) < key(b);
    return std::pair(a.package != "main", a.package) < std::pair(b.package != "main", b.package);
  };
  std::sort(findings.begin(), findings.end(), is_before);
  findings.erase(std::unique(findings.begin(), findings.end(),
                             [&](const Finding &a, const Finding &b) { return key(a) == key(b); }),
                 findings.end());
}

} // namespace wald::directives

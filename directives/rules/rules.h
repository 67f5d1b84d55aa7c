// The rules about directives. A rule looks at facts that somebody else has read and appends what it
// finds; nothing here reads a file. directives/RULES.md has a paragraph for each.
#pragma once

#include "directives/gather.h"
#include "directives/rules/finding.h"
#include "directives/source/go_declarations.h"
#include "objfile/support/problem.h"
#include "wasm/body_facts.h"
#include "wasm/module_reader.h"

namespace wald::directives {

using FindingList = std::vector<Finding>;
class TypeResolver;

// A finding about a directive: place, function and subject are the directive's.
Finding finding_about(const char *rule_id, const Directive &directive, std::string message,
                      std::vector<std::string> notes = {});

// "main.add"; only one of the two in modules, which know no packages.
std::string qualified_name(llvm::StringRef package, llvm::StringRef function);

// "main.add (add.go:7)" or as much of it as is known.
std::string describe(const Directive &directive);

// "func(p *main.Point, n int32) (ok bool)"; empty if the Go types are not known.
std::string go_signature_text(const Directive &directive);

// Notes that name the other directive of a pair, where it is known, and then what to do.
std::vector<std::string> notes_with_other(const Directive &other, const std::string &advice);

// -- Wasm-level rules (rules_exports.cc, rules_imports.cc)

// duplicate-export, reserved-export, start-in-reactor, initialize-in-command.
void check_exports(const Interface &interface, FindingList &findings);
// duplicate-export alone.
void check_duplicate_exports(const Interface &interface, FindingList &findings);
// import-with-body, against the symbols of these objects.
void check_import_bodies(const Interface &interface, llvm::ArrayRef<ProgramObject> objects,
                         FindingList &findings);
// linker-symbol-export, against the symbols of these objects and those that the linker makes.
void check_export_symbols(const Interface &interface, llvm::ArrayRef<ProgramObject> objects,
                          FindingList &findings);
// conflicting-import, unknown-wasi-import, wasi-extension, wasi-signature, gojs-import.
void check_imports(const Interface &interface, FindingList &findings);

// -- Rules about types (rules_types.cc)

// frame-offsets, frame-size, many-export-parameters, several-results: the record in an object of
// this version.
void check_signature(const Directive &directive, const objfile::GoVersion &version,
                     FindingList &findings);
// host-layout, layout-differs, string-result, type-by-value, type-in-memory, type-nesting: where
// the Go types are known.
void check_types(const Interface &interface, FindingList &findings);
// What a function's types break first of the compiler's rules.
struct TypeProblem {
  const char *rule;
  std::string fact;
  std::vector<std::string> notes;
};
std::optional<TypeProblem> first_type_problem(llvm::ArrayRef<Parameter> params,
                                              llvm::ArrayRef<Parameter> results);
// The rules about Go types, and several-results, for the directives of a source file that was not
// compiled. Those whose types are not known are passed over.
struct PackageSource;
void check_declared_types(const PackageSource &from, TypeResolver &resolver, FindingList &findings);

// -- Rules about source text (rules_source.cc)
struct PackageSource {
  llvm::StringRef package; // import path; "main" for the program
  llvm::StringRef file;
  const SourceFile *source = nullptr;
};

// blank-function, bodyless-export, directive-arguments, generic-export, import-and-export,
// many-export-parameters, misplaced-directive, misspelt-directive, name-punctuation,
// nameless-directive, repeated-directive. Nothing in a text without directives
// (may_have_directives).
void check_source(const PackageSource &from, FindingList &findings);
// duplicate-export, within a package that was not compiled.
void check_package_exports(llvm::ArrayRef<PackageSource> files, FindingList &findings);

// "go:wasmexport" or "go:wasmimport".
std::string directive_word(const DirectiveComment &comment);

// -- Limits of engines (rules_engine.cc)

// many-parameters, long-name: of imports and exports.
void check_signature_limits(const Interface &interface, FindingList &findings);
// large-function, large-br-table: of the functions of an object, reachable or not.
void check_function_limits(const ProgramObject &from, llvm::StringRef goroot,
                           FindingList &findings);
// many-functions, many-data-segments, and for each body large-function, many-locals,
// large-br-table.
void check_module_limits(const wasm::Module &module, llvm::ArrayRef<wasm::BodyFacts> bodies,
                         FindingList &findings);

// invalid-module: the module in the file, with what a validator said.
Finding invalid_module(llvm::StringRef file, const Problem &problem);

// -- What was asked for on the command line: --allow=RULE[=NAME], --deny=RULE, --check=off
struct RuleSettings {
  struct Allowed {
    std::string rule, name; // an empty name stands for all
  };
  bool is_off = false;
  std::vector<Allowed> allowed;
  std::vector<std::string> denied;

  bool is_allowed(const Finding &finding) const;
  bool is_denied(const Rule &rule) const;
  bool operator==(const RuleSettings &) const = default;
};

// What is wrong with the value of --allow or --deny, if anything.
std::optional<Problem> allow_rule(llvm::StringRef value, RuleSettings &settings);
std::optional<Problem> deny_rule(llvm::StringRef rule, RuleSettings &settings);

// The severity with which a finding is reported: a denied rule's is an error.
Severity effective_severity(const Finding &finding, const RuleSettings &settings);

// Drops what is allowed and what the rule's scope leaves out in a link.
void apply_settings(FindingList &findings, const RuleSettings &settings, bool is_link);

// By file, line, column, rule and message, each once.
void sort_findings(FindingList &findings);

} // namespace wald::directives

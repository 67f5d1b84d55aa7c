// Limits of engines. Engines agreed on most of them (reference: "Implementation-defined Limits" of
// the WebAssembly JavaScript interface); the one of br_table is V8's (wasm-limits.h there). How
// deep blocks nest is limited by the size of a function only in V8, wazero and wasmtime; Go's
// functions open a block for each target of their br_table.
#include "directives/rules/rules.h"

namespace wald::directives {

namespace {

constexpr uint64_t kMostFunctions = 1'000'000;
constexpr uint64_t kMostImports = 1'000'000;
constexpr uint64_t kMostExports = 1'000'000;
constexpr uint64_t kMostDataSegments = 100'000;
constexpr uint64_t kLargestBody = 7'654'321; // bytes
constexpr uint64_t kMostLocals = 50'000;     // parameters included
constexpr uint64_t kMostParams = 1'000;
constexpr uint64_t kMostResults = 1'000;
constexpr uint64_t kLargestBrTable = 65'520; // targets
constexpr uint64_t kLongestName = 100'000;   // bytes

const char *const kSplitFunction = "split the function";

// "1234 parameters, engines take 1000"
std::string beyond(uint64_t count, const char *what, uint64_t limit) {
  return std::to_string(count) + " " + what + ", engines take " + std::to_string(limit);
}

Finding finding_in_module(const char *rule_id, std::string function, std::string message,
                          std::vector<std::string> notes = {}) {
  Finding finding;
  finding.rule = find_rule(rule_id);
  finding.subject = function;
  finding.function = std::move(function);
  finding.message = std::move(message);
  finding.notes = std::move(notes);
  return finding;
}

void check_body(const wasm::Module &module, const wasm::BodyFacts &body, FindingList &findings) {
  const wasm::FuncType *type = module.function_type(body.func_index);
  uint64_t num_locals = body.num_locals + (type ? type->params.size() : 0);
  auto name = [&] {
    llvm::StringRef known = module.function_name(body.func_index);
    return known.empty() ? "function " + std::to_string(body.func_index) : known.str();
  };
  auto add = [&](const char *rule_id, uint64_t count, const char *what, uint64_t limit) {
    if (count > limit)
      findings.push_back(finding_in_module(
          rule_id, name(), name() + " has " + beyond(count, what, limit), {kSplitFunction}));
  };
  add("large-function", body.size_bytes, "bytes of code", kLargestBody);
  add("many-locals", num_locals, "locals", kMostLocals);
  add("large-br-table", body.largest_br_table, "targets in a br_table", kLargestBrTable);
}

} // namespace

void check_signature_limits(const Interface &interface, FindingList &findings) {
  for (const Directive &directive : interface.directives) {
    const Signature &signature = directive.signature;
    if (signature.params.size() > kMostParams)
      findings.push_back(finding_about(
          "many-parameters", directive,
          directive.name + " has " + beyond(signature.params.size(), "parameters", kMostParams),
          {"pass a pointer to a struct"}));
    if (signature.results.size() > kMostResults)
      findings.push_back(finding_about(
          "many-parameters", directive,
          directive.name + " has " + beyond(signature.results.size(), "results", kMostResults)));
    for (const std::string *name : {&directive.module, &directive.name})
      if (name->size() > kLongestName)
        findings.push_back(finding_about(
            "long-name", directive, "a name with " + beyond(name->size(), "bytes", kLongestName),
            {directive.is_chosen ? "choose a shorter name in --export"
                                 : "choose a shorter name in the directive"}));
  }
}

void check_function_limits(const ProgramObject &from, llvm::StringRef goroot,
                           FindingList &findings) {
  const objfile::Object &object = *from.object;
  auto add = [&](const char *rule_id, uint32_t local, uint64_t count, const char *what,
                 uint64_t limit) {
    std::string name = object.name(local).str();
    Finding finding = finding_in_module(rule_id, name, name + " has " + beyond(count, what, limit),
                                        {kSplitFunction});
    finding.package = from.package.str();
    llvm::StringRef short_name = finding.function;
    if (short_name.consume_front(finding.package) && short_name.consume_front("."))
      finding.function = short_name.str();
    finding.position = function_position(object, local, goroot);
    findings.push_back(std::move(finding));
  };
  for (uint32_t local = 0; local < object.num_defs(); local++) {
    if (!objfile::is_text(object.kind(local)))
      continue;
    // The size of a function is the number of places where it can be resumed. Calls are longer in a
    // module than in its object, where they are zero bytes.
    uint64_t num_targets = object.symbol(local).size();
    uint64_t size_bytes = object.data(local).size();
    if (num_targets > kLargestBrTable)
      add("large-br-table", local, num_targets, "targets in a br_table", kLargestBrTable);
    if (size_bytes > kLargestBody)
      add("large-function", local, size_bytes, "bytes of code", kLargestBody);
  }
}

void check_module_limits(const wasm::Module &module, llvm::ArrayRef<wasm::BodyFacts> bodies,
                         FindingList &findings) {
  auto add = [&](const char *rule_id, uint64_t count, const char *what, uint64_t limit,
                 const char *advice) {
    if (count > limit)
      findings.push_back(
          finding_in_module(rule_id, "", "the module has " + beyond(count, what, limit), {advice}));
  };
  const char *const kLessCode = "link fewer packages";
  add("many-functions", module.num_functions(), "functions", kMostFunctions, kLessCode);
  add("many-functions", module.imports.size(), "imports", kMostImports, kLessCode);
  add("many-functions", module.exports.size(), "exports", kMostExports, kLessCode);
  add("many-data-segments", module.data.size(), "data segments", kMostDataSegments,
      "put large tables that are mostly zero into variables that the program fills");
  for (const wasm::BodyFacts &body : bodies)
    check_body(module, body, findings);
}

Finding invalid_module(llvm::StringRef file, const Problem &problem) {
  Finding finding = finding_in_module("invalid-module", "", problem.fact);
  finding.position.file = file.str();
  finding.notes = problem.notes;
  return finding;
}

} // namespace wald::directives

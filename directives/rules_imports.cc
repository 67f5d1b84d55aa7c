// Rules about imports: whether one host can offer all of them.
#include "directives/rules.h"

#include "llvm/ADT/StringMap.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

bool same_types(llvm::ArrayRef<Field> a, llvm::ArrayRef<Field> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Field &x, const Field &y) { return x.type == y.type; });
}

bool same_types(const Signature &a, const Signature &b) {
  return same_types(a.params, b.params) && same_types(a.results, b.results);
}

std::string full_name(const Directive &directive) {
  return directive.module + "." + directive.name;
}

void check_module(const Interface &interface, const Directive &directive, FindingList &findings) {
  // The runtime declares runtime.wasmExit for both systems and calls it for js only.
  bool is_runtime = directive.package == "runtime";
  if (directive.module == "gojs" && interface.goos != "js" && !is_runtime)
    findings.push_back(finding_about(
        "gojs-import", directive,
        "import " + full_name(directive) + ": only hosts of GOOS=js offer module gojs",
        {"import from another module, or put the file under //go:build js"}));
}

} // namespace

void check_imports(const Interface &interface, FindingList &findings) {
  // What is imported under a name first says what the others should be like.
  llvm::StringMap<const Directive *> first;
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kImport)
      continue;
    check_module(interface, directive, findings);
    std::string key = directive.module + '\0' + directive.name;
    auto [known, is_new] = first.try_emplace(key, &directive);
    const Directive &other = *known->second;
    if (!is_new && !same_types(directive.signature, other.signature))
      findings.push_back(finding_about(
          "conflicting-import", directive,
          "import " + full_name(directive) + " is declared as " +
              signature_text(directive.signature) + " and as " + signature_text(other.signature),
          {"the other one is " + describe(other),
           "a host offers one function of a name: give both declarations the same types"}));
  }
}

} // namespace wald::directives

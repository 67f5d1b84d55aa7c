// Rules about imports: whether one host can offer all of them.
#include "directives/contracts/wasi_preview1.h"
#include "directives/rules/rules.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"

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

bool same_types(llvm::ArrayRef<Field> fields, llvm::ArrayRef<wasm::ValueType> types) {
  return std::equal(fields.begin(), fields.end(), types.begin(), types.end(),
                    [](const Field &field, wasm::ValueType type) { return field.type == type; });
}

// Functions that WasmEdge offers in the module of preview 1, and programs built on
// github.com/stealthrocket/net import.
bool is_wasmedge_extension(StringRef name) {
  return llvm::is_contained({"sock_open", "sock_bind", "sock_listen", "sock_connect",
                             "sock_getsockopt", "sock_setsockopt", "sock_getlocaladdr",
                             "sock_getpeeraddr", "sock_recv_from", "sock_send_to",
                             "sock_getaddrinfo"},
                            name);
}

std::vector<std::string> with_go_types(const Directive &directive, std::string note) {
  std::string types = go_signature_text(directive);
  if (types.empty())
    return {std::move(note)};
  return {"in Go it is " + types, std::move(note)};
}

// `known` is what WASI has under the name, or null.
void check_wasi(const Directive &directive, const WasiPreview1Function *known,
                FindingList &findings) {
  if (!known && is_wasmedge_extension(directive.name)) {
    findings.push_back(
        finding_about("wasi-extension", directive,
                      "WASI has no function " + directive.name + ", it is an extension of WasmEdge",
                      {"the program runs in hosts with this extension only"}));
    return;
  }
  if (!known) {
    std::string advice = "go doc syscall and the WASI preview 1 documentation list them";
    if (const WasiPreview1Function *nearest = nearest_wasi_preview1(directive.name))
      advice = "is it " + nearest->text() + "?";
    findings.push_back(finding_about("unknown-wasi-import", directive,
                                     "WASI has no function " + directive.name, {advice}));
    return;
  }
  const Signature &signature = directive.signature;
  if (!same_types(signature.params, known->param_types()) ||
      !same_types(signature.results, known->result_types()))
    findings.push_back(finding_about("wasi-signature", directive,
                                     "import " + full_name(directive) + " is declared as " +
                                         signature_text(signature),
                                     with_go_types(directive, "WASI has " + known->text())));
}

bool has_import_record(const objfile::Object &object, uint32_t local) {
  for (objfile::AuxRecord aux : object.auxes(local))
    if (aux.kind() == objfile::AuxKind::kWasmImport)
      return true;
  return false;
}

} // namespace

void check_imports(const Interface &interface, FindingList &findings) {
  // What is imported under a name first says what the others should be like.
  objfile::NameMap<const Directive *> first;
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kImport)
      continue;
    check_module(interface, directive, findings);
    if (directive.module == kWasiPreview1) {
      const WasiPreview1Function *known = find_wasi_preview1(directive.name);
      check_wasi(directive, known, findings);
      // What WASI says of a function is the measure, not who declares it first.
      if (known)
        continue;
    }
    std::string key = directive.module + '\0' + directive.name;
    auto [known, is_new] = first.try_emplace(key, &directive);
    const Directive &other = *known->second;
    if (!is_new && !same_types(directive.signature, other.signature))
      findings.push_back(finding_about(
          "conflicting-import", directive,
          "import " + full_name(directive) + " is declared as " +
              signature_text(directive.signature) + " and as " + signature_text(other.signature),
          notes_with_other(other, "a host offers one function of a name: give both declarations "
                                  "the same types")));
  }
}

void check_import_bodies(const Interface &interface, llvm::ArrayRef<ProgramObject> objects,
                         FindingList &findings) {
  objfile::NameMap<std::vector<const Directive *>> by_symbol;
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kImport && !directive.is_std && !directive.symbol.empty())
      by_symbol[directive.symbol].push_back(&directive);
  if (by_symbol.empty())
    return;
  for (const ProgramObject &from : objects) {
    const objfile::Object &object = *from.object;
    for (uint32_t local = 0; local < object.num_defs(); local++) {
      objfile::SymbolRecord symbol = object.symbol(local);
      if (!objfile::is_text(object.kind(local)) || symbol.is_static() || symbol.is_dupok())
        continue;
      auto found = by_symbol.find(object.name(local));
      if (found == by_symbol.end() || has_import_record(object, local))
        continue;
      for (const Directive *directive : found->second)
        findings.push_back(finding_about(
            "import-with-body", *directive,
            "imported function " + directive->symbol + " has a body, too, in " +
                (object.from_assembly() ? "assembly" : "Go") + " of package " + from.package.str(),
            {"remove the body, or the go:wasmimport directive"}));
    }
  }
}

} // namespace wald::directives

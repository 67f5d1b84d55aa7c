// The interface of a finished module, whoever linked it.
#include "directives/gather.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

Signature signature_of(const wasm::FuncType &type) {
  Signature signature;
  for (wasm::ValueType param : type.params)
    signature.params.push_back({0, param, 0});
  for (wasm::ValueType result : type.results)
    signature.results.push_back({0, result, 0});
  return signature;
}

// Whether a function of the name is exported that takes and returns nothing.
bool has_entry_point(const wasm::Externs &externs, StringRef name) {
  return llvm::any_of(externs.exports, [&](const wasm::Extern &item) {
    return item.kind == wasm::ExternKind::kFunction && item.name == name &&
           item.type.params.empty() && item.type.results.empty();
  });
}

} // namespace

Interface gather_externs(const wasm::Externs &externs) {
  Interface interface;
  bool has_memory_of_js = llvm::any_of(externs.exports, [](const wasm::Extern &item) {
    return item.kind == wasm::ExternKind::kMemory &&
           item.name == objfile::memory_export(objfile::ModuleKind::kJs);
  });
  bool is_command = has_entry_point(externs, objfile::kCommandExport);
  interface.is_reactor = has_entry_point(externs, objfile::kReactorExport) && !is_command;
  if (has_memory_of_js && has_entry_point(externs, "resume"))
    interface.goos = "js";
  else if (is_command || interface.is_reactor)
    interface.goos = "wasip1";
  auto append = [&](DirectiveKind kind, const wasm::Extern &item) {
    if (item.kind != wasm::ExternKind::kFunction)
      return;
    Directive &directive = interface.directives.emplace_back();
    directive.kind = kind;
    directive.module = item.module;
    directive.name = item.name;
    directive.signature = signature_of(item.type);
  };
  for (const wasm::Extern &item : externs.imports)
    append(DirectiveKind::kImport, item);
  for (const wasm::Extern &item : externs.exports)
    append(DirectiveKind::kExport, item);
  return interface;
}

llvm::Expected<Interface> gather_module(const wasm::Module &module) {
  llvm::Expected<wasm::Externs> externs = wasm::externs_of(module);
  if (!externs)
    return externs.takeError();
  Interface interface = gather_externs(*externs);
  if (interface.goos.empty())
    interface.goos = "wasip1";
  auto function_exports = llvm::make_filter_range(externs->exports, [](const wasm::Extern &item) {
    return item.kind == wasm::ExternKind::kFunction;
  });
  auto item = function_exports.begin();
  for (Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport)
      directive.function = module.function_name((item++)->func_index);
  // The first export of each of the linker's names is the linker's.
  llvm::StringSet<> own;
  for (const objfile::EntryPoint &entry : objfile::entry_points(interface.module_kind()))
    own.insert(entry.name);
  llvm::erase_if(interface.directives, [&](const Directive &directive) {
    return directive.kind == DirectiveKind::kExport && own.erase(directive.name);
  });
  return interface;
}

} // namespace wald::directives

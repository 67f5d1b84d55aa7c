// The interface of a finished module, whoever linked it.
#include "directives/gather.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

Signature signature_of(const wasm::FuncType *type) {
  Signature signature;
  if (!type)
    return signature;
  for (wasm::ValueType param : type->params)
    signature.params.push_back({0, param, 0});
  for (wasm::ValueType result : type->results)
    signature.results.push_back({0, result, 0});
  return signature;
}

const wasm::FuncType *type_at(const wasm::Module &module, uint32_t index) {
  return index < module.types.size() ? &module.types[index] : nullptr;
}

// Whether the module exports a function of the name that takes and returns nothing.
bool has_entry_point(const wasm::Module &module, StringRef name) {
  return llvm::any_of(module.exports, [&](const wasm::Export &item) {
    const wasm::FuncType *type = item.kind == wasm::ExternKind::kFunction && item.name == name
                                     ? module.function_type(item.index)
                                     : nullptr;
    return type && type->params.empty() && type->results.empty();
  });
}

} // namespace

Interface gather_module(const wasm::Module &module) {
  Interface interface;
  bool has_memory_of_js = llvm::any_of(module.exports, [](const wasm::Export &item) {
    return item.kind == wasm::ExternKind::kMemory && item.name == "mem";
  });
  interface.goos = has_memory_of_js && has_entry_point(module, "resume") ? "js" : "wasip1";
  interface.is_reactor =
      has_entry_point(module, "_initialize") && !has_entry_point(module, "_start");
  for (const wasm::Import &import : module.imports) {
    if (import.kind != wasm::ExternKind::kFunction)
      continue;
    Directive &directive = interface.directives.emplace_back();
    directive.kind = DirectiveKind::kImport;
    directive.module = import.module.str();
    directive.name = import.name.str();
    directive.signature = signature_of(type_at(module, import.type_index));
  }
  // The first export of each of the linker's names is the linker's.
  llvm::StringSet<> own;
  if (interface.goos == "js") {
    for (StringRef name : {"run", "resume", "getsp"})
      own.insert(name);
  } else {
    own.insert(interface.is_reactor ? "_initialize" : "_start");
  }
  for (const wasm::Export &item : module.exports) {
    if (item.kind != wasm::ExternKind::kFunction || own.erase(item.name))
      continue;
    Directive &directive = interface.directives.emplace_back();
    directive.kind = DirectiveKind::kExport;
    directive.name = item.name.str();
    directive.function = module.function_name(item.index).str();
    directive.signature = signature_of(module.function_type(item.index));
  }
  return interface;
}

} // namespace wald::directives

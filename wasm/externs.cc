#include "wasm/externs.h"

namespace wald::wasm {

namespace {

llvm::Error error_at(llvm::StringRef what, llvm::StringRef name) {
  return llvm::createStringError(std::errc::invalid_argument, "%s %s", what.str().c_str(),
                                 name.str().c_str());
}

llvm::Error append(std::vector<Extern> &to, llvm::StringRef module, llvm::StringRef name,
                   ExternKind kind, const FuncType *type, uint64_t &num_values) {
  Extern item;
  item.module = module.str();
  item.name = name.str();
  item.kind = kind;
  if (kind == ExternKind::kFunction) {
    if (!type)
      return error_at("the module lacks the type of function", name);
    num_values += type->params.size() + type->results.size();
    if (num_values > kMaxExternValues)
      return error_at("too many parameters up to function", name);
    item.type = *type;
  }
  to.push_back(std::move(item));
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Externs> externs_of(const Module &module) {
  Externs externs;
  uint64_t num_values = 0;
  uint32_t num_functions = 0;
  for (const Import &import : module.imports) {
    const FuncType *type =
        import.type_index < module.types.size() ? &module.types[import.type_index] : nullptr;
    if (llvm::Error error =
            append(externs.imports, import.module, import.name, import.kind, type, num_values))
      return error;
    if (import.kind == ExternKind::kFunction)
      externs.imports.back().func_index = num_functions++;
  }
  for (const Export &item : module.exports) {
    if (llvm::Error error = append(externs.exports, "", item.name, item.kind,
                                   module.function_type(item.index), num_values))
      return error;
    if (item.kind == ExternKind::kFunction)
      externs.exports.back().func_index = item.index;
  }
  return externs;
}

} // namespace wald::wasm

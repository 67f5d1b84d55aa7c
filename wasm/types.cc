// Spelling of types for messages and dumps.
#include "wasm/types.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::wasm {

const char *value_type_name(ValueType type) {
  switch (type) {
  case ValueType::kI32:
    return "i32";
  case ValueType::kI64:
    return "i64";
  case ValueType::kF32:
    return "f32";
  case ValueType::kF64:
    return "f64";
  case ValueType::kV128:
    return "v128";
  case ValueType::kFuncref:
    return "funcref";
  case ValueType::kExternref:
    return "externref";
  }
  return nullptr;
}

static void print_types(llvm::raw_ostream &out, llvm::ArrayRef<ValueType> types, size_t limit) {
  out << '(';
  const char *separator = "";
  for (ValueType type : types.take_front(limit)) {
    out << separator;
    if (const char *name = value_type_name(type))
      out << name;
    else
      out << llvm::format_hex(uint8_t(type), 4);
    separator = ", ";
  }
  if (types.size() > limit)
    out << " and " << types.size() - limit << " more";
  out << ')';
}

static std::string limited_text(llvm::ArrayRef<ValueType> params, llvm::ArrayRef<ValueType> results,
                                size_t limit) {
  std::string text;
  llvm::raw_string_ostream out(text);
  print_types(out, params, limit);
  out << " -> ";
  print_types(out, results, limit);
  return text;
}

std::string signature_text(llvm::ArrayRef<ValueType> params, llvm::ArrayRef<ValueType> results) {
  return limited_text(params, results, SIZE_MAX);
}

std::string short_signature_text(llvm::ArrayRef<ValueType> params,
                                 llvm::ArrayRef<ValueType> results) {
  return limited_text(params, results, 100);
}

} // namespace wald::wasm

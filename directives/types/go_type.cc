#include "directives/types/go_type.h"

namespace wald::directives {

namespace {

constexpr unsigned kMaxDepth = 50;
constexpr size_t kMaxText = 1000; // bytes, about

void append(std::string &text, const GoType *type, unsigned depth) {
  if (!type || depth > kMaxDepth || text.size() > kMaxText) {
    text += "…";
    return;
  }
  if (type->is_named()) {
    text += type->package.empty() ? type->name : type->package + "." + type->name;
    return;
  }
  switch (type->kind) {
  case GoKind::kPointer:
    text += "*";
    return append(text, type->element, depth + 1);
  case GoKind::kSlice:
    text += "[]";
    return append(text, type->element, depth + 1);
  case GoKind::kArray:
    text += "[" + std::to_string(type->length) + "]";
    return append(text, type->element, depth + 1);
  case GoKind::kStruct: {
    text += "struct {";
    const char *between = " ";
    for (const GoField &field : type->fields) {
      text += between;
      if (text.size() > kMaxText) {
        text += "…";
        break;
      }
      if (!field.is_embedded)
        text += field.name + " ";
      append(text, field.type, depth + 1);
      between = "; ";
    }
    text += type->fields.empty() ? "}" : " }";
    return;
  }
  default:
    text += go_kind_name(type->kind);
  }
}

} // namespace

const char *go_kind_name(GoKind kind) {
  switch (kind) {
  case GoKind::kInvalid:
    return "?";
  case GoKind::kBool:
    return "bool";
  case GoKind::kInt:
    return "int";
  case GoKind::kInt8:
    return "int8";
  case GoKind::kInt16:
    return "int16";
  case GoKind::kInt32:
    return "int32";
  case GoKind::kInt64:
    return "int64";
  case GoKind::kUint:
    return "uint";
  case GoKind::kUint8:
    return "uint8";
  case GoKind::kUint16:
    return "uint16";
  case GoKind::kUint32:
    return "uint32";
  case GoKind::kUint64:
    return "uint64";
  case GoKind::kUintptr:
    return "uintptr";
  case GoKind::kFloat32:
    return "float32";
  case GoKind::kFloat64:
    return "float64";
  case GoKind::kComplex64:
    return "complex64";
  case GoKind::kComplex128:
    return "complex128";
  case GoKind::kString:
    return "string";
  case GoKind::kUnsafePointer:
    return "unsafe.Pointer";
  case GoKind::kArray:
    return "array";
  case GoKind::kChan:
    return "chan";
  case GoKind::kFunc:
    return "func";
  case GoKind::kInterface:
    return "interface";
  case GoKind::kMap:
    return "map";
  case GoKind::kPointer:
    return "pointer";
  case GoKind::kSlice:
    return "slice";
  case GoKind::kStruct:
    return "struct";
  case GoKind::kVector:
    return "vector";
  }
  return "?";
}

GoKind find_go_kind(llvm::StringRef name) {
  for (unsigned kind = 1; kind <= unsigned(GoKind::kVector); kind++)
    if (name == go_kind_name(GoKind(kind)))
      return GoKind(kind);
  return GoKind::kInvalid;
}

std::string type_text(const GoType &type) {
  std::string text;
  append(text, &type, 0);
  return text;
}

} // namespace wald::directives

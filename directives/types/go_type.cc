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

// For people, and in interfaces as JSON, a pointer is not abbreviated.
const char *go_kind_name(GoKind kind) {
  switch (kind) {
  case GoKind::kInvalid:
    return "?";
  case GoKind::kPointer:
    return "pointer";
  default:
    return objfile::type_kind_name(kind);
  }
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

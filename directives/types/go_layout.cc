#include "directives/types/go_layout.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

namespace wald::directives {

bool lay_out(GoType &type) {
  if (type.kind == GoKind::kArray) {
    const GoType *element = type.element;
    if (!element || element->size > kLargestType ||
        (element->size && type.length > kLargestType / element->size))
      return false;
    type.size = element->size * type.length;
    type.alignment = element->alignment;
    return true;
  }
  if (type.kind != GoKind::kStruct)
    return true;
  type.size = 0;
  type.alignment = 1;
  for (GoField &field : type.fields) {
    if (!field.type || !llvm::isPowerOf2_64(field.type->alignment) ||
        field.type->alignment > kLargestType || field.type->size > kLargestType)
      return false;
    field.offset = llvm::alignTo(type.size, field.type->alignment);
    type.size = field.offset + field.type->size;
    type.alignment = std::max(type.alignment, field.type->alignment);
    if (type.size > kLargestType)
      return false;
  }
  if (type.size > 0 && type.fields.back().type->size == 0)
    type.size++;
  type.size = llvm::alignTo(type.size, type.alignment);
  return true;
}

GoType scalar_type(GoKind kind) {
  GoType type;
  type.kind = kind;
  switch (kind) {
  case GoKind::kBool:
  case GoKind::kInt8:
  case GoKind::kUint8:
    type.size = type.alignment = 1;
    break;
  case GoKind::kInt16:
  case GoKind::kUint16:
    type.size = type.alignment = 2;
    break;
  case GoKind::kInt32:
  case GoKind::kUint32:
  case GoKind::kFloat32:
    type.size = type.alignment = 4;
    break;
  case GoKind::kComplex64:
    type.size = 8;
    type.alignment = 4;
    break;
  case GoKind::kString:
  case GoKind::kInterface:
  case GoKind::kComplex128:
  case GoKind::kVector:
    type.size = 16;
    type.alignment = 8;
    break;
  case GoKind::kSlice:
    type.size = 24;
    type.alignment = 8;
    break;
  default: // numbers of 8 bytes and pointers
    type.size = type.alignment = 8;
  }
  return type;
}

GoType predeclared_type(llvm::StringRef name) {
  GoKind kind = llvm::StringSwitch<GoKind>(name)
                    .Case("bool", GoKind::kBool)
                    .Case("int", GoKind::kInt)
                    .Case("int8", GoKind::kInt8)
                    .Case("int16", GoKind::kInt16)
                    .Cases("int32", "rune", GoKind::kInt32)
                    .Case("int64", GoKind::kInt64)
                    .Case("uint", GoKind::kUint)
                    .Cases("uint8", "byte", GoKind::kUint8)
                    .Case("uint16", GoKind::kUint16)
                    .Case("uint32", GoKind::kUint32)
                    .Case("uint64", GoKind::kUint64)
                    .Case("uintptr", GoKind::kUintptr)
                    .Case("float32", GoKind::kFloat32)
                    .Case("float64", GoKind::kFloat64)
                    .Case("complex64", GoKind::kComplex64)
                    .Case("complex128", GoKind::kComplex128)
                    .Case("string", GoKind::kString)
                    .Case("unsafe.Pointer", GoKind::kUnsafePointer)
                    .Cases("any", "error", "comparable", GoKind::kInterface)
                    .Default(GoKind::kInvalid);
  if (kind == GoKind::kInvalid)
    return {};
  GoType type = scalar_type(kind);
  if (name.consume_front("unsafe."))
    type.package = "unsafe";
  type.name = name == "byte" ? "uint8" : name == "rune" ? "int32" : name.str();
  return type;
}

void mark_vector(GoType &type) {
  if (type.kind != GoKind::kStruct || type.fields.empty() || !type.fields[0].type)
    return;
  const GoType &mark = *type.fields[0].type;
  llvm::StringRef name = mark.name;
  if (mark.package != "simd/archsimd" || name != "v128")
    return;
  type.kind = GoKind::kVector;
  type.fields.clear();
  type.size = 16;
  type.alignment = 8;
}

} // namespace wald::directives

#include "directives/types/type_rules.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wald::directives {

namespace {

constexpr const char *kNoValue = "type-by-value", *kStringResult = "string-result",
                     *kNoMemory = "type-in-memory", *kHostLayout = "host-layout",
                     *kResults = "several-results", *kFrame = "frame-size",
                     *kRegisters = "many-export-parameters", *kOffsets = "frame-offsets",
                     *kNesting = "type-nesting";
constexpr const char *kRules[] = {kNoValue, kStringResult, kNoMemory, kHostLayout, kResults,
                                  kFrame,   kRegisters,    kOffsets,  kNesting};

// Deeper types are refused: no compiler has seen them.
constexpr unsigned kMaxDepth = 200;

enum Allowed : uint8_t { kNowhere = 0, kParam = 1, kResult = 2, kValue = 3, kInMemory = 4 };

// By kind; what pointers, arrays and structs may be depends on more.
uint8_t allowed_uses(GoKind kind) {
  switch (kind) {
  case GoKind::kBool:
  case GoKind::kInt32:
  case GoKind::kUint32:
  case GoKind::kInt64:
  case GoKind::kUint64:
  case GoKind::kFloat32:
  case GoKind::kFloat64:
    return kValue | kInMemory;
  case GoKind::kInt8:
  case GoKind::kUint8:
  case GoKind::kInt16:
  case GoKind::kUint16:
    return kInMemory;
  case GoKind::kUintptr:
  case GoKind::kUnsafePointer:
  case GoKind::kPointer:
  case GoKind::kVector:
    return kValue;
  case GoKind::kString:
    return kParam;
  default:
    return kNowhere;
  }
}

bool is_host_layout(const GoType &type) {
  return type.package == "structs" && type.name == "HostLayout";
}

using TypeSet = llvm::DenseSet<const GoType *>;

// `good` are the types found to be allowed: a hostile one may name another in many places.
std::optional<TypeViolation> memory_violation(const GoType &type, const std::string &path,
                                              unsigned depth, TypeSet &good) {
  if (good.contains(&type))
    return std::nullopt;
  if (depth > kMaxDepth)
    return TypeViolation{kNesting, path, "the type is nested too deeply"};
  if (type.kind == GoKind::kArray) {
    if (!type.element)
      return TypeViolation{kNoMemory, path, "the element type of the array is not known"};
    return memory_violation(*type.element, path + "[]", depth + 1, good);
  }
  if (type.kind != GoKind::kStruct) {
    if (allowed_uses(type.kind) & kInMemory)
      return std::nullopt;
    return TypeViolation{kNoMemory, path,
                         type_text(type) + " has no fixed meaning in memory for the host"};
  }
  if (type.fields.empty())
    return std::nullopt;
  bool has_marker = false;
  for (const GoField &field : type.fields) {
    if (!field.type)
      return TypeViolation{kNoMemory, path + "." + field.name, "the field's type is not known"};
    if (allowed_uses(field.type->kind) & kInMemory)
      continue;
    if (is_host_layout(*field.type)) {
      has_marker = true;
      continue;
    }
    if (auto violation = memory_violation(*field.type, path + "." + field.name, depth + 1, good))
      return violation;
  }
  if (!has_marker)
    return TypeViolation{kHostLayout, path,
                         type_text(type) + " has no field of type structs.HostLayout"};
  good.insert(&type);
  return std::nullopt;
}

} // namespace

llvm::ArrayRef<const char *> type_rule_names() {
  return kRules;
}

std::optional<TypeViolation> type_violation(const GoType &type, TypeUse use) {
  uint8_t allowed = allowed_uses(type.kind);
  if (type.kind == GoKind::kString && use == TypeUse::kResult)
    return TypeViolation{kStringResult, "", "a string cannot be a result, only a parameter"};
  if (!(allowed & (use == TypeUse::kParameter ? kParam : kResult)))
    return TypeViolation{kNoValue, "", type_text(type) + " cannot be passed by value"};
  if (type.kind != GoKind::kPointer)
    return std::nullopt;
  if (!type.element)
    return TypeViolation{kNoMemory, "*", "what the pointer points to is not known"};
  // The marker itself is refused: its own field is a bare one.
  if (is_host_layout(*type.element))
    return TypeViolation{kHostLayout, "*", "structs.HostLayout marks a struct and is none to pass"};
  TypeSet good;
  return memory_violation(*type.element, "*", 0, good);
}

std::optional<TypeViolation> signature_violation(const Directive &directive,
                                                 const objfile::GoVersion &version) {
  bool is_import = directive.kind == DirectiveKind::kImport;
  if (is_import && directive.module == "gojs")
    return std::nullopt;
  const Signature &signature = directive.signature;
  if (signature.results.size() > 1)
    return TypeViolation{kResults, "", "a function has at most one result"};
  if (!is_import && signature.params.size() > kMostExportParams)
    return TypeViolation{kRegisters, "",
                         "an export has at most " + std::to_string(kMostExportParams) +
                             " wasm parameters"};
  uint64_t end = 0;
  auto check = [&](const Field &field) {
    const char *name = field_kind_name(field.raw_kind, version);
    llvm::StringRef kind = name ? name : "";
    uint64_t size = kind == "v128"                   ? 16
                    : kind == "bool"                 ? 1
                    : kind == "i32" || kind == "f32" ? 4
                                                     : 8;
    uint64_t alignment = size == 16 ? 8 : size;
    if (!name || field.frame_offset < end || field.frame_offset % alignment != 0 ||
        field.frame_offset > UINT64_MAX - size)
      return false;
    end = field.frame_offset + size;
    return true;
  };
  if (!llvm::all_of(signature.params, check) || !llvm::all_of(signature.results, check))
    return TypeViolation{kOffsets, "", "values overlap or are not aligned in the argument frame"};
  if (!is_import && end > kLargestExportFrame)
    return TypeViolation{kFrame, "",
                         "the arguments of an export have at most " +
                             std::to_string(kLargestExportFrame) + " bytes"};
  return std::nullopt;
}

} // namespace wald::directives

// ref: paramsToWasmFields and resultsToWasmFields in cmd/compile/internal/ssagen/abi.go; on wasm
// all of a call's values lie in memory: parameters, then results from an offset that is a multiple
// of 8.
#include "directives/export_signature.h"

#include "directives/export_wrapper.h"

#include "llvm/Support/MathExtras.h"

namespace wald::directives {

using objfile::GoVersion;
using wasm::ValueType;

namespace {

constexpr uint8_t kI32 = 0, kI64 = 1, kF32 = 2, kF64 = 3; // in every version
constexpr uint64_t kWordSize = 8;

llvm::Error error(const std::string &message) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", message.c_str());
}

// The fields that a value of the type at `offset` is; none for a type that no export may have.
llvm::SmallVector<Field, 2> fields_of(const GoType &type, uint64_t offset,
                                      const GoVersion &version) {
  switch (type.kind) {
  case GoKind::kBool:
    return {{version.field_kind_bool, ValueType::kI32, offset}};
  case GoKind::kInt32:
  case GoKind::kUint32:
    return {{kI32, ValueType::kI32, offset}};
  case GoKind::kInt64:
  case GoKind::kUint64:
    return {{kI64, ValueType::kI64, offset}};
  case GoKind::kFloat32:
    return {{kF32, ValueType::kF32, offset}};
  case GoKind::kFloat64:
    return {{kF64, ValueType::kF64, offset}};
  case GoKind::kUintptr:
  case GoKind::kPointer:
  case GoKind::kUnsafePointer:
    return {{kPointerKind, ValueType::kI32, offset}};
  case GoKind::kString: // a pointer and a length
    return {{kPointerKind, ValueType::kI32, offset},
            {kPointerKind, ValueType::kI32, offset + kWordSize}};
  case GoKind::kVector:
    if (version.field_kind_v128 != 0xff)
      return {{version.field_kind_v128, ValueType::kV128, offset}};
    return {};
  default:
    return {};
  }
}

// Appends the fields of values of these types, which lie one after the other from `offset`.
llvm::Error append_fields(llvm::ArrayRef<const GoType *> types, const GoVersion &version,
                          uint64_t &offset, llvm::SmallVectorImpl<Field> &to) {
  for (const GoType *type : types) {
    if (!llvm::isPowerOf2_64(type->alignment) || type->size > kLargestExportFrame)
      return error("a parameter or result does not fit an exported function");
    offset = llvm::alignTo(offset, type->alignment);
    llvm::SmallVector<Field, 2> fields = fields_of(*type, offset, version);
    if (fields.empty())
      return error("a parameter or result has a type without a counterpart in wasm");
    to.append(fields.begin(), fields.end());
    offset += type->size;
    if (offset > kLargestExportFrame)
      return error("parameters and results take more than the " +
                   std::to_string(kLargestExportFrame) +
                   " bytes that an exported function may use");
  }
  return llvm::Error::success();
}

// The same without limits; false if a type has no counterpart.
bool append_any(llvm::ArrayRef<const GoType *> types, const GoVersion &version, uint64_t &offset,
                llvm::SmallVectorImpl<Field> &to) {
  for (const GoType *type : types) {
    offset = llvm::alignTo(offset, type->alignment);
    llvm::SmallVector<Field, 2> fields = fields_of(*type, offset, version);
    if (fields.empty())
      return false;
    to.append(fields.begin(), fields.end());
    offset += type->size;
  }
  return true;
}

} // namespace

std::optional<Signature> frame_signature(llvm::ArrayRef<const GoType *> params,
                                         llvm::ArrayRef<const GoType *> results,
                                         const GoVersion &version) {
  Signature signature;
  uint64_t offset = 0;
  if (!append_any(params, version, offset, signature.params))
    return std::nullopt;
  offset = llvm::alignTo(offset, kWordSize);
  if (!append_any(results, version, offset, signature.results))
    return std::nullopt;
  return signature;
}

llvm::Expected<Signature> export_signature(llvm::ArrayRef<const GoType *> params,
                                           llvm::ArrayRef<const GoType *> results,
                                           const GoVersion &version) {
  Signature signature;
  uint64_t offset = 0;
  if (llvm::Error bad = append_fields(params, version, offset, signature.params))
    return bad;
  offset = llvm::alignTo(offset, kWordSize);
  if (llvm::Error bad = append_fields(results, version, offset, signature.results))
    return bad;
  if (signature.params.size() > kMostExportParams)
    return error(std::to_string(signature.params.size()) + " wasm parameters are more than the " +
                 std::to_string(kMostExportParams) + " that an exported function may have");
  return signature;
}

} // namespace wald::directives

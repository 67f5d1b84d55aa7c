#include "directives/signature.h"

namespace wald::directives {

using objfile::Bytes;
using objfile::Cursor;
using objfile::GoVersion;

namespace {

constexpr uint64_t kFieldSize = 9; // kind, frame offset

struct KindInfo {
  const char *name;
  wasm::ValueType type;
};

// Kinds 0 to 4 have the same number in every version.
constexpr KindInfo kFixedKinds[] = {
    {"i32", wasm::ValueType::kI32}, {"i64", wasm::ValueType::kI64}, {"f32", wasm::ValueType::kF32},
    {"f64", wasm::ValueType::kF64}, {"ptr", wasm::ValueType::kI32},
};
constexpr KindInfo kBool = {"bool", wasm::ValueType::kI32};
constexpr KindInfo kV128 = {"v128", wasm::ValueType::kV128};
constexpr uint8_t kNoKind = 0xff;

const KindInfo *find_kind(uint8_t raw_kind, const GoVersion &version) {
  if (raw_kind < std::size(kFixedKinds))
    return &kFixedKinds[raw_kind];
  if (raw_kind == kNoKind)
    return nullptr;
  if (raw_kind == version.field_kind_bool)
    return &kBool;
  if (raw_kind == version.field_kind_v128)
    return &kV128;
  return nullptr;
}

llvm::Error truncated(const Cursor &cursor) {
  return llvm::createStringError(
      std::errc::invalid_argument,
      "truncated wasm signature: it ends within the value at offset %llu",
      (unsigned long long)cursor.offset());
}

llvm::Error read_fields(Cursor &cursor, const GoVersion &version,
                        llvm::SmallVectorImpl<Field> &fields) {
  uint32_t count = cursor.read<uint32_t>();
  if (cursor.failed() || count > cursor.remaining() / kFieldSize)
    return truncated(cursor);
  fields.reserve(count);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t at = cursor.offset();
    uint8_t raw_kind = cursor.read<uint8_t>();
    const KindInfo *kind = find_kind(raw_kind, version);
    if (!kind)
      return llvm::createStringError(std::errc::invalid_argument,
                                     "unknown kind %u in a wasm signature of go1.%d at offset %llu "
                                     "[frame-offsets]",
                                     unsigned(raw_kind), version.minor, (unsigned long long)at);
    fields.push_back({raw_kind, kind->type, cursor.read<uint64_t>()});
  }
  return llvm::Error::success();
}

llvm::Error read_signature(Cursor &cursor, const GoVersion &version, Signature &signature) {
  if (llvm::Error error = read_fields(cursor, version, signature.params))
    return error;
  if (llvm::Error error = read_fields(cursor, version, signature.results))
    return error;
  if (!cursor.at_end())
    return llvm::createStringError(
        std::errc::invalid_argument, "wasm signature with %llu extra bytes from offset %llu",
        (unsigned long long)cursor.remaining(), (unsigned long long)cursor.offset());
  return llvm::Error::success();
}

} // namespace

llvm::Expected<WasmImportRecord> decode_wasm_import(Bytes data, const GoVersion &version) {
  Cursor cursor(data);
  WasmImportRecord record;
  record.module = objfile::to_string(cursor.read_bytes(cursor.read<uint32_t>()));
  record.name = objfile::to_string(cursor.read_bytes(cursor.read<uint32_t>()));
  if (cursor.failed())
    return truncated(cursor);
  if (llvm::Error error = read_signature(cursor, version, record.signature))
    return error;
  return record;
}

llvm::Expected<Signature> decode_wasm_type(Bytes data, const GoVersion &version) {
  Cursor cursor(data);
  Signature signature;
  if (llvm::Error error = read_signature(cursor, version, signature))
    return error;
  return signature;
}

std::vector<uint8_t> encode_wasm_type(const Signature &signature) {
  std::vector<uint8_t> data;
  auto append = [&](auto value) {
    data.resize(data.size() + sizeof value);
    objfile::store(data.data() + data.size() - sizeof value, value);
  };
  auto append_fields = [&](llvm::ArrayRef<Field> fields) {
    append(uint32_t(fields.size()));
    for (const Field &field : fields) {
      append(field.raw_kind);
      append(field.frame_offset);
    }
  };
  append_fields(signature.params);
  append_fields(signature.results);
  return data;
}

const char *field_kind_name(uint8_t raw_kind, const GoVersion &version) {
  const KindInfo *kind = find_kind(raw_kind, version);
  return kind ? kind->name : nullptr;
}

std::string signature_text(const Signature &signature) {
  llvm::SmallVector<wasm::ValueType, 8> params, results;
  for (const Field &field : signature.params)
    params.push_back(field.type);
  for (const Field &field : signature.results)
    results.push_back(field.type);
  return wasm::signature_text(params, results);
}

} // namespace wald::directives

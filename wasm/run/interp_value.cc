// Text forms of the interpreter's values and types.
#include "wasm/run/interpreter.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace wald::wasm {

namespace {

template <typename Float> std::string format_float(Float value) {
  if (std::isnan(value))
    return "nan";
  char buffer[64];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

template <typename Signed, typename Unsigned>
bool parse_integer(llvm::StringRef text, uint64_t &bits) {
  Signed as_signed;
  Unsigned as_unsigned;
  bool is_hex = text.starts_with_insensitive("0x") || text.starts_with_insensitive("-0x");
  unsigned radix = is_hex ? 0 : 10; // 0: as the prefix says; otherwise 010 would be octal
  if (!text.getAsInteger(radix, as_signed)) {
    bits = static_cast<Unsigned>(as_signed);
    return true;
  }
  if (text.getAsInteger(radix, as_unsigned))
    return false;
  bits = as_unsigned;
  return true;
}

template <typename Float, typename Bits> bool parse_float(llvm::StringRef text, uint64_t &bits) {
  Float value;
  std::from_chars_result result = std::from_chars(text.begin(), text.end(), value);
  if (result.ec != std::errc() || result.ptr != text.end())
    return false;
  Bits raw;
  std::memcpy(&raw, &value, sizeof raw);
  bits = raw;
  return true;
}

std::string format_types(const std::vector<InterpType> &types) {
  std::string text = "(";
  for (InterpType type : types)
    text += (text.size() > 1 ? ", " : "") + interp_type_name(type).str();
  return text + ")";
}

} // namespace

llvm::StringRef interp_type_name(InterpType type) {
  switch (type) {
  case InterpType::i32:
    return "i32";
  case InterpType::i64:
    return "i64";
  case InterpType::f32:
    return "f32";
  case InterpType::f64:
    return "f64";
  case InterpType::other:
    break;
  }
  return "another type";
}

std::string format_value(const InterpValue &value) {
  uint32_t low = static_cast<uint32_t>(value.bits);
  float f32;
  double f64;
  switch (value.type) {
  case InterpType::i32:
    return std::to_string(static_cast<int32_t>(low));
  case InterpType::i64:
    return std::to_string(static_cast<int64_t>(value.bits));
  case InterpType::f32:
    std::memcpy(&f32, &low, sizeof f32);
    return format_float(f32);
  case InterpType::f64:
    std::memcpy(&f64, &value.bits, sizeof f64);
    return format_float(f64);
  case InterpType::other:
    break;
  }
  return "(not a number)";
}

bool parse_value(llvm::StringRef text, InterpType type, InterpValue &out) {
  out.type = type;
  switch (type) {
  case InterpType::i32:
    return parse_integer<int32_t, uint32_t>(text, out.bits);
  case InterpType::i64:
    return parse_integer<int64_t, uint64_t>(text, out.bits);
  case InterpType::f32:
    return parse_float<float, uint32_t>(text, out.bits);
  case InterpType::f64:
    return parse_float<double, uint64_t>(text, out.bits);
  case InterpType::other:
    break;
  }
  return false;
}

std::string format_function_type(const InterpFunctionType &type) {
  return format_types(type.params) + " -> " + format_types(type.results);
}

} // namespace wald::wasm

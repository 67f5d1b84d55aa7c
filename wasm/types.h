// Value types and function signatures of WebAssembly, with their bytes in a module.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>

namespace wald::wasm {

enum class ValueType : uint8_t {
  kI32 = 0x7f,
  kI64 = 0x7e,
  kF32 = 0x7d,
  kF64 = 0x7c,
  kV128 = 0x7b,
  kFuncref = 0x70,
  kExternref = 0x6f,
};

// As the specification spells it ("i32"); null for a byte that is none of the above.
const char *value_type_name(ValueType type);

// "(i32, i64) -> (i32)"; a type without name is written as its byte, "0x12".
std::string signature_text(llvm::ArrayRef<ValueType> params, llvm::ArrayRef<ValueType> results);
// The same for lists that name a type again and again, each time: with at most 100 of the
// parameters and of the results, and how many more there are.
std::string short_signature_text(llvm::ArrayRef<ValueType> params,
                                 llvm::ArrayRef<ValueType> results);

} // namespace wald::wasm

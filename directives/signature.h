// Signatures of go:wasmimport and go:wasmexport functions as the compiler leaves them in objects,
// in the data of aux symbols 12 and 13 (reference: cmd/internal/obj/wasm and WasmImport in
// cmd/internal/obj/link.go).
#pragma once

#include "objfile/go_version.h"
#include "objfile/support/bytes.h"
#include "wasm/types.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wald::directives {

// The kind of pointers, in every version.
inline constexpr uint8_t kPointerKind = 4;

// One wasm parameter or result; a Go string parameter makes two.
struct Field {
  uint8_t raw_kind; // its number moves between Go versions
  wasm::ValueType type;
  uint64_t frame_offset; // in the Go argument frame, 0 is its first byte
};

struct Signature {
  llvm::SmallVector<Field, 8> params;
  llvm::SmallVector<Field, 1> results;
};

// Limits of exports. Beyond these the compiler refuses a directive (Go's nosplit reserve,
// StackSmall in internal/abi) or crashes (its backend has that many registers).
inline constexpr uint64_t kLargestExportFrame = 128; // in bytes, parameters and results
inline constexpr size_t kMostExportParams = 16;      // wasm parameters

struct WasmImportRecord {
  llvm::StringRef module, name; // views into the data
  Signature signature;
};

// The data of an aux symbol of kind kWasmImport or kWasmType. Errors name the offset in the data.
llvm::Expected<WasmImportRecord> decode_wasm_import(objfile::Bytes data,
                                                    const objfile::GoVersion &version);
llvm::Expected<Signature> decode_wasm_type(objfile::Bytes data, const objfile::GoVersion &version);

// The data of an aux symbol of kind kWasmType.
std::vector<uint8_t> encode_wasm_type(const Signature &signature);

// What the compiler calls the kind ("i32", "ptr", "bool"), or null for a number it does not use.
const char *field_kind_name(uint8_t raw_kind, const objfile::GoVersion &version);

// "(i32, i64) -> (i32)"
std::string signature_text(const Signature &signature);

} // namespace wald::directives

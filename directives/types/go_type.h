// Go types as far as directives can name them, with their layout on wasm (pointers and int are 8
// bytes in Go's memory, 64-bit fields are aligned to 8).
#pragma once

#include "objfile/go_abi.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace wald::directives {

using GoKind = objfile::TypeKind;

// "int32", "struct", "pointer", "unsafe.Pointer"; kInvalid is "?".
const char *go_kind_name(GoKind kind);
// kInvalid: there is no such kind.
GoKind find_go_kind(llvm::StringRef name);

struct GoType;

struct GoField {
  std::string name; // "_" for a blank one
  const GoType *type = nullptr;
  uint64_t offset = 0; // in bytes
  bool is_embedded = false;
};

struct GoType {
  GoKind kind = GoKind::kInvalid;
  std::string package; // import path of a declared type; empty: predeclared or without a name
  std::string name;    // "Point", "Pair[int32]"; empty for a type literal
  uint64_t size = 0, alignment = 1; // in bytes
  const GoType *element = nullptr;  // of pointers, arrays and slices
  uint64_t length = 0;              // of arrays
  std::vector<GoField> fields;      // of structs

  bool is_named() const { return !name.empty(); }
};

// As Go programs spell it, with import paths: "*example.com/geo.Point", "[4]int32".
std::string type_text(const GoType &type);

// Owns types that refer to each other.
using GoTypeStore = std::deque<GoType>;

} // namespace wald::directives

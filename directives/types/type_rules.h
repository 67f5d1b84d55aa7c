// Which Go types the functions of directives may have, as the compiler has it (reference: the wasm
// part of cmd/compile/internal/ssagen/abi.go). wald checks them itself: objects need not come from
// Go's compiler.
#pragma once

#include "directives/interface.h"

#include <optional>

namespace wald::directives {

enum class TypeUse : uint8_t { kParameter, kResult };

struct TypeViolation {
  const char *rule; // "string-result", one of type_rule_names()
  // The part that breaks it: "" for the type itself, "*" behind a pointer, "*.Pos.X", "*[].Y".
  std::string path;
  std::string fact; // "a pointer to int has no meaning for the host: its size differs there"
};

// Ids of all rules that type_violation and signature_violation can name.
llvm::ArrayRef<const char *> type_rule_names();

// The first rule that the type breaks as a parameter or result, the same for imports and exports.
std::optional<TypeViolation> type_violation(const GoType &type, TypeUse use);

// The first rule that a directive breaks at wasm level, whatever its Go types are: what the
// compiler never writes. For module gojs there are no rules.
std::optional<TypeViolation> signature_violation(const Directive &directive,
                                                 const objfile::GoVersion &version);

} // namespace wald::directives

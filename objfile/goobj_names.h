// Spelling of the numbers in objects, for dumps, messages and the YAML form. Numbers without a name
// are spelled so that parsing gives them back ("R_12", "kind77", "flag128").
#pragma once

#include "objfile/goobj.h"

#include <optional>
#include <string>

namespace wald::objfile {

// "R_CALL", and "weak R_ADDR" with the weak bit.
std::string reloc_type_name(uint16_t type, const GoVersion &version);
std::optional<uint16_t> parse_reloc_type(llvm::StringRef name, const GoVersion &version);

// Kinds by the number that objects of the version have for them.
std::string raw_kind_name(uint8_t raw_kind, const GoVersion &version);
std::optional<uint8_t> parse_raw_kind(llvm::StringRef name, const GoVersion &version);

std::string aux_kind_name(uint8_t kind);
std::optional<uint8_t> parse_aux_kind(llvm::StringRef name);

// The flags of a symbol, both bytes of them.
std::vector<std::string> symbol_flag_names(uint8_t flag, uint8_t flag2, const GoVersion &version);
struct SymbolFlags {
  uint8_t flag = 0, flag2 = 0;
};
std::optional<SymbolFlags> parse_symbol_flag(llvm::StringRef name, const GoVersion &version);

// The flags of an object.
std::vector<std::string> object_flag_names(uint32_t flags);
std::optional<uint32_t> parse_object_flag(llvm::StringRef name);

} // namespace wald::objfile

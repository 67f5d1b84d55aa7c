// How a C compiler for wasm32 lays out the struct that a Go struct with structs.HostLayout stands
// for: int64 as int64_t, bool as _Bool. The marker has no counterpart and takes no space; a struct
// without fields has size 0, as clang and gcc have it. Go differs in one thing: a zero-sized last
// field gets a byte of its own, so that a pointer to it stays inside, and what follows moves.
#pragma once

#include "directives/types/go_type.h"

#include <optional>

namespace wald::directives {

struct CLayout {
  uint64_t size = 0, alignment = 1; // in bytes
  std::vector<uint64_t> offsets;    // of a struct's fields, the marker's too
};

// Nothing for a type that has no counterpart in C (allowed in memory by type_rules.h is enough to
// have one), is nested too deeply, or does not fit 2^32 bytes.
std::optional<CLayout> c_layout(const GoType &type);

struct LayoutDifference {
  std::string path; // of the field, "Pos.X" or "Rows[].Y"; empty: the type itself
  uint64_t go_offset = 0, c_offset = 0; // of the field; of the type itself both 0
  uint64_t go_size = 0, c_size = 0;
};

// The first field, in declaration order, that lies elsewhere or has another size in C, the
// innermost one that explains it; or the whole type where only its size differs.
std::optional<LayoutDifference> first_layout_difference(const GoType &type);

} // namespace wald::directives

// Whether two Go types are the same, and whether their values look the same in memory. Types are
// not trusted: they may be cyclic, or so large that only their sharing keeps them small.
#pragma once

#include "directives/types/go_type.h"

#include <optional>

namespace wald::directives {

// Whether nothing tells the types apart: names, layout, and those of all types in them.
bool same_type(const GoType &a, const GoType &b);

struct MemoryDifference {
  std::string path; // of the part: "" for the type itself, "Pos.X", "Rows[].Y"
  std::string fact; // "is at offset 4, not 8", seen from `is`
};

// The first part, in order of declaration, of which a host that expects `wanted` would read
// something else. Names do not count, nor the sign of integers, blank fields and parts without a
// size; nor, up to 1,000 values, whether they lie in arrays or structs within.
std::optional<MemoryDifference> memory_difference(const GoType &is, const GoType &wanted);

} // namespace wald::directives

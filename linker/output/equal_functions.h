// Functions of which one body is enough, for --optimize=fold: they do the same, and what the
// runtime says of one is right for the other.
//
// Go's runtime never asks about a function that stores no return address of its own: no traceback
// has it, and its stack is not looked at while it runs. All others must have in common what
// tracebacks, the collector and recover see of them: frame sizes, stack maps, lines, files, inlined
// calls, and the name as the runtime prints it, which has `[...]` for the type arguments of a
// generic function. So two instances slices.Sort[int] and slices.Sort[int64] may be equal, and two
// functions that just do the same may not. Who can tell all the same: program counters, and the
// full names in profiles of runtime/pprof (linker/OPTIMIZE.md).
//
// Found by refining a partition. Functions are put together by their bytes, all but whom they call.
// Then classes are split until the functions of a class call functions of the same class at each
// place:
//
//     f[int]    calls g[int]    ┐ f[int] | f[uint] | f[string]     f[int] | f[uint]    f[string]
//     f[uint]   calls g[uint]   ├▶                              ─▶
//     f[string] calls g[string] ┘ g[int] | g[uint]    g[string]    g[int] | g[uint]    g[string]
//
// This also finds functions equal that call themselves or each other.
#pragma once

#include "linker/core/context.h"

namespace wald {

// By n, the number of the function whose body does for n: its own, or a lower one's that has its
// own.
std::vector<uint32_t> find_equal_functions(const Context &ctx, const ModulePlan &plan);

// As the runtime prints it (ref: funcNameForPrint in runtime/symtab.go).
std::string printed_function_name(StringRef name);

} // namespace wald

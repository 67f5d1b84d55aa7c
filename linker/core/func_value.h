// How numbers of functions become program counters, and back.
#pragma once

#include "linker/core/context.h"

namespace wald {

inline constexpr uint64_t kFunctionAlignment = 16; // of a function in the virtual text section

inline EntryPc entry_pc(const Context &ctx, FuncIndex n) {
  return EntryPc((ctx.first_pc_f + number(n)) << 16);
}

// Of a function in the text.
inline FuncIndex func_index(const Context &ctx, SymId function) {
  return FuncIndex((number(ctx.values.entry_pc(function)) >> 16) - ctx.first_pc_f);
}

} // namespace wald

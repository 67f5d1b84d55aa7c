// How function numbers become program counters.
#pragma once

#include "linker/core/context.h"

namespace wald {

inline constexpr uint64_t kFirstPcF = 0x1000;      // table slots below are never used
inline constexpr uint64_t kFunctionAlignment = 16; // of a function in the virtual text section

// The value of function `n` of ctx.text: its PC_F, shifted to leave room for resume points.
inline uint64_t function_value(const Context &ctx, uint64_t n) {
  return (ctx.first_pc_f + n) << 16;
}

} // namespace wald

// The numbers with which a function can be entered. Most numbers of the table are only targets of
// jumps within the function; what the runtime hands in is one of these:
//
//   0      a call; also growing the stack, which starts the function again
//   K      a goroutine that was switched away comes back: K is the return address that stands on
//          the Go stack, put there right before the call that unwound
//   K - 1  a recovered panic resumes before the call of deferreturn with return address K (the
//          linker writes that number into the function's tables)
//
//     local.get 1; i64.const PC_F<<16|K; i64.store
//     i32.const 0; call f                       or the function's number and call_indirect
//     global.get 0; local.set 1; br_if exit     f unwinds: so does this function
//
// The return address of a call that never returns is no way in.
#pragma once

#include "wasm/code/callees.h"
#include "wasm/code/dispatch.h"

namespace wald::code {

struct ResumePoint {
  uint32_t number, block;
};

// All but the ones that mean block 0, in the order of numbers, each once.
Left find_resume_points(const Body &body, const Dispatch &dispatch, const Environment &environment,
                        const Function &function, std::vector<ResumePoint> &points);

// Whether the call at this place comes back only to unwind.
inline bool is_call_that_never_returns(const Instruction &call, const Environment &environment) {
  return call.op == op::kCall && call.index < environment.callees.size() &&
         environment.callees[call.index].never_returns;
}

} // namespace wald::code

// Calls that never return are made in many places, and each takes a dozen instructions that are the
// same everywhere: they move into functions of their own, after all others.
//
//     local.get 1; x; i64.store             x; y
//     local.get 1; y; i64.store offset=8    i64.const PC_F<<16|K
//     SP -= 8                               call "store x and y, push the address, call f"
//     local.get 1; i64.const PC_F<<16|K     return
//     i64.store; i32.const 0
//     call f; return
//
// The return address is still that of the place itself, so a traceback shows the same. Functions
// of Go's calling convention have the same stack pointer in local 1 and global 0 wherever they
// call.
#pragma once

#include "wasm/code/body.h"
#include "wasm/code/callees.h"
#include "wasm/code/peepholes.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald::code {

// A function that is called instead of `callee`. Its parameters are the two words, if it stores
// them, and the return address: i64 each; the result is the callee's.
struct OutlinedFunction {
  uint32_t callee; // by function index
  bool stores_two;

  static constexpr unsigned kNumParams = 1, kNumParamsWithTwo = 3;
  unsigned num_params() const { return stores_two ? kNumParamsWithTwo : kNumParams; }
};

// Gives one to each function of Go's calling convention that never returns, and another one to
// those that take two words; notes their numbers there. The numbers follow on the last callee's, so
// that those of the program stay.
std::vector<OutlinedFunction> plan_outlined_functions(llvm::MutableArrayRef<Callee> callees);

Body outlined_body(const OutlinedFunction &function);
// What debuggers may call it, after the callee's name.
std::string outlined_name(llvm::StringRef callee_name, const OutlinedFunction &function);

// If the call, op::kCall, is one that never returns, and what has been written prepares it: writes
// the outlined call instead of both. Otherwise false, and nothing has changed.
bool outline_call(const Environment &environment, const Instruction &call, Window &written);

} // namespace wald::code

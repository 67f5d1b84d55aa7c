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

namespace wald::code {

// After the other transformations.
void outline_calls(const Environment &environment, Body &body);

// The body of the function that is called instead of `callee`; its parameters are the two words, if
// it stores them, and the return address.
Body outlined_body(uint32_t callee, bool stores_two);

} // namespace wald::code

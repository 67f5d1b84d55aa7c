// Writes a reducible flow graph as WebAssembly's structured control flow, in the order of the
// dominator tree. Read beside N. Ramsey, "Beyond Relooper: Recursive Translation of Unstructured
// Control Flow to Structured Control Flow" (2022).
//
//        X            block            Y has two ways in: it is a merge node and stands after a
//        block,
//       ╱ ╲             X              whose label every way to it can name
//      A   B            br_if Y… or
//       ╲ ╱             if A br Y end
//        Y              B
//                     end
//                     Y
//
// For each node X, from the outside in:
//   1. blocks for the nodes that leave the loop of which X is the header
//   2. loop, if X is the header of one
//   3. blocks for the merge nodes that X dominates directly, the last one in reverse postorder
//      outermost
//   4. X's code and how it ends; what has no other way in stands right there
#pragma once

#include "wasm/code/loops.h"

namespace wald::code {

// `body` is what the graph's ranges point into; its code is replaced.
void write_structure(const FlowGraph &graph, const Dominators &dominators, const Loops &loops,
                     const Environment &environment, Body &body);

} // namespace wald::code

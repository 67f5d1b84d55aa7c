// Makes a flow graph reducible: afterwards every loop has one way in.
//
//       x     y                x      y
//       │     │                │      │ PC_B = n
//       ▼     ▼                ▼      ▼
//       A ◀─▶ B       ───▶     ┌▶  D ◀─┐         D: a switch on PC_B, n leads to B, else to A
//                              │  ╱ ╲  │
//                              └ A   B ┘         B clears PC_B again
//                                PC_B = n on the way from A to B
//
// Go's own programs have next to none of these (goto into a loop cannot be written); they appear
// where it is not known which calls never return.
#pragma once

#include "wasm/code/flow_graph.h"

namespace wald::code {

// The numbers it gives out are first_number and above.
void make_reducible(FlowGraph &graph, uint32_t first_number);

} // namespace wald::code

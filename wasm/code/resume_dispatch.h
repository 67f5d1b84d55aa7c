// Ways from the root to the points where a function is resumed, such that no loop gets a second way
// in: a loop with resume points gets a dispatch in front of its header, and PC_B leads from one to
// the next one inside.
//
//      root: switch ── K1 ────────┐         K1 in the outer loop, K2 in the inner one
//        │                        │
//      ┌▶D1: switch ── K1 ────────┼──▶ R1   D1 and D2 are the headers now; PC_B is 0 whenever
//      │ │        └─── K2 ─┐      │         nobody resumes, and R1 and R2 set it to 0
//      │ H1                │      │
//      │ │                 ▼      │
//      │ └──▶ ┌▶ D2: switch ── K2 ──▶ R2
//      │      │  │
//      │      └─ H2
//      └─────────┘
#pragma once

#include "wasm/code/loops.h"

namespace wald::code {

// Where each number leads: the block, or what an empty one jumps on to. With threaded jumps.
std::vector<Case> entries_of(const FlowGraph &graph, llvm::ArrayRef<ResumePoint> points);

// Before loops are looked for: root edges to resume points that nothing else leads to. Removes
// these from the list.
void enter_unreached_points(FlowGraph &graph, std::vector<Case> &entries);

// The rest of them, with the loops of the graph as it is. Afterwards the root's cases are complete.
// If there is none, the graph's edges stay.
void enter_points_in_loops(FlowGraph &graph, const Loops &loops, llvm::ArrayRef<Case> entries,
                           const Dispatch &dispatch, const Function &function);

// Has the resume points set PC_B to 0 from which a dispatch can be reached: theirs is still the
// number they were entered with.
void clear_pc_b(FlowGraph &graph, const Dominators &dominators, llvm::ArrayRef<Case> all_entries);

} // namespace wald::code

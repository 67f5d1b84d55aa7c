// Natural loops: a header and all that reaches it again without passing what is above it.
//
//        │
//        H ◀──┐     header: the only way in
//       ╱ ╲   │
//      A   B ─┘     latch: its edge to H closes the loop
//      │            A leads out: it is no part of the loop
#pragma once

#include "wasm/code/dominators.h"

namespace wald::code {

using LoopId = uint32_t;
inline constexpr LoopId kNoLoop = UINT32_MAX;

struct Loop {
  NodeId header;
  LoopId parent = kNoLoop; // the next one around it
};

struct Loops {
  std::vector<Loop> loops;
  std::vector<LoopId> innermost; // by node

  bool contains(LoopId loop, NodeId node) const {
    LoopId at = innermost[node];
    while (at != kNoLoop && at != loop)
      at = loops[at].parent;
    return at == loop;
  }
  bool is_header(NodeId node) const {
    return innermost[node] != kNoLoop && loops[innermost[node]].header == node;
  }
};

// Of a reducible graph.
void find_loops(const FlowGraph &graph, const Dominators &dominators, Loops &result);

} // namespace wald::code

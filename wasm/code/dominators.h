// Orders of a flow graph: reverse postorder and the dominator tree.
//
//          root            reverse postorder: a node before those it leads to, but for the edges
//         ╱    ╲           that close a loop
//        A      B          A dominates C if every way from the root to C passes A
//         ╲    ╱
//           C              idom(C) = root: neither A nor B has to be passed
//
// Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".
#pragma once

#include "wasm/code/flow_graph.h"

namespace wald::code {

struct Dominators {
  std::vector<NodeId> order;      // reverse postorder of what the root reaches; the root first
  std::vector<uint32_t> position; // in `order`, by node; UINT32_MAX if unreachable
  std::vector<NodeId> idom;       // by node; the root's is itself
  std::vector<uint32_t> first_pred, preds; // predecessors: preds[first_pred[n] … first_pred[n + 1])
  bool has_backward_edge = false;          // otherwise there are no loops

  bool is_reachable(NodeId node) const { return position[node] != UINT32_MAX; }
  bool dominates(NodeId above, NodeId node) const {
    while (position[node] > position[above])
      node = idom[node];
    return node == above;
  }
  // Whether the edge goes against the order, as those that close a loop do.
  bool is_backward(NodeId from, NodeId to) const { return position[to] <= position[from]; }
  llvm::ArrayRef<NodeId> preds_of(NodeId node) const {
    return llvm::ArrayRef(preds).slice(first_pred[node], first_pred[node + 1] - first_pred[node]);
  }
};

// The order and the predecessors; idom is another graph's then.
void compute_order(const FlowGraph &graph, Dominators &result);
// The rest, with the order of the graph.
void compute_idoms(Dominators &result);
void compute_dominators(const FlowGraph &graph, Dominators &result); // all

// Whether every edge that goes against the order leads to a node that dominates where it comes
// from.
bool is_reducible(const FlowGraph &graph, const Dominators &dominators);

} // namespace wald::code

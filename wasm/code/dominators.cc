#include "wasm/code/dominators.h"

#include <algorithm>

namespace wald::code {

namespace {

// Depth first, with a stack of our own: a chain of blocks can be as long as the function.
void sort_nodes(const FlowGraph &graph, Dominators &result) {
  struct Visit {
    NodeId node;
    uint32_t first, next; // its successors in `pending`
  };
  std::vector<Visit> stack;
  std::vector<NodeId> pending;
  constexpr uint32_t kUnseen = UINT32_MAX, kSeen = UINT32_MAX - 1;
  result.order.clear();
  result.position.assign(graph.nodes.size(), kUnseen);

  auto enter = [&](NodeId node) {
    result.position[node] = kSeen;
    uint32_t first = pending.size();
    graph.for_each_successor(node, [&](NodeId to) { pending.push_back(to); });
    stack.push_back({node, first, uint32_t(pending.size())});
  };
  enter(graph.root);
  while (!stack.empty()) {
    Visit &top = stack.back();
    if (top.next == top.first) {
      result.order.push_back(top.node);
      pending.resize(top.first);
      stack.pop_back();
      continue;
    }
    NodeId to = pending[--top.next];
    if (result.position[to] == kUnseen)
      enter(to);
  }
  std::reverse(result.order.begin(), result.order.end());
  for (uint32_t i = 0; i < result.order.size(); i++)
    result.position[result.order[i]] = i;
}

void collect_preds(const FlowGraph &graph, Dominators &result) {
  result.first_pred.assign(graph.nodes.size() + 2, 0);
  result.has_backward_edge = false;
  for (NodeId node : result.order)
    graph.for_each_successor(node, [&](NodeId to) {
      result.first_pred[to + 2]++;
      result.has_backward_edge |= result.is_backward(node, to);
    });
  for (size_t i = 2; i < result.first_pred.size(); i++)
    result.first_pred[i] += result.first_pred[i - 1];
  result.preds.resize(result.first_pred.back());
  for (NodeId node : result.order)
    graph.for_each_successor(node,
                             [&](NodeId to) { result.preds[result.first_pred[to + 1]++] = node; });
}

NodeId common_dominator(const Dominators &dominators, NodeId a, NodeId b) {
  while (a != b) {
    while (dominators.position[a] > dominators.position[b])
      a = dominators.idom[a];
    while (dominators.position[b] > dominators.position[a])
      b = dominators.idom[b];
  }
  return a;
}

} // namespace

void compute_order(const FlowGraph &graph, Dominators &result) {
  sort_nodes(graph, result);
  collect_preds(graph, result);
}

void compute_idoms(Dominators &result) {
  NodeId root = result.order.front();
  result.idom.assign(result.position.size(), kNoNode);
  result.idom[root] = root;
  bool has_changed = true;
  while (has_changed) {
    has_changed = false;
    for (NodeId node : llvm::ArrayRef(result.order).drop_front()) {
      NodeId idom = kNoNode;
      for (NodeId pred : result.preds_of(node)) {
        if (result.idom[pred] == kNoNode)
          continue;
        idom = idom == kNoNode ? pred : common_dominator(result, idom, pred);
      }
      has_changed |= result.idom[node] != idom;
      result.idom[node] = idom;
    }
    // Without loops all predecessors have been there before.
    has_changed &= result.has_backward_edge;
  }
}

void compute_dominators(const FlowGraph &graph, Dominators &result) {
  compute_order(graph, result);
  compute_idoms(result);
}

bool is_reducible(const FlowGraph &graph, const Dominators &dominators) {
  bool result = true;
  if (!dominators.has_backward_edge)
    return true;
  for (NodeId node : dominators.order)
    graph.for_each_successor(node, [&](NodeId to) {
      if (dominators.is_backward(node, to) && !dominators.dominates(to, node))
        result = false;
    });
  return result;
}

} // namespace wald::code

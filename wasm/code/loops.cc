#include "wasm/code/loops.h"

namespace wald::code {

// Inner loops first: their headers come later in the order. A walk from the latches against the
// edges finds the body; what already belongs to an inner loop is passed at that loop's header.
void find_loops(const FlowGraph &graph, const Dominators &dominators, Loops &result) {
  result.loops.clear();
  result.innermost.assign(graph.nodes.size(), kNoLoop);
  if (!dominators.has_backward_edge)
    return;
  std::vector<NodeId> work;
  for (size_t i = dominators.order.size(); i-- > 0;) {
    NodeId header = dominators.order[i];
    for (NodeId pred : dominators.preds_of(header))
      if (dominators.is_backward(pred, header))
        work.push_back(pred);
    if (work.empty())
      continue;
    LoopId loop = result.loops.size();
    result.loops.push_back({header});
    result.innermost[header] = loop;
    while (!work.empty()) {
      NodeId node = work.back();
      work.pop_back();
      LoopId inner = result.innermost[node];
      if (inner == kNoLoop) {
        result.innermost[node] = loop;
      } else {
        while (inner != loop && result.loops[inner].parent != kNoLoop)
          inner = result.loops[inner].parent;
        if (inner == loop)
          continue;
        result.loops[inner].parent = loop;
        node = result.loops[inner].header;
      }
      for (NodeId pred : dominators.preds_of(node))
        work.push_back(pred);
    }
  }
}

} // namespace wald::code

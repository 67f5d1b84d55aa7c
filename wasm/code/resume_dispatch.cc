#include "wasm/code/resume_dispatch.h"

#include <algorithm>

namespace wald::code {

std::vector<Case> entries_of(const FlowGraph &graph, llvm::ArrayRef<ResumePoint> points) {
  std::vector<Case> entries;
  for (const ResumePoint &point : points)
    entries.push_back({point.number, threaded_target(graph, point.block)});
  return entries;
}

static void sort_cases(std::vector<Case> &cases) {
  std::sort(cases.begin(), cases.end(),
            [](const Case &a, const Case &b) { return a.number < b.number; });
}
static void sort_all_cases(FlowGraph &graph) {
  for (Switch &each : graph.switches)
    sort_cases(each.cases);
}

void enter_unreached_points(FlowGraph &graph, std::vector<Case> &entries) {
  std::vector<bool> is_reached(graph.nodes.size());
  std::vector<NodeId> work;
  auto reach = [&](NodeId start) {
    work.push_back(start);
    while (!work.empty()) {
      NodeId node = work.back();
      work.pop_back();
      if (is_reached[node])
        continue;
      is_reached[node] = true;
      graph.for_each_successor(node, [&](NodeId to) { work.push_back(to); });
    }
  };
  reach(graph.root);
  std::vector<Case> &cases = graph.switch_of(graph.root).cases;
  // Two numbers for one block: both go there from the root.
  auto is_of_root = [&](NodeId target) {
    return std::any_of(cases.begin(), cases.end(),
                       [&](const Case &entry) { return entry.target == target; });
  };
  std::erase_if(entries, [&](const Case &entry) {
    if (is_reached[entry.target] && !is_of_root(entry.target))
      return false;
    cases.push_back(entry);
    reach(entry.target);
    return true;
  });
  sort_cases(cases);
}

namespace {

class LoopEntries {
public:
  LoopEntries(FlowGraph &graph, const Loops &loops) : graph_(graph), loops_(loops) {
    dispatch_of_.resize(loops.loops.size(), kNoNode);
    is_exact_.resize(loops.loops.size());
  }

  // The loops around the target, from the inside out: each dispatch leads to the next one inside.
  void add(uint32_t number, NodeId target) {
    LoopId loop = loops_.innermost[target];
    if (loops_.is_header(target)) {
      arrive_at_header(target);
      loop = loops_.loops[loop].parent;
    }
    for (; loop != kNoLoop; loop = loops_.loops[loop].parent) {
      if (dispatch_of_[loop] == kNoNode)
        dispatch_of_[loop] = graph_.add_switch(loops_.loops[loop].header);
      graph_.switch_of(dispatch_of_[loop]).cases.push_back({number, target});
      target = dispatch_of_[loop];
    }
    graph_.switch_of(graph_.root).cases.push_back({number, target});
  }

  // A number that stands for the header itself gets to the dispatch before it.
  void arrive_at_header(NodeId header) { is_exact_[loops_.innermost[header]] = true; }

  // What went to a header goes to its dispatch.
  void finish(bool all_exact) {
    std::vector<NodeId> instead(graph_.nodes.size(), kNoNode);
    for (LoopId loop = 0; loop < loops_.loops.size(); loop++) {
      NodeId dispatch = dispatch_of_[loop], header = loops_.loops[loop].header;
      if (dispatch == kNoNode)
        continue;
      instead[header] = dispatch;
      graph_.switch_of(dispatch).is_exact =
          all_exact || is_exact_[loop] || graph_.nodes[header].terminator == Terminator::kSwitch;
    }
    for (NodeId node = 0; node < graph_.nodes.size(); node++)
      graph_.replace_successors(node, [&](NodeId to) {
        return instead[to] == kNoNode || instead[to] == node ? to : instead[to];
      });
  }

private:
  FlowGraph &graph_;
  const Loops &loops_;
  std::vector<NodeId> dispatch_of_; // by loop
  std::vector<bool> is_exact_;      // by loop
};

} // namespace

void enter_points_in_loops(FlowGraph &graph, const Loops &loops, llvm::ArrayRef<Case> entries,
                           const Dispatch &dispatch, const Function &function) {
  bool may_be_one = function.may_enter_at_one && dispatch.block_of(1) == 0;
  graph.switch_of(graph.root).is_exact = may_be_one;
  if (entries.empty()) {
    sort_all_cases(graph);
    return;
  }
  LoopEntries ways(graph, loops);
  for (const Case &entry : graph.switch_of(graph.root).cases)
    if (loops.is_header(entry.target))
      ways.arrive_at_header(entry.target);
  for (const Case &entry : entries)
    ways.add(entry.number, entry.target);
  ways.finish(may_be_one);
  sort_all_cases(graph);
}

void clear_pc_b(FlowGraph &graph, const Dominators &dominators, llvm::ArrayRef<Case> all_entries) {
  std::vector<bool> leads_to_dispatch(graph.nodes.size());
  std::vector<NodeId> work;
  for (NodeId node : dominators.order)
    if (graph.nodes[node].terminator == Terminator::kSwitch && node != graph.root)
      work.push_back(node);
  if (work.empty())
    return;
  while (!work.empty()) {
    NodeId node = work.back();
    work.pop_back();
    if (leads_to_dispatch[node])
      continue;
    leads_to_dispatch[node] = true;
    for (NodeId pred : dominators.preds_of(node))
      work.push_back(pred);
  }
  for (const Case &entry : all_entries)
    if (leads_to_dispatch[entry.target])
      graph.nodes[entry.target].clears_pc_b = true;
}

} // namespace wald::code

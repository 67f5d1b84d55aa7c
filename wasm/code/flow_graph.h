// The control flow graph of a function. A node is straight-line code (constructs without a jump
// stay inside it) and how it ends:
//
//     code [begin, end) of the body            a branch takes its condition off the stack
//        │
//        ├─ jump ──▶ a
//        ├─ branch ─▶ a if not zero, else b
//        ├─ switch ─▶ by PC_B: cases, default a
//        └─ leave     the code itself returns, traps or unwinds
//
// The root is a switch without code: what stands at the function's entry.
#pragma once

#include "wasm/code/resume_points.h"

namespace wald::code {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class Terminator : uint8_t { kLeave, kJump, kBranch, kSwitch };

struct Node {
  Range code{0, 0};
  Terminator terminator = Terminator::kLeave;
  bool clears_pc_b = false; // PC_B is set to 0 before the code
  NodeId a = kNoNode, b = kNoNode;
  uint32_t switch_index = 0; // in FlowGraph::switches
  int32_t sets_pc_b = -1;    // PC_B is set to that before the code
};

struct Case {
  uint32_t number;
  NodeId target;
};

struct Switch {
  std::vector<Case> cases;
  // Whether a number that is not 0 can arrive that means the default.
  bool is_exact = false;
};

struct FlowGraph {
  std::vector<Node> nodes;
  std::vector<Switch> switches;
  NodeId root = kNoNode;
  bool can_unwind = false; // some code goes to the unwinding exit

  NodeId add(const Node &node) {
    nodes.push_back(node);
    return nodes.size() - 1;
  }
  NodeId add_switch(NodeId fallback) {
    Node node;
    node.terminator = Terminator::kSwitch;
    node.a = fallback;
    node.switch_index = switches.size();
    switches.emplace_back();
    return add(node);
  }
  Switch &switch_of(NodeId node) { return switches[nodes[node].switch_index]; }
  const Switch &switch_of(NodeId node) const { return switches[nodes[node].switch_index]; }

  // Calls fn with each edge's target, the default of a switch first.
  template <typename Fn> void for_each_successor(NodeId id, Fn fn) const {
    const Node &node = nodes[id];
    if (node.terminator == Terminator::kLeave)
      return;
    fn(node.a);
    if (node.terminator == Terminator::kBranch)
      fn(node.b);
    if (node.terminator == Terminator::kSwitch)
      for (const Case &entry : switches[node.switch_index].cases)
        fn(entry.target);
  }
  // Replaces each edge's target by fn(target).
  template <typename Fn> void replace_successors(NodeId id, Fn fn) {
    Node &node = nodes[id];
    if (node.terminator == Terminator::kLeave)
      return;
    node.a = fn(node.a);
    if (node.terminator == Terminator::kBranch)
      node.b = fn(node.b);
    if (node.terminator == Terminator::kSwitch)
      for (Case &entry : switches[node.switch_index].cases)
        entry.target = fn(entry.target);
  }
};

// One node for each block, with its number, then the parts of blocks that a jump in an `if` cuts
// off, then the root, whose switch is still without cases.
Left build_flow_graph(const Body &body, const Dispatch &dispatch, const Environment &environment,
                      FlowGraph &graph);

// Edges to nodes without code that jump on lead to where these lead. Cases of switches, too.
void thread_jumps(FlowGraph &graph);
// Where the node leads without doing anything: the first one with code.
NodeId threaded_target(const FlowGraph &graph, NodeId node);

} // namespace wald::code

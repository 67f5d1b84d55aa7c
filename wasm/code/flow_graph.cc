#include "wasm/code/flow_graph.h"

namespace wald::code {

namespace {

class Builder {
public:
  Builder(const Body &body, const Dispatch &dispatch, const Environment &environment,
          FlowGraph &graph)
      : code_(body.code), dispatch_(dispatch), environment_(environment), graph_(graph) {}
  Left run();

private:
  // One stretch of code still to be made into nodes; what follows it is `next`.
  struct Stretch {
    NodeId node;
    Range range;
    NodeId next;
  };
  void fill(Stretch stretch);
  bool cut_at_branch(Stretch &stretch, uint32_t at, uint32_t begin);
  bool visit_construct(uint32_t &at);
  uint32_t skip_plain(uint32_t at, uint32_t end);
  void visit_call(const Instruction &call);
  void visit_call_indirect(const Instruction &call);
  void take(unsigned count) {
    if (count > height_)
      left_ = Left::kUnbalancedStack;
    else
      height_ -= count;
  }
  void expect_empty_stack() {
    if (height_ != 0)
      left_ = Left::kUnbalancedStack;
  }
  uint32_t find_else(uint32_t if_at, uint32_t end) const;
  void finish(NodeId node, uint32_t end, Terminator terminator, NodeId a = kNoNode,
              NodeId b = kNoNode) {
    Node &made = graph_.nodes[node];
    made.code.end = end;
    made.terminator = terminator;
    made.a = a;
    made.b = b;
  }
  NodeId new_node(uint32_t begin) {
    Node node;
    node.code = {begin, begin};
    return graph_.add(node);
  }

  const std::vector<Instruction> &code_;
  const Dispatch &dispatch_;
  const Environment &environment_;
  FlowGraph &graph_;
  std::vector<Stretch> stretches_;
  unsigned height_ = 0; // values on the stack
  Left left_ = Left::kNothing;
};

void Builder::visit_call(const Instruction &call) {
  if (call.index >= environment_.callees.size()) {
    left_ = Left::kUnbalancedStack;
    return;
  }
  take(environment_.callees[call.index].num_params);
  height_ += environment_.callees[call.index].num_results;
}

void Builder::visit_call_indirect(const Instruction &call) {
  if (call.index >= environment_.types.size()) {
    left_ = Left::kUnbalancedStack;
    return;
  }
  take(environment_.types[call.index].num_params + 1);
  height_ += environment_.types[call.index].num_results;
}

uint32_t Builder::find_else(uint32_t if_at, uint32_t end) const {
  for (uint32_t at = if_at + 1; at < end; at++) {
    Op opcode = code_[at].op;
    if (opcode == op::kElse)
      return at;
    if (opcode == op::kBlock || opcode == op::kLoop || opcode == op::kIf)
      at = code_[at].index;
  }
  return end;
}

// An `if` with a jump inside ends the node:  code if A [else B] end C  is a branch to A or B, which
// go on to C. Go on with C.
bool Builder::cut_at_branch(Stretch &stretch, uint32_t at, uint32_t begin) {
  const Instruction &instruction = code_[at];
  if (instruction.value != kVoid)
    return false;
  take(1);
  expect_empty_stack();
  uint32_t end = instruction.index, else_at = find_else(at, end);
  NodeId rest = new_node(end + 1), taken = new_node(at + 1), other = rest;
  stretches_.push_back({taken, {at + 1, else_at}, rest});
  if (else_at != end) {
    other = new_node(else_at + 1);
    stretches_.push_back({other, {else_at + 1, end}, rest});
  }
  if (at > begin && code_[at - 1].op == op::kI32Eqz)
    finish(stretch.node, at - 1, Terminator::kBranch, other, taken);
  else
    finish(stretch.node, at, Terminator::kBranch, taken, other);
  stretch = {rest, {end + 1, stretch.range.end}, stretch.next};
  return true;
}

// A construct without a jump is like one instruction. Moves on to its end.
bool Builder::visit_construct(uint32_t &at) {
  const Instruction &instruction = code_[at];
  if (instruction.value >= 0)
    return false; // a type with parameters
  take(instruction.op == op::kIf ? 1 : 0);
  height_ += instruction.value != kVoid;
  for (uint32_t end = instruction.index; at < end; at++)
    if (code_[at].is(op::kBrIf, kUnwindExit))
      graph_.can_unwind |= !is_call_that_never_returns(code_[at - 3], environment_);
  return true;
}

// Where the next control instruction is, or a value is taken that is not there.
uint32_t Builder::skip_plain(uint32_t at, uint32_t end) {
  unsigned height = height_;
  const Instruction *next = code_.data() + at, *last = code_.data() + end;
  for (; next != last && next->op >= op::kDrop; next++) {
    const OpInfo &info = op_info(next->op);
    if (info.pops > height)
      break;
    height += info.pushes - info.pops;
  }
  height_ = height;
  return next - code_.data();
}

void Builder::fill(Stretch stretch) {
  height_ = 0;
  for (uint32_t at = stretch.range.begin; at < stretch.range.end && left_ == Left::kNothing; at++) {
    at = skip_plain(at, stretch.range.end);
    if (at == stretch.range.end)
      break;
    const Instruction &instruction = code_[at];
    switch (instruction.op) {
    case op::kBlock:
    case op::kLoop:
    case op::kIf:
      if (!instruction.extra) {
        if (!visit_construct(at))
          left_ = Left::kUnbalancedStack;
        break;
      }
      if (instruction.op != op::kIf || !cut_at_branch(stretch, at, stretch.range.begin)) {
        left_ = Left::kJumpOutOfBlock;
        return;
      }
      at = stretch.range.begin - 1;
      break;
    case op::kBr: // a jump: find_dispatch has seen its number before it
      expect_empty_stack();
      return finish(stretch.node, at - 2, Terminator::kJump,
                    dispatch_.block_of(uint32_t(code_[at - 2].value)));
    case op::kReturn:
    case op::kUnreachable:
      return finish(stretch.node, at + 1, Terminator::kLeave);
    case op::kBrIf:
      if (is_call_that_never_returns(code_[at - 3], environment_))
        return finish(stretch.node, at + 1, Terminator::kLeave);
      graph_.can_unwind = true;
      take(1);
      break;
    case op::kCall:
      visit_call(instruction);
      break;
    case op::kCallIndirect:
      visit_call_indirect(instruction);
      break;
    default: {
      const OpInfo &info = op_info(instruction.op);
      take(info.pops);
      height_ += info.pushes;
    }
    }
  }
  expect_empty_stack();
  finish(stretch.node, stretch.range.end, Terminator::kJump, stretch.next);
}

Left Builder::run() {
  uint32_t num_blocks = dispatch_.blocks.size();
  graph_.nodes.clear();
  graph_.switches.clear();
  graph_.can_unwind = false;
  graph_.nodes.resize(num_blocks);
  // Falling out of the last block traps.
  NodeId trap = kNoNode;
  for (uint32_t block = 0; block < num_blocks && left_ == Left::kNothing; block++) {
    Range range = dispatch_.blocks[block];
    graph_.nodes[block].code = {range.begin, range.begin};
    if (block + 1 == num_blocks) {
      trap = new_node(0);
      // The trap that stands after the last block, and the end of the loop in between.
      uint32_t at = range.end + (code_[range.end].op == op::kEnd);
      graph_.nodes[trap].code = {at, at + 1};
    }
    stretches_.push_back({block, range, block + 1 < num_blocks ? block + 1 : trap});
    while (!stretches_.empty() && left_ == Left::kNothing) {
      Stretch stretch = stretches_.back();
      stretches_.pop_back();
      fill(stretch);
    }
  }
  graph_.root = graph_.add_switch(0);
  return left_;
}

} // namespace

Left build_flow_graph(const Body &body, const Dispatch &dispatch, const Environment &environment,
                      FlowGraph &graph) {
  return Builder(body, dispatch, environment, graph).run();
}

NodeId threaded_target(const FlowGraph &graph, NodeId node) {
  // An endless loop of empty nodes stays one: each round counts.
  for (size_t rounds = graph.nodes.size(); rounds > 0; rounds--) {
    const Node &at = graph.nodes[node];
    if (at.terminator != Terminator::kJump || at.code.begin != at.code.end || at.clears_pc_b ||
        at.sets_pc_b >= 0)
      break;
    node = at.a;
  }
  return node;
}

void thread_jumps(FlowGraph &graph) {
  for (NodeId node = 0; node < graph.nodes.size(); node++)
    graph.replace_successors(node, [&](NodeId to) { return threaded_target(graph, to); });
}

} // namespace wald::code

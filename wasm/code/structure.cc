#include "wasm/code/structure.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace wald::code {

namespace {

// Where each node of the dominator tree stands: right where its only predecessor leads to it, or
// after a block that belongs to another node.
class Placement {
public:
  Placement(const FlowGraph &graph, const Dominators &dominators, const Loops &loops)
      : graph_(graph), dominators_(dominators), loops_(loops), is_labelled_(graph.nodes.size()),
        is_table_target_(graph.nodes.size()) {
    mark_targets_of_tables();
    place_nodes();
  }

  // Whether jumps name the node by a label, instead of its code standing at the jump.
  bool is_labelled(NodeId node) const { return is_labelled_[node]; }
  // The nodes after the blocks around this one, in reverse postorder.
  llvm::ArrayRef<NodeId> inside(NodeId node) const { return slice(2 * node); }
  llvm::ArrayRef<NodeId> outside(NodeId node) const { return slice(2 * node + 1); }

private:
  void mark_targets_of_tables();
  void place_nodes();
  LoopId left_loop(NodeId from, NodeId to) const;
  llvm::ArrayRef<NodeId> slice(uint32_t place) const {
    return llvm::ArrayRef(placed_).slice(first_[place], first_[place + 1] - first_[place]);
  }

  const FlowGraph &graph_;
  const Dominators &dominators_;
  const Loops &loops_;
  std::vector<bool> is_labelled_, is_table_target_;
  std::vector<uint32_t> first_; // by place, in placed_
  std::vector<NodeId> placed_;
};

// A switch of which all cases lead to one node needs no table.
bool has_one_target(const Switch &dispatch) {
  return std::all_of(dispatch.cases.begin(), dispatch.cases.end(),
                     [&](const Case &each) { return each.target == dispatch.cases[0].target; });
}
bool is_one_test(const Switch &dispatch) {
  return !dispatch.cases.empty() && has_one_target(dispatch) &&
         (dispatch.cases.size() == 1 || !dispatch.is_exact);
}

void Placement::mark_targets_of_tables() {
  for (NodeId node : dominators_.order) {
    if (graph_.nodes[node].terminator != Terminator::kSwitch)
      continue;
    const Switch &dispatch = graph_.switch_of(node);
    for (const Case &each : dispatch.cases)
      is_table_target_[each.target] = true;
    if (!dispatch.cases.empty() && !is_one_test(dispatch))
      is_table_target_[graph_.nodes[node].a] = true;
  }
}

// The outermost loop that the way from one node to the other leaves.
LoopId Placement::left_loop(NodeId from, NodeId to) const {
  LoopId result = kNoLoop;
  for (LoopId loop = loops_.innermost[from]; loop != kNoLoop; loop = loops_.loops[loop].parent) {
    if (loops_.contains(loop, to))
      break;
    result = loop;
  }
  return result;
}

void Placement::place_nodes() {
  constexpr uint32_t kNowhere = UINT32_MAX;
  std::vector<uint32_t> place_of(graph_.nodes.size(), kNowhere);
  first_.assign(2 * graph_.nodes.size() + 2, 0);
  for (NodeId node : llvm::ArrayRef(dominators_.order).drop_front()) {
    unsigned forward = 0;
    for (NodeId pred : dominators_.preds_of(node))
      forward += !dominators_.is_backward(pred, node);
    NodeId idom = dominators_.idom[node];
    bool is_merge = forward > 1 || is_table_target_[node];
    LoopId loop = left_loop(idom, node);
    // What ends right there, as a panic does, may as well stand inside the loop.
    bool leaves_loop =
        loop != kNoLoop && (is_merge || graph_.nodes[node].terminator != Terminator::kLeave);
    if (leaves_loop)
      place_of[node] = 2 * loops_.loops[loop].header + 1;
    else if (is_merge)
      place_of[node] = 2 * idom;
    if (place_of[node] == kNowhere)
      continue;
    is_labelled_[node] = true;
    first_[place_of[node] + 2]++;
  }
  for (size_t i = 2; i < first_.size(); i++)
    first_[i] += first_[i - 1];
  placed_.resize(first_.back());
  for (NodeId node : dominators_.order)
    if (place_of[node] != kNowhere)
      placed_[first_[place_of[node] + 1]++] = node;
}

class Writer {
public:
  Writer(const FlowGraph &graph, const Dominators &dominators, const Loops &loops,
         const Environment &environment, Body &body)
      : graph_(graph), dominators_(dominators), loops_(loops), environment_(environment),
        placement_(graph, dominators, loops), body_(body), old_(body.code), new_(body.spare),
        block_label_(graph.nodes.size()), loop_label_(graph.nodes.size()) {
    new_.clear();
  }
  void run();

private:
  // What is still to be written, the next one on top.
  struct Work {
    enum Kind : uint8_t { kTree, kEndBlock, kEndLoop, kEndIf } kind;
    NodeId node; // of kEndBlock: the one that stands after it
  };
  void add_scratch_local();
  void write_tree(NodeId node);
  void open_blocks(llvm::ArrayRef<NodeId> nodes);
  void copy_code(const Node &node);
  void write_end(NodeId node);
  void write_jump(NodeId from, NodeId to);
  void write_branch(NodeId from);
  void write_switch(NodeId from);
  void write_table(NodeId from);
  NodeId next_after() const;
  bool is_next(NodeId from, NodeId to) const {
    return !dominators_.is_backward(from, to) && next_after() == to;
  }
  bool is_inline(NodeId from, NodeId to) const {
    return !dominators_.is_backward(from, to) && !placement_.is_labelled(to);
  }
  bool belongs_in_if(NodeId node) const {
    return graph_.nodes[node].terminator == Terminator::kLeave;
  }

  void emit(Op opcode, uint32_t index = 0, int64_t value = 0) {
    new_.push_back({opcode, 0, index, value});
  }
  void open(Op opcode) {
    emit(opcode, 0, kVoid);
    num_open_++;
  }
  void close() {
    emit(op::kEnd);
    num_open_--;
  }
  uint32_t label(NodeId from, NodeId to) const {
    uint32_t opened = dominators_.is_backward(from, to) ? loop_label_[to] : block_label_[to];
    return num_open_ - opened;
  }
  void set_pc_b(uint32_t number) {
    emit(op::kI32Const, 0, number);
    emit(op::kLocalSet, kLocalPcB);
  }

  const FlowGraph &graph_;
  const Dominators &dominators_;
  const Loops &loops_;
  const Environment &environment_;
  Placement placement_;
  Body &body_;
  std::vector<Instruction> &old_, &new_;
  std::vector<uint32_t> block_label_, loop_label_; // by node: how many were open with it
  uint32_t num_open_ = 0;
  uint32_t scratch_ = kLocalPcB; // in which an indirect call keeps the function's number
  std::vector<Work> work_;
};

// The node to which falling out of what is open leads, if it is one.
NodeId Writer::next_after() const {
  for (size_t i = work_.size(); i-- > 0;) {
    if (work_[i].kind == Work::kEndBlock)
      return work_[i].node;
    if (work_[i].kind != Work::kEndLoop)
      break;
  }
  return kNoNode;
}

// Straight-line code, with labels of the exit and of constructs within it as they are here.
void Writer::copy_code(const Node &node) {
  uint32_t inner = 0; // constructs within the code
  for (uint32_t at = node.code.begin; at < node.code.end; at++) {
    if (old_[at].op > op::kLocalSet) {
      new_.push_back(old_[at]);
      continue;
    }
    Instruction instruction = old_[at];
    switch (instruction.op) {
    case op::kBlock:
    case op::kLoop:
    case op::kIf:
      inner++;
      instruction.index = instruction.extra = 0;
      break;
    case op::kEnd:
      inner--;
      break;
    case op::kLocalGet:
    case op::kLocalSet:
      if (instruction.index == kLocalPcB)
        instruction.index = scratch_;
      break;
    case op::kBrIf:
      if (instruction.index == kUnwindExit)
        instruction.index = num_open_ - 1 + inner;
      break;
    case op::kCall:
      // Its result says that it unwinds, and so does this function's.
      if (is_call_that_never_returns(instruction, environment_) && at + 3 < old_.size() &&
          old_[at + 3].is(op::kBrIf, kUnwindExit)) {
        new_.push_back(instruction);
        instruction = {.op = op::kReturn};
        at += 3;
      }
      break;
    }
    new_.push_back(instruction);
  }
}

void Writer::write_jump(NodeId from, NodeId to) {
  if (is_inline(from, to))
    work_.push_back({Work::kTree, to});
  else if (!is_next(from, to))
    emit(op::kBr, label(from, to));
}

void Writer::write_branch(NodeId from) {
  NodeId a = graph_.nodes[from].a, b = graph_.nodes[from].b;
  bool is_a_here = is_inline(from, a), is_b_here = is_inline(from, b);
  if (is_a_here && is_b_here) {
    bool swaps = belongs_in_if(b) && !belongs_in_if(a);
    if (swaps)
      emit(op::kI32Eqz);
    open(op::kIf);
    work_.push_back({Work::kTree, swaps ? a : b});
    work_.push_back({Work::kEndIf, kNoNode});
    work_.push_back({Work::kTree, swaps ? b : a});
    return;
  }
  bool swaps = is_a_here || (!is_b_here && is_next(from, a));
  if (swaps) {
    emit(op::kI32Eqz);
    std::swap(a, b);
  }
  emit(op::kBrIf, label(from, a));
  write_jump(from, b);
}

// One comparison, or a table from the smallest number on. The normal way in, with PC_B 0, shall not
// have to go through the table at the root.
void Writer::write_switch(NodeId from) {
  const Switch &dispatch = graph_.switch_of(from);
  if (dispatch.cases.empty())
    return write_jump(from, graph_.nodes[from].a);
  if (!is_one_test(dispatch))
    return write_table(from);
  emit(op::kLocalGet, kLocalPcB);
  if (dispatch.is_exact) {
    emit(op::kI32Const, 0, dispatch.cases[0].number);
    emit(op::kI32Eq);
  }
  emit(op::kBrIf, label(from, dispatch.cases[0].target));
  write_jump(from, graph_.nodes[from].a);
}

void Writer::write_table(NodeId from) {
  const std::vector<Case> &cases = graph_.switch_of(from).cases;
  uint32_t fallback = label(from, graph_.nodes[from].a);
  uint32_t smallest = cases.front().number, size = cases.back().number - smallest + 1;
  emit(op::kLocalGet, kLocalPcB);
  if (from == graph_.root) {
    emit(op::kI32Eqz);
    emit(op::kBrIf, fallback);
    emit(op::kLocalGet, kLocalPcB);
  }
  if (smallest > 0) {
    emit(op::kI32Const, 0, smallest);
    emit(op::kI32Sub);
  }
  emit(op::kBrTable, body_.targets.size(), size + 1);
  body_.targets.resize(body_.targets.size() + size + 1, fallback);
  for (const Case &each : cases)
    body_.targets[body_.targets.size() - size - 1 + each.number - smallest] =
        label(from, each.target);
}

void Writer::write_end(NodeId node) {
  switch (graph_.nodes[node].terminator) {
  case Terminator::kLeave:
    break;
  case Terminator::kJump:
    write_jump(node, graph_.nodes[node].a);
    break;
  case Terminator::kBranch:
    write_branch(node);
    break;
  case Terminator::kSwitch:
    write_switch(node);
    break;
  }
}

void Writer::open_blocks(llvm::ArrayRef<NodeId> nodes) {
  for (size_t i = nodes.size(); i-- > 0;) {
    open(op::kBlock);
    block_label_[nodes[i]] = num_open_;
    work_.push_back({Work::kEndBlock, nodes[i]});
  }
}

void Writer::write_tree(NodeId id) {
  const Node &node = graph_.nodes[id];
  open_blocks(placement_.outside(id));
  if (loops_.is_header(id)) {
    open(op::kLoop);
    loop_label_[id] = num_open_;
    work_.push_back({Work::kEndLoop, id});
  }
  open_blocks(placement_.inside(id));
  if (node.sets_pc_b >= 0)
    set_pc_b(node.sets_pc_b);
  if (node.clears_pc_b)
    set_pc_b(0);
  copy_code(node);
  write_end(id);
}

// An indirect call would leave a number in PC_B, where a dispatch expects 0.
void Writer::add_scratch_local() {
  auto is_dispatch = [&](NodeId node) {
    return node != graph_.root && graph_.nodes[node].terminator == Terminator::kSwitch;
  };
  if (llvm::none_of(dominators_.order, is_dispatch) ||
      llvm::none_of(old_, [](const Instruction &each) { return each.op == op::kCallIndirect; }))
    return;
  scratch_ = 1;
  for (const LocalGroup &group : body_.locals)
    scratch_ += group.count;
  body_.locals.push_back({1, kI32Type});
}

void Writer::run() {
  add_scratch_local();
  body_.targets.clear();
  emit(op::kGlobalGet, kGlobalSp);
  emit(op::kLocalSet, kLocalSp);
  if (graph_.can_unwind)
    open(op::kBlock);
  work_.push_back({Work::kTree, graph_.root});
  while (!work_.empty()) {
    Work work = work_.back();
    work_.pop_back();
    if (work.kind != Work::kTree)
      close();
    if (work.kind == Work::kTree || work.kind == Work::kEndBlock)
      write_tree(work.node);
  }
  if (graph_.can_unwind) {
    close();
    emit(op::kI32Const, 0, 1);
  } else if (new_.back().op == op::kEnd) {
    emit(op::kUnreachable); // an endless loop
  }
  emit(op::kEnd);
  old_.swap(new_);
}

} // namespace

void write_structure(const FlowGraph &graph, const Dominators &dominators, const Loops &loops,
                     const Environment &environment, Body &body) {
  Writer(graph, dominators, loops, environment, body).run();
}

} // namespace wald::code

#include "wasm/code/dispatch.h"

namespace wald::code {

namespace {

class Finder {
public:
  Finder(Body &body, Dispatch &dispatch) : code_(body.code), body_(body), dispatch_(dispatch) {}
  Left run();

private:
  Left read_head();
  bool read_tail();
  Left read_blocks();
  Left visit_branch(uint32_t at);
  bool is_known_use_of_pc_b(uint32_t at) const;
  void close_block(uint32_t at);

  bool is_op(uint64_t at, Op opcode) const { return at < code_.size() && code_[at].op == opcode; }
  bool is(uint64_t at, Op opcode, uint32_t index) const {
    return at < code_.size() && code_[at].is(opcode, index);
  }
  bool is_const(uint64_t at, int64_t value) const {
    return is_op(at, op::kI32Const) && code_[at].value == value;
  }

  std::vector<Instruction> &code_;
  Body &body_;
  Dispatch &dispatch_;
  bool has_exit_ = false, has_loop_ = false;
  uint32_t num_blocks_ = 0;
  uint32_t first_ = 0, last_ = 0; // the blocks' instructions, with the ends between them
  uint32_t closed_ = 0;           // blocks' labels that have ended
  std::vector<uint32_t> open_;    // places of constructs within the block
};

Left Finder::read_head() {
  if (!is(0, op::kGlobalGet, kGlobalSp) || !is(1, op::kLocalSet, kLocalSp))
    return Left::kNoTable;
  uint32_t at = 2, num_loops = 0, loop_at = 0;
  for (; is_op(at, op::kBlock) || is_op(at, op::kLoop); at++)
    if (code_[at].op == op::kLoop) {
      num_loops++;
      loop_at = at - 2;
    }
  uint32_t num_open = at - 2;
  if (!is(at, op::kLocalGet, kLocalPcB) || !is_op(at + 1, op::kBrTable))
    return Left::kNoTable;
  const Instruction &table = code_[at + 1];
  dispatch_.table = llvm::ArrayRef(body_.targets).slice(table.index, table.value);
  num_blocks_ = dispatch_.table.back() + 1;
  has_loop_ = num_loops > 0;
  has_exit_ = num_open == num_blocks_ + has_loop_ + 1;
  if (num_loops > 1 || num_open != num_blocks_ + has_loop_ + has_exit_ ||
      (has_loop_ && loop_at != has_exit_))
    return Left::kUnknownShape;
  for (uint32_t label : dispatch_.table)
    if (label >= num_blocks_)
      return Left::kUnknownShape;
  first_ = at + 2;
  return Left::kNothing;
}

bool Finder::read_tail() {
  uint32_t size = 2 + has_loop_ + 2 * has_exit_;
  if (code_.size() < first_ + size)
    return false;
  last_ = code_.size() - size;
  uint32_t at = last_;
  if (has_loop_ && code_[at++].op != op::kEnd)
    return false;
  if (code_[at++].op != op::kUnreachable)
    return false;
  return !has_exit_ || (code_[at].op == op::kEnd && is_const(at + 1, 1));
}

// PC_B is the way to the table and nothing else, but that an indirect call keeps the function's
// number there while it puts the argument below it.
bool Finder::is_known_use_of_pc_b(uint32_t at) const {
  if (code_[at].op == op::kLocalSet) {
    bool is_jump = is_op(at - 1, op::kI32Const) && is(at + 1, op::kBr, kDispatchExit);
    bool is_scratch = is_const(at + 1, 0) && is(at + 2, op::kLocalGet, kLocalPcB) &&
                      is_op(at + 3, op::kCallIndirect);
    return is_jump || is_scratch;
  }
  return code_[at].op == op::kLocalGet && is_op(at + 1, op::kCallIndirect) &&
         is(at - 2, op::kLocalSet, kLocalPcB) && is_const(at - 1, 0);
}

Left Finder::visit_branch(uint32_t at) {
  Instruction &branch = code_[at];
  if (branch.index < open_.size())
    return Left::kNothing; // within the block
  uint32_t loop = open_.size() + num_blocks_ - closed_;
  if (has_loop_ && branch.op == op::kBr && branch.index == loop) {
    branch.index = kDispatchExit;
    if (!is_op(at - 2, op::kI32Const) || !is(at - 1, op::kLocalSet, kLocalPcB))
      return Left::kUnknownBranch;
    for (uint32_t open : open_)
      code_[open].extra = true;
    return Left::kNothing;
  }
  if (has_exit_ && branch.op == op::kBrIf && branch.index == loop + has_loop_) {
    branch.index = kUnwindExit;
    dispatch_.unwinding.push_back(at);
    return Left::kNothing;
  }
  return Left::kUnknownBranch;
}

void Finder::close_block(uint32_t at) {
  if (closed_ > 0)
    dispatch_.blocks.back().end = at;
  dispatch_.blocks.push_back({at + 1, last_});
  closed_++;
}

Left Finder::read_blocks() {
  if (!is_op(first_, op::kEnd))
    return Left::kUnknownShape;
  for (uint32_t at = first_; at < last_; at++) {
    Instruction &instruction = code_[at];
    switch (instruction.op) {
    case op::kBlock:
    case op::kLoop:
    case op::kIf:
      instruction.extra = 0;
      open_.push_back(at);
      break;
    case op::kEnd:
      if (!open_.empty()) {
        code_[open_.back()].index = at;
        open_.pop_back();
      } else if (closed_ < num_blocks_) {
        close_block(at);
      } else {
        return Left::kUnknownShape;
      }
      break;
    case op::kBr:
    case op::kBrIf:
      if (Left left = visit_branch(at); left != Left::kNothing)
        return left;
      break;
    case op::kBrTable:
      return Left::kUnknownBranch;
    case op::kCallIndirect:
      dispatch_.indirect_calls.push_back(at);
      break;
    case op::kLocalGet:
    case op::kLocalSet:
    case op::kLocalTee:
      if (instruction.index == kLocalPcB)
        dispatch_.uses_of_pc_b.push_back(at);
      break;
    }
  }
  if (closed_ != num_blocks_ || !open_.empty())
    return Left::kUnknownShape;
  for (uint32_t at : dispatch_.uses_of_pc_b)
    if (!is_known_use_of_pc_b(at))
      return Left::kUnknownUseOfPcB;
  return Left::kNothing;
}

Left Finder::run() {
  dispatch_.blocks.clear();
  dispatch_.unwinding.clear();
  dispatch_.indirect_calls.clear();
  dispatch_.uses_of_pc_b.clear();
  if (Left left = read_head(); left != Left::kNothing)
    return left;
  return read_tail() ? read_blocks() : Left::kUnknownShape;
}

} // namespace

const char *left_reason(Left left) {
  switch (left) {
  case Left::kNothing:
    return "nothing";
  case Left::kUndecodable:
    return "unknown instructions";
  case Left::kNoTable:
    return "no table";
  case Left::kUnknownShape:
    return "unknown shape";
  case Left::kUnknownBranch:
    return "unknown branch";
  case Left::kUnknownUseOfPcB:
    return "unknown use of PC_B";
  case Left::kUnknownReturnAddress:
    return "unknown return address";
  case Left::kUnbalancedStack:
    return "values on the stack at a jump";
  case Left::kJumpOutOfBlock:
    return "jump out of a block or loop";
  case Left::kIrreducible:
    return "irreducible";
  }
  return "";
}

Left find_dispatch(Body &body, Dispatch &dispatch) {
  return Finder(body, dispatch).run();
}

} // namespace wald::code

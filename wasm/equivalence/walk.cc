#include "wasm/equivalence/walk.h"

namespace wald::equivalence {

namespace {

bool may_trap(Op opcode) {
  constexpr Op kI32DivS = 0x6d, kI32RemU = 0x70, kI64DivS = 0x7f, kI64RemU = 0x82;
  constexpr Op kI32TruncF32S = 0xa8, kI32TruncF64U = 0xab, kI64TruncF32S = 0xae,
               kI64TruncF64U = 0xb1;
  return (opcode >= kI32DivS && opcode <= kI32RemU) || (opcode >= kI64DivS && opcode <= kI64RemU) ||
         (opcode >= kI32TruncF32S && opcode <= kI32TruncF64U) ||
         (opcode >= kI64TruncF32S && opcode <= kI64TruncF64U);
}

} // namespace

// -- Control.

// A jump back to a loop that this walk has been at with the same number, without a branch or effect
// in between: what decides is the same again.
bool Walk::is_circle(uint32_t opener) {
  TermId number = locals[kNumberLocal];
  for (const Round &round : rounds_)
    if (round.opener == opener && round.number == number) {
      for (TermId value : stack)
        if (terms_.is_known(value))
          return false; // may decide otherwise next time
      return true;
    }
  rounds_.push_back({opener, number});
  return false;
}

bool Walk::jump(uint32_t opener, Stop &stop) {
  if (opener == kWholeBody)
    return leave(stop);
  const code::Instruction &instruction = (*code_)[opener];
  bool is_loop = instruction.op == op::kLoop;
  uint32_t arity = is_loop || instruction.value == code::kVoid ? 0 : 1;
  uint32_t height = heights_[opener];
  if (!has(arity) || stack.size() < height + arity)
    return fail(stop, "too few values for a label");
  if (arity)
    stack[height] = stack.back();
  stack.truncate(height + arity);
  at_ = is_loop ? opener + 1 : code_->match(opener) + 1;
  if (!is_loop)
    return false;
  has_jumped_back_ = true;
  if (!is_circle(opener))
    return false;
  stop.kind = Stop::kForever;
  return true;
}

// The end of the body, or a return.
bool Walk::leave(Stop &stop) {
  if (callers_.empty()) {
    stop.kind = Stop::kReturn;
    return true;
  }
  Caller caller = callers_.pop_back_val();
  locals.resize(locals_begin_);
  code_ = caller.code;
  at_ = caller.at + 1;
  uint32_t num_results = program_.functions[(*code_)[caller.at].index].num_results;
  if (!has(num_results))
    return fail(stop, "too few results");
  stack.erase(stack.begin() + stack_begin_, stack.end() - num_results);
  locals_begin_ = caller.locals_begin;
  stack_begin_ = caller.stack_begin;
  return false;
}

bool Walk::branch(bool is_taken) {
  const code::Instruction &instruction = (*code_)[at_];
  Stop unused{};
  if (instruction.op == op::kIf)
    at_ = is_taken ? at_ + 1 : code_->otherwise(at_);
  else if (!is_taken)
    at_++;
  else
    jump(code_->match(at_), unused);
  return !unused.fault;
}

bool Walk::step_control(const code::Instruction &instruction, Stop &stop) {
  switch (instruction.op) {
  case op::kUnreachable:
    stop.kind = Stop::kTrap;
    return true;
  case op::kNop:
    at_++;
    return false;
  case op::kIf:
    if (!has(1))
      return fail(stop, "too few values");
    [[fallthrough]];
  case op::kBlock:
  case op::kLoop: {
    if (!callers_.empty() || instruction.value >= 0)
      return fail(stop, "a block with a type of its own, or in an added function");
    bool is_if = instruction.op == op::kIf;
    heights_[at_] = stack.size() - is_if;
    if (!is_if) {
      at_++;
      return false;
    }
    TermId condition = pop();
    if (terms_.is_known(condition)) {
      at_ = terms_[condition].value ? at_ + 1 : code_->otherwise(at_);
      return false;
    }
    stop.kind = Stop::kBranch;
    stop.condition = condition;
    return true;
  }
  case op::kElse:
    at_ = code_->match(at_) + 1;
    return false;
  case op::kEnd:
    if (at_ + 1 == code_->size())
      return leave(stop);
    at_++;
    return false;
  case op::kReturn:
    return leave(stop);
  case op::kBr:
    return jump(code_->match(at_), stop);
  case op::kBrIf: {
    if (!has(1))
      return fail(stop, "too few values");
    TermId condition = pop();
    if (!terms_.is_known(condition)) {
      uint32_t opener = code_->match(at_);
      if (opener == kWholeBody || !callers_.empty())
        return fail(stop, "a conditional return");
      stop.kind = Stop::kBranch;
      stop.condition = condition;
      return true;
    }
    if (terms_[condition].value)
      return jump(code_->match(at_), stop);
    at_++;
    return false;
  }
  case op::kBrTable: {
    if (!has(1))
      return fail(stop, "too few values");
    TermId number = pop();
    if (!terms_.is_known(number))
      return fail(stop, "a br_table by a number that is not known");
    return jump(code_->table_match(at_, terms_[number].value), stop);
  }
  default:
    return fail(stop, "unknown instruction");
  }
}

// -- Calls.

bool Walk::enter_added(uint32_t index, Stop &stop) {
  const Code &callee = program_.added[index - program_.facts.size()];
  const Signature &signature = program_.functions[index];
  constexpr size_t kDeepest = 3;
  if (callers_.size() == kDeepest)
    return fail(stop, "added functions that call each other");
  if (!has(signature.num_params))
    return fail(stop, "too few values");
  if (callee.local_types().size() != signature.num_params)
    return fail(stop, "an added function with locals of its own");
  callers_.push_back({code_, at_, locals_begin_, stack_begin_});
  locals_begin_ = locals.size();
  locals.insert(locals.end(), stack.end() - signature.num_params, stack.end());
  stack.truncate(stack.size() - signature.num_params);
  stack_begin_ = stack.size();
  code_ = &callee;
  at_ = 0;
  return false;
}

bool Walk::call(const code::Instruction &instruction, Stop &stop) {
  bool is_indirect = instruction.op == op::kCallIndirect;
  llvm::ArrayRef<Signature> list = is_indirect ? program_.types : program_.functions;
  if (instruction.index >= list.size())
    return fail(stop, "a call of nothing");
  if (!is_indirect && instruction.index >= program_.facts.size())
    return enter_added(instruction.index, stop);
  const Signature &signature = list[instruction.index];
  uint32_t num_args = signature.num_params + is_indirect;
  if (!has(num_args))
    return fail(stop, "too few values");
  stop.kind = Stop::kEffect;
  stop.index = instruction.index;
  stop.table = instruction.extra;
  stop.args.append(stack.end() - num_args, stack.end());
  stack.truncate(stack.size() - num_args);
  stop.num_results = signature.num_results;
  at_++;
  return true;
}

// -- Memory. What is read is a value; what is written is seen.

bool Walk::step_memory(const code::Instruction &instruction, Stop &stop) {
  const code::OpInfo &info = code::op_info(instruction.op);
  if (!has(info.pops))
    return fail(stop, "too few values");
  TermId value = info.pops == 2 ? pop() : kNoTerm;
  Address address = terms_.address(terms_.plain(pop()), uint32_t(instruction.value));
  uint32_t lane = info.immediate == code::Immediate::kMemoryLane ? instruction.index : 0;
  if (info.pushes == 1) {
    stack.push_back(terms_.load(instruction.op, address, version_, lane, value));
    attempt(instruction.op, address, stack.back());
    at_++;
    return false;
  }
  stop.kind = Stop::kEffect;
  stop.index = lane;
  stop.address = address;
  stop.args.push_back(value);
  at_++;
  return true;
}

// -- Locals, globals and what only computes.

bool Walk::step_locals(const code::Instruction &instruction, Stop &stop) {
  bool is_global = instruction.op == op::kGlobalGet || instruction.op == op::kGlobalSet;
  size_t at = instruction.index + (is_global ? 0 : size_t(locals_begin_));
  std::vector<TermId> &places = is_global ? globals : locals;
  if (at >= places.size())
    return fail(stop, "a local or global that does not exist");
  if (instruction.op == op::kLocalGet || instruction.op == op::kGlobalGet) {
    TermId value = places[at];
    bool is_number = !is_global && at == kNumberLocal && terms_.is_i32_const(value);
    stack.push_back(is_number ? terms_.known(terms_[value].value) : value);
  } else if (!has(1)) {
    return fail(stop, "too few values");
  } else {
    places[at] = terms_.plain(stack.back());
    if (instruction.op != op::kLocalTee)
      stack.pop_back();
  }
  at_++;
  return false;
}

void Walk::step_plain(const code::Instruction &instruction, Stop &stop) {
  const code::OpInfo &info = code::op_info(instruction.op);
  uint32_t lane = info.immediate == code::Immediate::kLane ? instruction.index : 0;
  TermId c = info.pops > 2 ? pop() : kNoTerm, b = info.pops > 1 ? pop() : kNoTerm;
  TermId a = info.pops > 0 ? pop() : kNoTerm;
  at_++;
  if (instruction.op == op::kDrop)
    return;
  TermId result;
  if (info.pops == 0)
    result = terms_.constant(instruction, code_->body());
  else if (info.pops == 1)
    result = terms_.unary(instruction.op, a, lane);
  else if (info.pops == 3)
    result = terms_.ternary(instruction.op, a, b, c);
  else if (instruction.op == op::kI8x16Shuffle)
    result = terms_.shuffle(a, b, code_->body().vectors[instruction.index]);
  else
    result = terms_.binary(instruction.op, a, b, lane);
  if (info.pushes == 1)
    stack.push_back(result);
  else
    fail(stop, "unknown instruction");
  if (may_trap(instruction.op)) {
    at_--;
    attempt(instruction.op, {}, result);
    at_++;
  }
}

bool Walk::step(Stop &stop) {
  const code::Instruction &instruction = (*code_)[at_];
  stop.at = place();
  stop.op = instruction.op;
  if (instruction.op >= op::kLocalGet && instruction.op <= op::kGlobalSet)
    return step_locals(instruction, stop);
  if (instruction.op == op::kCall || instruction.op == op::kCallIndirect)
    return call(instruction, stop);
  if (instruction.op < op::kDrop)
    return step_control(instruction, stop);
  const code::OpInfo &info = code::op_info(instruction.op);
  switch (info.immediate) {
  case code::Immediate::kMemory:
  case code::Immediate::kMemoryLane:
    return step_memory(instruction, stop);
  case code::Immediate::kZero:
  case code::Immediate::kZeros:
    // memory.size, grow, copy, fill
    if (!has(info.pops))
      return fail(stop, "too few values");
    stop.kind = Stop::kEffect;
    stop.args.append(stack.end() - info.pops, stack.end());
    stack.truncate(stack.size() - info.pops);
    stop.num_results = info.pushes;
    at_++;
    return true;
  default:
    if (!has(info.pops))
      return fail(stop, "too few values");
    stop.kind = Stop::kEffect; // changes if it fails
    step_plain(instruction, stop);
    return stop.kind == Stop::kFault;
  }
}

Stop Walk::next(uint32_t version) {
  constexpr size_t kMostTerms = 1 << 22;
  version_ = version;
  attempts.clear();
  rounds_.clear();
  Stop stop{};
  do {
    if (num_steps_++ >= max_steps_ || terms_.size() > kMostTerms) {
      fail(stop, "too many steps");
      break;
    }
  } while (!step(stop));
  if (stop.kind == Stop::kReturn) {
    if (!has(num_results_))
      fail(stop, "too few results");
    else
      stop.args.append(stack.end() - num_results_, stack.end());
  }
  for (TermId &arg : stop.args)
    arg = terms_.plain(arg);
  return stop;
}

// -- On to the next place where something is done.

// From  local.get 0 [i32.eqz | i32.const; i32.eq | i32.const; i32.sub]  to the jump, if the number
// is known.
bool Walk::skip_decided() {
  TermId number = locals[kNumberLocal];
  const Code &code = *code_;
  uint32_t at = at_ + 1;
  if (!terms_.is_i32_const(number))
    return false;
  uint32_t value = terms_[number].value;
  if (code[at].op == op::kI32Eqz) {
    value = value == 0;
    at++;
  } else if (code[at].op == op::kI32Const) {
    uint32_t operand = code[at].value;
    if (code[at + 1].op == op::kI32Eq)
      value = value == operand;
    else if (code[at + 1].op == op::kI32Sub)
      value -= operand;
    else
      return false;
    at += 2;
  }
  uint32_t opener;
  if (code[at].op == op::kBrTable) {
    opener = code.table_match(at, value);
  } else if (code[at].op == op::kBrIf) {
    if (!value) {
      at_ = at + 1;
      return true;
    }
    opener = code.match(at);
  } else {
    return false;
  }
  if (opener == kWholeBody)
    return false;
  Stop unused{};
  jump(opener, unused);
  return unused.kind != Stop::kForever && !unused.fault;
}

void Walk::skip_to_code() {
  constexpr unsigned kMost = 2000; // a circle is for next() to see
  rounds_.clear();
  for (unsigned i = 0; i < kMost; i++) {
    const code::Instruction &instruction = (*code_)[at_];
    Stop stop{};
    switch (instruction.op) {
    case op::kNop:
    case op::kBlock:
    case op::kLoop:
    case op::kElse:
      if (step_control(instruction, stop))
        return;
      break;
    case op::kEnd:
      if (at_ + 1 == code_->size())
        return;
      at_++;
      break;
    case op::kBr:
      if (code_->match(at_) == kWholeBody || jump(code_->match(at_), stop))
        return;
      break;
    case op::kI32Const:
      if (!(*code_)[at_ + 1].is(op::kLocalSet, kNumberLocal))
        return;
      locals[kNumberLocal] = terms_.i32(instruction.value);
      at_ += 2;
      break;
    case op::kLocalGet:
      if (instruction.index != kNumberLocal || !skip_decided())
        return;
      break;
    default:
      return;
    }
    num_steps_++;
  }
}

} // namespace wald::equivalence

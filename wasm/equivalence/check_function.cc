// The walk of both bodies together.
//
//     entry K ──▶ both run to the next stop ──▶ the same effect?  go on
//                        ▲        │
//                        │        ├─ the same condition?  both ways, each to a meeting
//                     meeting ◀───┘
//                        │        └─ return, trap, circle: the end of this way
//                        └── taken again when less is known there than before
#include "wasm/equivalence/check_function.h"

#include "wasm/equivalence/term_text.h"

#include <algorithm>

namespace wald::equivalence {

namespace {

constexpr uint32_t kNoNumber = UINT32_MAX;
// In a symbol that is a call's result: nobody knows where the call returns to.
constexpr uint32_t kUnknownReturn = uint32_t(1) << 31;

bool is_call(Op opcode) {
  return opcode == op::kCall || opcode == op::kCallIndirect;
}

// An 8-byte load of which only the low half was used; README.md, "Loads of half a variable".
bool is_half_of(const Attempt &before, const Attempt &after) {
  return before.op == op::kI64Load && (after.op == op::kI32Load || after.op == op::kI64Load32U) &&
         before.address == after.address;
}

// How many bytes a load reads, for those that differ only in what they make of them.
unsigned width_of(Op load) {
  switch (load) {
  case op::kI32Load8S:
  case op::kI32Load8U:
  case op::kI64Load8S:
  case op::kI64Load8U:
    return 1;
  case op::kI32Load16S:
  case op::kI32Load16U:
  case op::kI64Load16S:
  case op::kI64Load16U:
    return 2;
  case op::kI32Load:
  case op::kF32Load:
  case op::kI64Load32S:
  case op::kI64Load32U:
    return 4;
  case op::kI64Load:
  case op::kF64Load:
    return 8;
  }
  return 0;
}

bool is_same_attempt(const Attempt &before, const Attempt &after) {
  if (before.value == after.value)
    return true;
  unsigned width = width_of(before.op);
  if (width == 0 || !(before.address == after.address))
    return false;
  return width == width_of(after.op) || is_half_of(before, after);
}

} // namespace

bool FunctionChecker::differ(const char *what, uint32_t old_at, uint32_t new_at,
                             std::string old_text, std::string new_text) {
  if (!difference_)
    difference_ = Difference{pair_->index,       entry_, old_at, new_at, what, std::move(old_text),
                             std::move(new_text)};
  return false;
}

std::string FunctionChecker::text(const Stop &stop) const {
  switch (stop.kind) {
  case Stop::kEffect: {
    std::string result = op_text(stop.op);
    if (is_call(stop.op))
      result += ' ' + std::to_string(stop.index);
    if (stop.address.base)
      result += ' ' + address_text(terms_, stop.address);
    for (TermId arg : stop.args)
      result += ' ' + term_text(terms_, arg);
    return result;
  }
  case Stop::kBranch:
    return "branch if " + term_text(terms_, stop.condition);
  case Stop::kReturn: {
    std::string result = "return";
    for (TermId arg : stop.args)
      result += ' ' + term_text(terms_, arg);
    return result;
  }
  case Stop::kTrap:
    return "unreachable";
  case Stop::kForever:
    return "runs forever";
  case Stop::kFault:
    return stop.fault;
  }
  return "";
}

bool FunctionChecker::differ(const char *what, const Stop &before, const Stop &after) {
  return differ(what, before.at, after.at, text(before), text(after));
}

// -- What was done up to here.

bool FunctionChecker::compare_attempts(const Stop &before, const Stop &after) {
  const std::vector<Attempt> &olds = old_walk_.attempts, &news = new_walk_.attempts;
  for (size_t i = 0; i < std::max(olds.size(), news.size()); i++) {
    if (i < olds.size() && i < news.size() && is_same_attempt(olds[i], news[i]))
      continue;
    auto text_of = [&](const std::vector<Attempt> &list, const Stop &stop) {
      return i < list.size() ? term_text(terms_, list[i].value) : text(stop);
    };
    return differ("a load, or an operation that may trap, is another",
                  i < olds.size() ? olds[i].at : before.at, i < news.size() ? news[i].at : after.at,
                  text_of(olds, before), text_of(news, after));
  }
  return true;
}

bool FunctionChecker::compare_args(const char *what, const Stop &before, const Stop &after) {
  if (before.args == after.args)
    return true;
  return differ(what, before, after);
}

bool FunctionChecker::compare_globals(const Stop &before, const Stop &after) {
  for (uint32_t i = 0; i < program_.num_globals; i++) {
    TermId old_value = old_walk_.globals[i], new_value = new_walk_.globals[i];
    if (old_value != new_value)
      return differ(
          is_call(before.op) ? "a global differs at a call" : "a global differs at a return",
          before.at, after.at, "global " + std::to_string(i) + " = " + term_text(terms_, old_value),
          "global " + std::to_string(i) + " = " + term_text(terms_, new_value));
  }
  return true;
}

// From instructions to bytes.
void FunctionChecker::find_offsets(Difference &difference) const {
  code::Body body;
  std::vector<uint32_t> offsets;
  for (auto [bytes, at] : {std::pair(pair_->old_bytes, &difference.old_at),
                           std::pair(pair_->new_bytes, &difference.new_at)})
    if (!code::decode(bytes, {}, body, &offsets))
      *at = offsets[std::min<size_t>(*at, offsets.size() - 1)];
}

// -- Effects.

// The return address that stands at the stack pointer is a number that the runtime may hand in.
void FunctionChecker::note_return_address() {
  Address top = terms_.address(old_walk_.globals[kStackGlobal], 0);
  bool is_pushed = last_value_ && terms_.is_i64_const(last_value_) && last_address_ == top &&
                   uint64_t(terms_[last_value_].value) >> 16 == pair_->pc_f;
  call_origin_ = uint32_t(Origin::kEvent) + version_;
  resume_number_ = is_pushed ? terms_[last_value_].value & 0xffff : kNoNumber;
}

// Unless the function traps when the call unwinds: then nobody comes back.
void FunctionChecker::enter_after_call() {
  if (resume_number_ == kNoNumber)
    return;
  enter_at(resume_number_);
  resume_number_ = kNoNumber;
}

bool FunctionChecker::visit_effect(const Stop &before, const Stop &after) {
  if (before.op != after.op || before.index != after.index || before.table != after.table)
    return differ("the effects are different ones", before, after);
  if (!(before.address == after.address))
    return differ("the address is another", before, after);
  if (!compare_args(is_call(before.op) ? "an argument is another" : "the value stored is another",
                    before, after))
    return false;
  version_++;
  uint32_t origin = uint32_t(Origin::kEvent) + version_;
  llvm::SmallVector<TermId, 2> results;
  if (is_call(before.op)) {
    if (!compare_globals(before, after))
      return false;
    enter_after_call();
    bool is_direct = before.op == op::kCall;
    const Signature &signature =
        is_direct ? program_.functions[before.index] : program_.types[before.index];
    if (is_direct && signature.is_go && program_.facts[before.index].never_returns) {
      results.push_back(terms_.known(1));
    } else {
      note_return_address();
      uint32_t flag = signature.is_go && resume_number_ == kNoNumber ? kUnknownReturn : 0;
      for (uint32_t i = 0; i < before.num_results; i++)
        results.push_back(terms_.symbol(origin, i | flag));
    }
    for (uint32_t i = 0; i < program_.num_globals; i++)
      if (signature.is_go || i != kStackGlobal)
        old_walk_.globals[i] = new_walk_.globals[i] =
            terms_.symbol(origin, before.num_results + i, i == kStackGlobal);
  } else {
    for (uint32_t i = 0; i < before.num_results; i++)
      results.push_back(terms_.symbol(origin, i));
  }
  bool is_store = before.op == op::kI64Store;
  last_value_ = is_store ? before.args[0] : kNoTerm;
  last_address_ = before.address;
  old_walk_.finish(results);
  new_walk_.finish(results);
  return true;
}

// Code that is reached by several ways is walked once if it begins with a meeting. Values on the
// stack, and a return address on its way to a call, are better not forgotten.
bool FunctionChecker::may_meet(const Stop &effect) const {
  if (!old_walk_.has_jumped_back() && !new_walk_.has_jumped_back())
    return false;
  bool is_push = effect.op == op::kI64Store && terms_.is_i64_const(effect.args[0]);
  return !is_push && old_walk_.stack.empty() && new_walk_.stack.empty() &&
         !old_walk_.is_inside_added() && !new_walk_.is_inside_added();
}

// -- Branches.

void FunctionChecker::arrive() {
  old_walk_.skip_to_code();
  new_walk_.skip_to_code();
  if (!meetings_.arrive(entry_))
    differ("values on the stack at one place differ in number", old_walk_.at(), new_walk_.at(), "",
           "");
}

void FunctionChecker::visit_branch(Stop &before, Stop &after) {
  bool old_holds = true, new_holds = true;
  TermId old_condition = terms_.condition(before.condition, old_holds);
  TermId new_condition = terms_.condition(after.condition, new_holds);
  if (old_condition != new_condition) {
    differ("the condition is another", before, after);
    return;
  }
  const Term &condition = terms_[old_condition];
  if (condition.op == kSymbol && condition.a > uint32_t(Origin::kEvent) &&
      condition.b & kUnknownReturn) {
    differ("a call that may unwind, and no return address before it", before, after);
    return;
  }
  bool is_unwinding = condition.op == kSymbol && condition.a == call_origin_;
  uint32_t old_at = old_walk_.at(), new_at = new_walk_.at();
  auto old_stack = old_walk_.stack, new_stack = new_walk_.stack;
  TermId old_number = old_walk_.locals[kNumberLocal], new_number = new_walk_.locals[kNumberLocal];
  for (bool is_taken : {false, true}) {
    old_walk_.go_to(old_at);
    new_walk_.go_to(new_at);
    old_walk_.stack = old_stack;
    new_walk_.stack = new_stack;
    old_walk_.locals[kNumberLocal] = old_number;
    new_walk_.locals[kNumberLocal] = new_number;
    if (!old_walk_.branch(is_taken == old_holds) || !new_walk_.branch(is_taken == new_holds)) {
      differ("too few values for a label", before, after);
      return;
    }
    if (is_unwinding && is_taken && old_code_[old_walk_.at()].op == op::kUnreachable)
      resume_number_ = kNoNumber;
    arrive();
  }
}

// -- Stretches.

// One more stop of both; whether to go on to the next.
bool FunctionChecker::follow() {
  Stop before = old_walk_.next(version_), after = new_walk_.next(version_);
  if (before.kind == Stop::kFault || after.kind == Stop::kFault)
    return differ("not proven", before, after);
  if (!compare_attempts(before, after))
    return false;
  if (before.kind != after.kind)
    return differ("one goes on in another way", before, after);
  switch (before.kind) {
  case Stop::kEffect:
    if (!visit_effect(before, after))
      return false;
    if (!may_meet(before))
      return true;
    arrive();
    return false;
  case Stop::kBranch:
    if (old_walk_.is_inside_added() || new_walk_.is_inside_added())
      return differ("not proven: a branch in an added function", before, after);
    visit_branch(before, after);
    return false;
  case Stop::kReturn:
    return compare_args("the result is another", before, after) && compare_globals(before, after) &&
           false;
  case Stop::kForever:
    if (!old_walk_.attempts.empty())
      return differ("not proven: loads in a loop without an end", before, after);
    return false;
  default:
    return false;
  }
}

void FunctionChecker::walk_on() {
  version_ = 0;
  last_value_ = kNoTerm;
  resume_number_ = kNoNumber;
  while (follow()) {
  }
  enter_after_call();
}

void FunctionChecker::enter_at(uint32_t number) {
  if (number >= is_entered_.size())
    is_entered_.resize(number + 1);
  if (is_entered_[number])
    return;
  is_entered_[number] = true;
  entries_.push_back(number);
}

// A recovered panic goes on before the call of deferreturn, even where nothing else leads there:
//   i64.const PC_F<<16|K; i64.store; i32.const 0; call deferreturn
void FunctionChecker::enter_before_deferreturn() {
  for (uint32_t at = 0; at < old_code_.size(); at++) {
    const code::Instruction &call = old_code_[at];
    if (call.op != op::kCall || call.index >= program_.facts.size() ||
        !program_.functions[call.index].is_go)
      continue;
    const FunctionFacts &facts = program_.facts[call.index];
    if (!facts.is_deferreturn && !facts.is_unknown)
      continue;
    bool is_pushed = at >= 3 && old_code_[at - 1].op == op::kI32Const &&
                     old_code_[at - 2].op == op::kI64Store &&
                     old_code_[at - 3].op == op::kI64Const &&
                     uint64_t(old_code_[at - 3].value) >> 16 == pair_->pc_f;
    uint32_t number = is_pushed ? old_code_[at - 3].value & 0xffff : 0;
    if (number > 0)
      enter_at(number - 1);
    else if (facts.is_deferreturn)
      differ("not proven: deferreturn without a return address", at, 0, "", "");
  }
}

// Whether the function's table leads to the same block for 0 and 1, as goexit's does.
bool FunctionChecker::one_means_zero() const {
  for (uint32_t at = 1; at < old_code_.size(); at++)
    if (old_code_[at].op == op::kBrTable)
      return old_code_[at - 1].is(op::kLocalGet, kNumberLocal) &&
             old_code_.table_match(at, 0) == old_code_.table_match(at, 1);
  return false;
}

// At the beginning of both bodies, with a number in local 0. What else the locals hold there,
// zeros, is forgotten but for those that only the new body has.
void FunctionChecker::begin() {
  terms_.clear();
  llvm::ArrayRef<uint8_t> old_types = old_code_.local_types(), new_types = new_code_.local_types();
  constexpr uint32_t kGlobals = 1 << 20; // above the numbers of locals
  auto begin_walk = [&](Walk &walk, llvm::ArrayRef<uint8_t> types) {
    walk.start(0);
    walk.stack.clear();
    for (uint32_t i = 0; i < program_.num_globals; i++)
      walk.globals[i] = terms_.symbol(uint32_t(Origin::kState), kGlobals + i, i == kStackGlobal);
    for (uint32_t i = 0; i < types.size(); i++) {
      bool is_shared = i < old_types.size() && i < new_types.size() && old_types[i] == new_types[i];
      walk.locals[i] = is_shared ? terms_.symbol(uint32_t(Origin::kState), i)
                       : types[i] == code::kI32Type
                           ? terms_.i32(0)
                           : terms_.symbol(uint32_t(Origin::kDead), 2 + types[i]);
    }
    if (is_go_)
      walk.locals[kNumberLocal] = terms_.i32(entry_);
  };
  begin_walk(old_walk_, old_types);
  begin_walk(new_walk_, new_types);
}

std::optional<Difference> FunctionChecker::check(const FunctionPair &pair) {
  difference_.reset();
  has_moved_return_addresses_ = false;
  if (pair.old_bytes == pair.new_bytes && program_.stand_ins.empty())
    return std::nullopt;
  pair_ = &pair;
  entry_ = 0;
  if (auto fault = old_code_.read(pair.old_bytes, pair.params)) {
    differ("not proven: the old body cannot be read", fault->offset, 0, fault->reason, "");
    return difference_;
  }
  if (!program_.stand_ins.empty()) {
    Code::Renamed renamed = old_code_.rename(program_.stand_ins, pair.old_pc_f, pair.pc_f);
    has_moved_return_addresses_ = renamed.return_addresses;
    if (pair.old_bytes == pair.new_bytes && !renamed.calls && !renamed.return_addresses)
      return std::nullopt;
  }
  if (auto fault = new_code_.read(pair.new_bytes, pair.params)) {
    differ("not proven: the new body cannot be read", 0, fault->offset, "", fault->reason);
    return difference_;
  }
  constexpr uint64_t kStepsPerInstruction = 200, kFewSteps = 100000;
  uint64_t max_steps = kFewSteps + kStepsPerInstruction * (old_code_.size() + new_code_.size());
  old_walk_.set_code(old_code_, pair.num_results, max_steps);
  new_walk_.set_code(new_code_, pair.num_results, max_steps);
  old_walk_.locals.resize(std::max<size_t>(old_code_.local_types().size(), 1));
  new_walk_.locals.resize(std::max<size_t>(new_code_.local_types().size(), 1));
  old_walk_.globals.resize(program_.num_globals);
  new_walk_.globals.resize(program_.num_globals);
  meetings_.clear();
  is_entered_.clear();
  entries_.clear();
  is_go_ = program_.functions[pair.index].is_go;
  enter_at(0);
  const FunctionFacts &facts = program_.facts[pair.index];
  if (is_go_ && (facts.is_goexit || (facts.is_unknown && one_means_zero())))
    enter_at(1);
  if (is_go_)
    enter_before_deferreturn();
  while (!difference_) {
    if (meetings_.take()) {
      entry_ = meetings_.entry();
      walk_on();
    } else if (!entries_.empty()) {
      entry_ = entries_.back();
      entries_.pop_back();
      begin();
      walk_on();
    } else {
      break;
    }
    if (meetings_.num_steps() > max_steps)
      differ("not proven: too many steps", old_walk_.at(), new_walk_.at(), "", "");
  }
  if (difference_)
    find_offsets(*difference_);
  return difference_;
}

} // namespace wald::equivalence

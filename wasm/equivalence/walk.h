// A walk through one body with terms for values, from one thing that others can see to the next.
//
// The walk goes on by itself through code that only computes, and through jumps that are decided:
// by the number in local 0, where that is a constant, and by the result of a call that never
// returns.
#pragma once

#include "wasm/equivalence/code.h"
#include "wasm/equivalence/program.h"
#include "wasm/equivalence/terms.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace wald::equivalence {

// A load or an operation that may trap, in the order in which they were done.
struct Attempt {
  Op op;
  uint32_t at;     // the instruction
  Address address; // of a load
  TermId value;    // what comes out
};

struct Stop {
  enum Kind : uint8_t {
    kEffect,  // a store, a call or the like
    kBranch,  // that depends on a value
    kReturn,  //
    kTrap,    //
    kForever, // runs in a circle and nobody ever sees anything of it
    kFault,   // the walk cannot go on
  } kind;
  uint32_t at; // the instruction; within an added function, its call
  Op op = 0;
  uint32_t index = 0, table = 0;     // of a call: function or type, and table; of others: the lane
  Address address{};                 // of a store
  TermId condition = kNoTerm;        // of a branch: not zero if it is taken
  llvm::SmallVector<TermId, 4> args; // values that it takes; of a return: the results
  uint32_t num_results = 0;
  const char *fault = nullptr;
};

class Walk {
public:
  Walk(Terms &terms, const Program &program) : terms_(terms), program_(program) {}

  void set_code(const Code &code, uint32_t num_results, uint64_t max_steps) {
    code_ = &code;
    num_results_ = num_results;
    num_steps_ = 0;
    max_steps_ = max_steps;
    heights_.assign(code.size(), 0);
  }
  // At the beginning of a stretch. Locals, globals and the stack are filled by the caller.
  void start(uint32_t at) {
    at_ = at;
    callers_.clear();
    locals_begin_ = stack_begin_ = 0;
    has_jumped_back_ = false;
  }

  // Memory has changed `version` times in this stretch.
  Stop next(uint32_t version);
  // After an effect.
  void finish(llvm::ArrayRef<TermId> results) { stack.append(results.begin(), results.end()); }
  // After a branch. False if the label cannot be reached so.
  bool branch(bool is_taken);
  // To another place of this stretch.
  void go_to(uint32_t at) { at_ = at; }
  // Through what only leads on, so that equal places have equal numbers.
  void skip_to_code();

  uint32_t at() const { return at_; }
  const Code &code() const { return *code_; }
  bool is_inside_added() const { return !callers_.empty(); }
  bool has_jumped_back() const { return has_jumped_back_; }
  uint64_t num_steps() const { return num_steps_; }

  std::vector<TermId> locals, globals;
  llvm::SmallVector<TermId, 16> stack;
  std::vector<Attempt> attempts; // since the last stop

private:
  struct Caller {
    const Code *code;
    uint32_t at, locals_begin, stack_begin;
  };

  bool step(Stop &stop);
  bool step_control(const code::Instruction &instruction, Stop &stop);
  bool step_memory(const code::Instruction &instruction, Stop &stop);
  void step_plain(const code::Instruction &instruction, Stop &stop);
  bool step_locals(const code::Instruction &instruction, Stop &stop);
  bool call(const code::Instruction &instruction, Stop &stop);
  bool enter_added(uint32_t index, Stop &stop);
  bool leave(Stop &stop);
  bool jump(uint32_t opener, Stop &stop);
  bool is_circle(uint32_t opener);
  bool skip_decided();
  bool fail(Stop &stop, const char *fault) {
    stop.kind = Stop::kFault;
    stop.fault = fault;
    return true;
  }
  bool has(size_t count) const { return stack.size() - stack_begin_ >= count; }
  TermId pop() { return stack.pop_back_val(); }
  void attempt(Op opcode, Address address, TermId value) {
    attempts.push_back({opcode, place(), address, value});
  }
  uint32_t place() const { return callers_.empty() ? at_ : callers_.front().at; }

  Terms &terms_;
  const Program &program_;
  const Code *code_ = nullptr;
  std::vector<uint32_t> heights_; // by block, loop and if: values on the stack around it
  uint32_t at_ = 0, version_ = 0;
  uint32_t locals_begin_ = 0, stack_begin_ = 0;
  llvm::SmallVector<Caller, 2> callers_; // of added functions, whose bodies are walked through
  bool has_jumped_back_ = false;
  uint32_t num_results_ = 0; // of the body
  uint64_t num_steps_ = 0, max_steps_ = 0;
  struct Round {
    uint32_t opener;
    TermId number; // in local 0
  };
  llvm::SmallVector<Round, 8> rounds_; // jumps back since the last stop
};

} // namespace wald::equivalence

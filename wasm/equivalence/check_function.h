// Whether a new body of a function does what the old one did.
#pragma once

#include "wasm/equivalence/meetings.h"

#include <cstdint>
#include <optional>
#include <string>

namespace wald::equivalence {

struct FunctionPair {
  uint32_t index = 0;             // of the function, in both modules
  uint32_t old_pc_f = 0;          // the number that return addresses into it carry, shifted by 16
  uint32_t pc_f = 0;              // that of the function whose new body this is
  llvm::ArrayRef<uint8_t> params; // types
  uint32_t num_results = 0;
  code::Bytes old_bytes, new_bytes;
};

// The first thing that could not be shown to be the same.
struct Difference {
  uint32_t function = 0;
  uint32_t entry = 0;              // the number in local 0 with which the function was entered
  uint32_t old_at = 0, new_at = 0; // bytes from the beginning of the body
  std::string what;                // "the value stored is another"
  std::string old_text, new_text;
};

// Checks one function after the other; memory is used again.
class FunctionChecker {
public:
  explicit FunctionChecker(const Program &program)
      : program_(program), old_walk_(terms_, program), new_walk_(terms_, program),
        meetings_(terms_, old_walk_, new_walk_) {}

  std::optional<Difference> check(const FunctionPair &pair);
  // Of the last pair: whether the old body stores return addresses that are another function's in
  // the new one. Then the runtime must not see a difference between the two.
  bool has_moved_return_addresses() const { return has_moved_return_addresses_; }
  uint64_t num_steps() const {
    return old_walk_.num_steps() + new_walk_.num_steps() + meetings_.num_steps();
  }

private:
  void enter_at(uint32_t number);
  void enter_before_deferreturn();
  bool one_means_zero() const;
  void begin();
  void walk_on();
  bool follow();
  bool visit_effect(const Stop &before, const Stop &after);
  void note_return_address();
  void enter_after_call();
  void visit_branch(Stop &before, Stop &after);
  void arrive();
  bool may_meet(const Stop &effect) const;
  bool compare_attempts(const Stop &before, const Stop &after);
  bool compare_args(const char *what, const Stop &before, const Stop &after);
  bool compare_globals(const Stop &before, const Stop &after);
  bool differ(const char *what, uint32_t old_at, uint32_t new_at, std::string old_text,
              std::string new_text);
  bool differ(const char *what, const Stop &before, const Stop &after);
  std::string text(const Stop &stop) const;
  void find_offsets(Difference &difference) const;

  const Program &program_;
  Terms terms_;
  Code old_code_, new_code_;
  Walk old_walk_, new_walk_;
  Meetings meetings_;
  const FunctionPair *pair_ = nullptr;
  std::optional<Difference> difference_;

  std::vector<bool> is_entered_;  // by number
  std::vector<uint32_t> entries_; // still to be begun with
  uint32_t entry_ = 0;
  bool is_go_ = false; // of Go's calling convention
  bool has_moved_return_addresses_ = false;
  // Of the last call of this stretch, if nothing is known yet about what follows when it unwinds.
  uint32_t resume_number_ = 0, call_origin_ = 0;
  uint32_t version_ = 0; // changes of memory in this stretch
  // The last effect of this stretch, if it was a store of a constant.
  Address last_address_;
  TermId last_value_ = kNoTerm;
};

} // namespace wald::equivalence

// A decoded body with what a walk through it needs: where its labels lead, and which locals are
// still read from each place on.
#pragma once

#include "wasm/code/decoder.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace wald::equivalence {

// Local 0, in which the number of a block is. Global 0 is the stack pointer.
inline constexpr uint32_t kNumberLocal = 0, kStackGlobal = 0;

// The label of the body itself.
inline constexpr uint32_t kWholeBody = UINT32_MAX;

class Code {
public:
  // Decodes and prepares; says what is wrong with the bytes if they cannot be read. `params` are
  // the types of the function's parameters.
  std::optional<code::DecodeFault> read(code::Bytes bytes, llvm::ArrayRef<uint8_t> params);

  // Replaces calls of each function by calls of its stand-in (Program::stand_ins), and return
  // addresses in `pc_f`, constants that are stored at once, by those in `new_pc_f`.
  struct Renamed {
    bool calls = false, return_addresses = false;
  };
  Renamed rename(llvm::ArrayRef<uint32_t> stand_ins, uint32_t pc_f, uint32_t new_pc_f);

  const code::Body &body() const { return body_; }
  size_t size() const { return body_.code.size(); }
  const code::Instruction &operator[](uint32_t at) const { return body_.code[at]; }
  llvm::ArrayRef<uint8_t> local_types() const { return local_types_; }

  // Of block, loop, if and else: the place of their end. Of br and br_if: the block, loop or if
  // that their label names, or kWholeBody.
  uint32_t match(uint32_t at) const { return match_[at]; }
  // Of an if: where it goes on when its condition is zero.
  uint32_t otherwise(uint32_t if_at) const { return otherwise_[if_at]; }
  // The same for the label of a br_table; the last one for numbers that are too high.
  uint32_t table_match(uint32_t at, uint32_t number) const {
    const code::Instruction &table = body_.code[at];
    uint32_t last = table.value - 1;
    return table_match_[table.index + (number < last ? number : last)];
  }

  // Whether some way from here on reads the local before it is set. Locals from 63 on count as
  // read.
  bool is_live(uint32_t at, uint32_t local) const {
    return live_[at] >> (local < 63 ? local : 63) & 1;
  }

private:
  void match_labels();
  void find_live_locals();
  bool update_live(uint32_t at);
  uint64_t live_at_label(uint32_t opener) const;

  code::Body body_;
  std::vector<uint8_t> local_types_;
  std::vector<uint32_t> match_, otherwise_, table_match_, open_;
  std::vector<uint64_t> live_;
};

} // namespace wald::equivalence

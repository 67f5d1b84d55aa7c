// The shape in which Go's compiler writes a function that can be resumed: numbers (PC_B) go through
// a table to blocks.
//
//     global.get 0; local.set 1          the stack pointer, SP
//     block                              the exit for unwinding: it leads to "i32.const 1; end"
//      loop                              a jump to number n: i32.const n; local.set 0; br to here
//       block … block                    one for each block
//        local.get 0; br_table 0 0 1 2 … number to block
//       end   <block 0>
//       end   <block 1> …                falling out of one is falling into the next
//      end
//      unreachable
//     end
//     i32.const 1; end
//
// Exit and loop are left out where nothing goes there.
#pragma once

#include "wasm/code/body.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace wald::code {

inline constexpr uint32_t kLocalPcB = 0, kLocalSp = 1, kGlobalSp = 0;

// Labels that stand for places of the shape, instead of how many blocks out they are.
inline constexpr uint32_t kUnwindExit = UINT32_MAX, kDispatchExit = UINT32_MAX - 1;

// Why a function stays as it was.
enum class Left : uint8_t {
  kNothing, // it does not
  kUndecodable,
  kNoTable, // one that cannot be resumed: assembly, special calling conventions
  kUnknownShape,
  kUnknownBranch,
  kUnknownUseOfPcB,
  kUnknownReturnAddress,
  kUnbalancedStack,
  kJumpOutOfBlock,
  kIrreducible,
};
inline constexpr unsigned kNumLeft = 10;
const char *left_reason(Left left);

struct Range {
  uint32_t begin, end; // in Body::code
};

struct Dispatch {
  std::vector<Range> blocks;
  // Places of `br_if exit`, of call_indirect, and of instructions with local 0.
  std::vector<uint32_t> unwinding, indirect_calls, uses_of_pc_b;
  llvm::ArrayRef<uint32_t> table; // block by number; the last one is any number above

  uint32_t block_of(uint64_t number) const {
    return number < table.size() ? table[number] : table.back();
  }
};

// Finds the shape in a decoded body, and marks in the instructions what later steps need:
// labels become kUnwindExit and kDispatchExit; in block, loop and if, `index` is the place of the
// end and `extra` says whether a jump is inside.
Left find_dispatch(Body &body, Dispatch &dispatch);

} // namespace wald::code

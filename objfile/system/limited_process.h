// A program that makes bytes of bytes, with limits on what it may take.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wald {

// 0 is no limit of ours; those of the process itself hold for its children, too.
struct ProcessLimits {
  uint32_t cpu_seconds = 0; // of all its threads together; ten times that it may do nothing
  uint32_t data_mib = 0;    // memory that it may write to, without the files that it shares
};

struct FilterRun {
  std::vector<uint8_t> output; // on stdout
  std::string failure;         // why it did not end with status 0: "signal 11: what it said first"
  double cpu_seconds = 0;
};

// Runs words[0] (a path) with `input` as its standard input, and waits. The program ends when this
// process does.
FilterRun run_filter(llvm::ArrayRef<std::string> words, llvm::ArrayRef<uint8_t> input,
                     const ProcessLimits &limits);

} // namespace wald

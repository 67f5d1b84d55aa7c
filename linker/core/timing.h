// Runs the passes and knows what each cost: --stats and --time-trace are made from the same calls
// as the link itself, so that they cannot differ from it.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wald {

struct Context;

class PassTimes {
public:
  // Runs fn(ctx) unless an earlier pass found errors.
  void run(Context &ctx, const char *name, void (*fn)(Context &));
  // Runs it also after errors.
  void run_always(Context &ctx, const char *name, void (*fn)(Context &));
  // Whether the pass has run, and found no error.
  bool has_completed(llvm::StringRef name) const;

  // The table of --stats, on stderr: passes, and under each the tasks that it started.
  void print_stats(const Context &ctx) const;
  // A trace for Chrome's about:tracing or Perfetto: passes on thread 1, tasks
  // of the helper on thread 2. Returns an error message or nothing.
  std::string write_trace(const Context &ctx, const std::string &path) const;

private:
  struct Pass {
    const char *name;
    uint64_t start_ns, wall_ns, cpu_ns;
  };
  std::vector<Pass> passes_;
  size_t num_completed_ = 0; // of these
};

} // namespace wald

// Errors and warnings of a link. Errors are collected and printed at checkpoints, so that a pass
// can go on with a sound value and report everything that is wrong at once.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/Twine.h"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace wald {

// At most so many bytes of a text for a message; the end of a longer one is "…".
std::string cut_text(llvm::StringRef text, size_t most = 4096);

class Diagnostics {
public:
  // The user's mistake, counted; the link fails at the next checkpoint (exit status 2).
  void error(const llvm::Twine &fact, std::vector<std::string> notes = {});
  void error(Problem problem) { error(problem.fact, std::move(problem.notes)); }
  // Input so broken that nothing further makes sense (exit status 1, as the reference's log.Fatal).
  void fatal(const llvm::Twine &fact, std::vector<std::string> notes = {});
  void warn(const llvm::Twine &fact, std::vector<std::string> notes = {});

  bool has_errors() const { return num_errors_ > 0; }
  size_t num_warnings() const { return num_warnings_; } // that have been printed
  bool is_fatal() const { return fatal_; }
  void set_no_limit() { limit_ = warning_limit_ = SIZE_MAX; }

  // Prints what has come up since the last call. Returns true while there was no error.
  bool checkpoint();

private:
  // Broken input can be wrong in a million places, each of which names a long symbol: now and then
  // those that will not be printed are dropped.
  struct List {
    std::vector<Problem> entries;
    size_t num_bytes = 0;
    size_t most_bytes = 16 << 20; // more: time to drop some
    bool has_dropped = false;
  };
  void add(List &list, size_t limit, const llvm::Twine &fact, std::vector<std::string> notes);
  static void drop(List &list, size_t limit);

  std::mutex mutex_;
  List errors_, warnings_;
  std::atomic<size_t> num_errors_ = 0;
  size_t num_printed_ = 0, num_warnings_ = 0;
  size_t limit_ = 20;
  size_t warning_limit_ = 10000; // only where there are too many to keep
  std::atomic<bool> fatal_ = false;
};

} // namespace wald

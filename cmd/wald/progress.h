// What `wald build` shows on a terminal while the go command compiles: how many packages so far,
// and which one now, in a line that is gone in the end.
//
// The go command prints only when something fails. So its stderr goes through wald, which takes the
// line away before it passes anything on:
//
//     go ── stderr ──▶ pipe ──▶ wald's thread ──▶ terminal
//      └─ wald toolexec compile ── a line for each package ──▶ log ─┘
#pragma once

#include "wald/link_log.h"

#include "llvm/ADT/ArrayRef.h"

#include <atomic>
#include <string>
#include <thread>

namespace wald {

inline constexpr char kProgressLog[] = "WALD_PROGRESS_LOG"; // the package of every compilation

// To be called by `wald toolexec` before a tool runs.
void note_compilation(llvm::ArrayRef<std::string> tool_line);

// "[12] encoding/json", cut to so many columns; nothing of an empty log.
std::string progress_line(llvm::StringRef log, size_t columns);

// Shows it from here to the end of its life, in which the programs that this process starts write
// to a pipe as their stderr. Nothing happens where there is none to be had.
class ShownProgress {
public:
  ShownProgress();
  ~ShownProgress();

private:
  void show(int pipe) const;

  LinkLog log_;
  int terminal_ = -1; // stderr as it was
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

} // namespace wald

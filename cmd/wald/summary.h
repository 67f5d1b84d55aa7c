// The last line of wald build on a terminal.
#pragma once

#include "linker/link.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

inline constexpr char kSummaryLog[] = "WALD_SUMMARY_LOG"; // a line for every link by wald

// What a link leaves in that log.
std::string summary_entry(const LinkSummary &link);

// "wald: 2.51 MB, 1935 functions, …"; of what the log has, and how long all took.
std::string summary_line(llvm::StringRef log, double seconds);

} // namespace wald

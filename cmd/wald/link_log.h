// What the links of one go command tell the wald that started it, which sees none of them: lines in
// a temporary file that a variable of the environment names.
#pragma once

#include "objfile/system/temporary_file.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace wald {

inline constexpr char kVerifyLog[] = "WALD_VERIFY_LOG"; // a line for every comparison
inline constexpr char kReportLog[] = "WALD_REPORT_LOG"; // what links with reports print

class LinkLog {
public:
  // Makes the file and sets the variable. False, after saying so, if that fails.
  bool create(const char *variable);
  std::string text() const;

private:
  wasm::TemporaryFile file_;
};

// Nothing happens where nobody reads.
void append_to_log(const char *variable, const llvm::Twine &line);

} // namespace wald

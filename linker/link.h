// The linker as a function: everything that `wald link` does after its options are known.
#pragma once

#include "linker/command_line/options.h"

namespace wald {

// The outcome of a link. kHandOver: the input is well-formed but not something wald links exactly
// (an unknown Go version, for one); nothing was written and a wrapper may run the real linker.
enum class LinkStatus : uint8_t { kOk, kError, kFatal, kHandOver };

struct Context;

struct LinkResult {
  LinkStatus status = LinkStatus::kOk;
  std::string hand_over_reason;     // one line, for kHandOver
  const Context *context = nullptr; // for the functions below; null where nothing was begun
};

// Links and writes options.output. Messages go to stderr as they are found (sorted, at most 20);
// with kHandOver nothing is printed, the caller decides. On any status but kOk no output file of
// this link exists and an earlier one is untouched.
LinkResult link(const LinkOptions &options);

// What the module that such a link writes would import, as MODULE and NAME. Nothing is written or
// printed; nothing is known where the link fails or is not wald's.
std::optional<std::vector<std::pair<std::string, std::string>>>
imports_of_link(const LinkOptions &options);

// Gives back the memory of a link. For processes that make many: one that ends does not need it.
void release(LinkResult &result);

// With kOk only:
// What lies at an address of linear memory, as "symbol+offset"; empty if it is no data of the
// program.
std::string data_symbol_at(const Context &ctx, uint64_t address);
// The name of function n of those that the module defines; empty beyond the program's functions.
std::string function_name_at(const Context &ctx, uint32_t n);

// What wald build says of a link in its last line.
struct LinkSummary {
  uint64_t bytes = 0;
  size_t functions = 0, packages = 0, imports = 0, exports = 0, warnings = 0;
};
LinkSummary summary_of(const Context &ctx);

// The exit status that the reference has for it: 0, 2 (counted errors), 1 (fatal).
int exit_status(LinkStatus status);

} // namespace wald

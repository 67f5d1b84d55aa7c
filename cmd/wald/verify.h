// --verify: links with the reference too and compares the two modules. With --optimize it is proven
// that the functions of both do the same (verify_code.h), and all else is compared.
#pragma once

#include "linker/link.h"
#include "wald/link_log.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

// A line for each comparison (kVerifyLog), so that `wald build --verify` can tell that all are
// verified from "nothing was linked".
inline constexpr char kVerified[] = "identical\n"; // or proven to do the same

// Why the options given cannot be verified, if they cannot.
std::optional<Problem> why_not_verified(const GivenOptions &options);

// Runs the linker `tool` with `command` (whose first `skip` words are wald's own) and compares its
// module with the one that wald has written, which `result` tells of. Returns 0 if they are the
// same, or do the same. Otherwise reports where they differ, keeps both in a new directory, removes
// the output, and returns 2.
int verify_against_reference(llvm::StringRef tool, const ParsedCommand &command, size_t skip,
                             const LinkResult &result);

} // namespace wald

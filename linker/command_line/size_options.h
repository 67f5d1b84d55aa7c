// --size-report, --size-format, --size-baseline, --size-compressed and
// --size-budget, of links and of wald size.
#pragma once

#include "linker/command_line/own_options.h"
#include "linker/size/request.h"
#include "objfile/support/problem.h"

#include <optional>

namespace wald {

// Others are left alone. What is wrong with the value, if anything.
std::optional<Problem> apply_size_option(const GivenOption &given, size::Request &request);

} // namespace wald

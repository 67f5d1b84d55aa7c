// Which data symbols the output has, by group, and in which order within each.
#pragma once

#include "linker/core/context.h"

namespace wald {

using GroupMembers = std::array<std::vector<Member>, kNumGroups>;

// Fills Context::members and Context::groups from what collect_data_symbols has found and what the
// linker has made or changed since.
void complete_data_groups(Context &ctx);

} // namespace wald

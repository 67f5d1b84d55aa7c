// Reachability of definitions by content.
#pragma once

#include "linker/context.h"

namespace wald {

// Gives the symbols by content from entry `first` of ctx.content on their definition and rank, and
// lets every object's own definition of them stand for them. Returns those whose definition is not
// the one that was marked; its auxiliary symbols are still to be marked.
std::vector<SymId> settle_content_symbols(Context &ctx, size_t first);

} // namespace wald

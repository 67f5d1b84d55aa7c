// --map of a link that fails: what was known by then.
#pragma once

#include "linker/core/context.h"

namespace wald {

// Each is known only if those before are.
struct KnownParts {
  bool definitions = false;  // which symbols packages define
  bool live_symbols = false; // which of them the program needs
  bool order = false;        // of functions
  bool addresses = false;    // of data
  bool module = false;       // which has no name
};

void write_map_of_failed_link(Context &ctx, const KnownParts &known);

} // namespace wald

// One function, from its dispatch loop to structured control flow: the steps in their order.
#pragma once

#include "wasm/code/callees.h"
#include "wasm/code/dispatch.h"

namespace wald::code {

// Replaces the body's code, or leaves the body as it was decoded and says why.
Left rebuild_control_flow(const Environment &environment, const Function &function, Body &body);

} // namespace wald::code

// The sizes of a finished module whose objects are not there: what the runtime's tables tell.
#pragma once

#include "linker/inspect/go_module.h"
#include "linker/size/report.h"

namespace wald::size {

// Fills a report that has a name. Its texts are views of the module, which has to outlive it.
void attribute_module(const inspect::GoModule &module, Report &report);

} // namespace wald::size

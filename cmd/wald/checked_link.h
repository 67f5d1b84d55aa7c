// A link and, with --validate, the check of its module, for the commands that link.
#pragma once

#include "linker/link.h"

namespace wald {

// As link(). An invalid module is reported as an error and removed.
LinkResult checked_link(const LinkOptions &options);

} // namespace wald

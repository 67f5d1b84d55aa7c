// Where the archives of packages are looked for without an import configuration.
#pragma once

#include "linker/core/context.h"

#include <string>
#include <vector>

namespace wald {

// Those of -L, then that of GOROOT.
std::vector<std::string> archive_folders(const Context &ctx);

} // namespace wald

// What wald --version says.
#pragma once

#include <string>

namespace wald {

// "wald 0.1.0", and lines with the Go versions that it links and its libraries.
std::string version_text();

} // namespace wald

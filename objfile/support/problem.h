// Something that is wrong, for people to read.
#pragma once

#include <string>
#include <vector>

namespace wald {

struct Problem {
  std::string fact;               // lower case, no full stop
  std::vector<std::string> notes; // the parties, what to do: each a line that begins with ">>> "
};

} // namespace wald

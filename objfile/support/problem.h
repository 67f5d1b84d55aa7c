// Something that is wrong, for people to read.
#pragma once

#include <string>
#include <vector>

namespace wald {

struct Problem {
  std::string fact;               // lower case, no full stop
  std::vector<std::string> notes; // the parties, what to do: a ">>> " line each
};

// All of it as one message, where there is room for no more than a string.
inline std::string message_of(const Problem &problem) {
  std::string message = problem.fact;
  for (const std::string &note : problem.notes)
    message += "\n>>> " + note;
  return message;
}

} // namespace wald

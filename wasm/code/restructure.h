// One function, from its dispatch loop to structured control flow: the steps in their order.
#pragma once

#include "wasm/code/loops.h"

namespace wald::code {

class ControlFlow {
public:
  // Replaces the body's code, or says why not; then the body has to be decoded again.
  Left rebuild(const Environment &environment, const Function &function, Body &body);

private:
  // For the next function, whose lists will be as long.
  Dispatch dispatch_;
  std::vector<ResumePoint> points_;
  FlowGraph graph_;
  Dominators dominators_;
  Loops loops_;
};

} // namespace wald::code

// Says in words why a symbol is live: the chain of references that leads to it.
#pragma once

#include "linker/liveness/causes.h"

#include <string>
#include <vector>

namespace wald {

class Explainer {
public:
  // The causes are those of `ctx`, which has no symbols of the linker's own yet.
  Explainer(const Context &ctx, const Causes &causes) : ctx_(ctx), causes_(causes) {}

  // Lines from the symbol's first cause back to a root; of a method also those of its call, and of
  // the conversion to an interface where that is not what made the type live.
  std::vector<std::string> reasons(SymId id) const;
  // Such lines from a reference on that is a reason, and not the symbol's own cause.
  std::vector<std::string> reasons(const Reference &by) const;
  // References on the chain to a symbol, without the root.
  size_t num_steps(SymId id) const { return causes_.path_to(id).size() - 1; }

  // "main.f (package main, FILE:LINE)", as far as it is known.
  std::string described(SymId id) const;

private:
  std::string step(const Reference &by, llvm::StringRef verb = "") const;
  void add_chain(SymId id, std::vector<std::string> &lines) const;
  void add_other_causes(SymId method, const Cause &cause, bool with_chains,
                        std::vector<std::string> &lines) const;

  const Context &ctx_;
  const Causes &causes_;
};

} // namespace wald

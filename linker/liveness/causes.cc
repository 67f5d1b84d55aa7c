#include "linker/liveness/causes.h"

#include <algorithm>

namespace wald {

void Causes::mark_method(SymId target, const Candidate &method) {
  Cause cause;
  cause.by = {Reference::Kind::kMethod, objfile::kRelocMethodOff, 0, method.type};
  cause.call = method.call;
  switch (method.call) {
  case CallKind::kNotCalled:
    break;
  case CallKind::kThroughInterface:
    cause.call_by = method_calls_.lookup({method.name, number(method.targets[0])});
    break;
  case CallKind::kByName:
    cause.call_by = name_calls_.lookup(method.name);
    break;
  case CallKind::kByReflection:
    cause.call_by = reflection_;
    break;
  }
  causes_.try_emplace(target, cause);
}

std::vector<SymId> Causes::path_to(SymId id) const {
  std::vector<SymId> path;
  for (const Cause *cause = of(id); cause; cause = of(id)) {
    path.push_back(id);
    id = cause->by.from;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request, Causes &causes) {
  return Marker(ctx, causes).run(request);
}

Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request,
                           NearestCauses &causes) {
  return Marker(ctx, causes).run(request);
}

} // namespace wald

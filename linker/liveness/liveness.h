// What a program needs, as a value. It can be asked for more than once, from other roots or under
// other conditions, and leaves the context as it is: what would go if this function were not
// called?
//
// Ask before the linker makes symbols of its own (set_linker_variables): its tables refer to
// everything that was live before.
#pragma once

#include "linker/core/context.h"
#include "objfile/support/problem.h"

namespace wald {

enum class RootKind : uint8_t { kEntry, kUnreachableMethod, kExport, kInitTasks };

struct LivenessRoot {
  SymId id;
  RootKind kind;
};

struct LivenessRequest {
  std::vector<LivenessRoot> roots;
  // Whether a function that looks methods up by reflection keeps all exported ones.
  bool reflection_keeps_methods = true;
  // Those that it may call; none: all. Of the others the types stay.
  const NamePatterns *reflected_methods = nullptr;
  // Taken for symbols that nothing refers to and that refer to nothing.
  std::vector<SymId> left_out;
};

// The roots of the program that is linked.
LivenessRequest request_of_program(const Context &ctx);

struct Liveness {
  // Those of the context, with kReachable, kInIface and kCallsDeferReturn.
  ZeroedArray<uint8_t> attributes;
  std::vector<SymId> package_inits;            // the live package init functions
  std::vector<SymId> linked_types;             // live types with a type link and itabs; some twice
  std::vector<LeftOutMethod> left_out_methods; // that only reflection could call, and may not
  std::vector<Problem> problems;               // of broken objects

  bool is_live(SymId id) const { return attributes[number(id)] & kReachable; }
};

Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request);

class Causes;
// The same, and why (causes.h).
Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request, Causes &causes);

} // namespace wald

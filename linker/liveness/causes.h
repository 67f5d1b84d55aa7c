// Why symbols are live: of each the first cause, so that causes lead back to a root and never in a
// circle. What is visited again (a type that turns out to be in an interface) keeps its first
// cause.
#pragma once

#include "linker/liveness/marker.h"

namespace wald {

// A method takes two things: that its type is in an interface, and that somebody calls it.
struct Cause {
  Reference by; // kMethod: `from` is the method's type, and in_interface() says how it got there
  CallKind call = CallKind::kNotCalled; // of methods
  Reference call_by;                    // the reference to the interface's method, or to the name
};

class Causes {
public:
  // Null for what is not live.
  const Cause *of(SymId id) const { return find(causes_, id); }
  // How a type got into an interface. Null if it did not, or if its object says that it is in one.
  const Reference *in_interface(SymId type) const { return find(in_interface_, type); }
  // From a root to the symbol, by first causes; empty for what is not live.
  std::vector<SymId> path_to(SymId id) const;

  // -- What Marker tells
  static constexpr bool kAsDumped = false;
  static constexpr bool kNearestFirst = false;
  void begin(const Liveness &) { *this = {}; }
  void visit(uint32_t /*object*/) {}
  void mark(SymId id, const Reference &by) { causes_.try_emplace(id, Cause{by, {}, {}}); }
  void mark_method(SymId target, const Candidate &method);
  void put_in_interface(SymId type, const Reference &by) { in_interface_.try_emplace(type, by); }
  void call_method(uint32_t name, SymId type, const Reference &by) {
    method_calls_.try_emplace({name, number(type)}, by);
  }
  void call_by_name(uint32_t name, const Reference &by) { name_calls_.try_emplace(name, by); }
  void call_by_reflection(SymId function) {
    if (reflection_.from == SymId::kNone)
      reflection_.from = function;
  }

private:
  template <typename T> static const T *find(const llvm::DenseMap<SymId, T> &map, SymId id) {
    auto found = map.find(id);
    return found == map.end() ? nullptr : &found->second;
  }

  llvm::DenseMap<SymId, Cause> causes_;
  llvm::DenseMap<SymId, Reference> in_interface_;
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, Reference> method_calls_; // name, function type
  llvm::DenseMap<uint32_t, Reference> name_calls_;
  Reference reflection_{.kind = Reference::Kind::kReloc}; // the function that reflects
};

// The same by distance: path_to() is a shortest chain of references. A method is as far away as the
// later of its causes, so no cause depends on what it is the cause of.
class NearestCauses : public Causes {
public:
  static constexpr bool kNearestFirst = true;
};

Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request,
                           NearestCauses &causes);

} // namespace wald

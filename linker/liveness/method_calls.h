// Which methods are called. A method is a candidate once its type is in an interface; it is called
// through an interface with its name and signature, by its name from generic code, or by
// reflection. Candidates and calls come up in any order.
#pragma once

#include "linker/core/symbol.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/DenseMap.h"

#include <utility>
#include <vector>

namespace wald {

enum class CallKind : uint8_t { kNotCalled, kThroughInterface, kByName, kByReflection };

// A method of a type that is used in an interface; kept if the method turns out to be called.
struct Candidate {
  static constexpr uint32_t kNone = UINT32_MAX;

  SymId type;               // whose method it is
  SymId targets[3] = {};    // method type, function for interface calls, function for direct calls
  uint32_t name = 0;        // interned
  bool is_exported = false; // reflection may call it
  bool is_left_out = false; // it is exported, and the user says that reflection does not call it
  CallKind call = CallKind::kNotCalled; // the first
  // Those before it that wait for the same calls, or kNone.
  uint32_t same_name = kNone, same_method = kNone;
};

class MethodCalls {
public:
  // A number for a name. Names are told apart by where they are first: many relocations may be to
  // one very long name.
  uint32_t intern(StringRef name);
  StringRef text(uint32_t name) const { return texts_[name]; }

  // -- Candidates of one type: added, then named in their order, or dropped.
  size_t num_candidates() const { return candidates_.size(); }
  void add(const Candidate &candidate) { candidates_.push_back(candidate); }
  void drop_from(size_t first) { candidates_.resize(first); }
  void name(size_t index, StringRef name, SymId type, bool is_exported, bool is_left_out);

  // -- Calls. Whether it is the first of its kind.
  bool call(uint32_t name, SymId type);
  bool call_by_name(uint32_t name);
  bool call_all_exported(); // by reflection

  // The candidates that have become called since the last time, in the order in which their types
  // were met.
  std::vector<uint32_t> take_called();
  const Candidate &candidate(uint32_t index) const { return candidates_[index]; }
  // The next candidate that is left out and not called so far, from `index` on; or
  // num_candidates().
  uint32_t next_left_out(uint32_t index) const {
    while (index < candidates_.size() &&
           !(candidates_[index].is_left_out && candidates_[index].call == CallKind::kNotCalled))
      index++;
    return index;
  }

private:
  // What methods are called by: a name, or a name and a function type.
  struct Calls {
    bool is_called = false;
    uint32_t last_waiting = Candidate::kNone;
  };

  bool call(Calls &calls, uint32_t Candidate::*next, CallKind kind);
  void call(uint32_t index, CallKind kind);

  bool all_exported_called_ = false;
  std::vector<Candidate> candidates_;
  std::vector<uint32_t> called_; // not taken yet
  llvm::DenseMap<std::pair<const char *, size_t>, uint32_t> places_;
  objfile::NameMap<uint32_t> interned_;
  std::vector<StringRef> texts_;                                 // by number
  std::vector<Calls> names_;                                     // by interned name
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, Calls> methods_; // name, function type
};

} // namespace wald

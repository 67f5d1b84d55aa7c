// Help with names that do not exist: those that somebody may have meant.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald {

// "did you mean add, adder?" with the nearest of `known`, at most three; empty if none is near.
std::string similar_names(llvm::StringRef wanted, llvm::ArrayRef<llvm::StringRef> known);

// The same as notes of a problem: that one, or none.
std::vector<std::string> similar_notes(llvm::StringRef wanted,
                                       llvm::ArrayRef<llvm::StringRef> known);
std::vector<std::string> similar_notes(llvm::StringRef wanted, llvm::ArrayRef<std::string> known);

// Finds the nearest of names that are tried one after the other, the first one of those equally
// near. Upper and lower case do not count.
class NearestName {
public:
  explicit NearestName(llvm::StringRef wanted);
  // Whether none can be nearer any more, or the name is too short or long for one to be near at
  // all.
  bool is_settled() const { return limit_ == 0; }
  // Whether the name is nearer than all that were tried before.
  bool is_nearer(llvm::StringRef name);

private:
  llvm::StringRef wanted_;
  unsigned limit_; // letters that may differ
};

} // namespace wald

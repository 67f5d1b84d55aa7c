// Help with names that do not exist: those that somebody may have meant.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald {

// "did you mean add, adder?" with the nearest of `known`, at most three; empty if none is near.
std::string similar_names(llvm::StringRef wanted, llvm::ArrayRef<llvm::StringRef> known);

} // namespace wald

// Types with so many relocations that these are searched, and whether they can be.
#pragma once

#include "linker/core/symbol.h"

#include "llvm/ADT/DenseMap.h"

#include <mutex>

namespace wald {

// Each type is looked at once, however often and by whichever thread it is asked for.
class OrderedTypes {
public:
  template <typename Fn> bool contains(SymId type, Fn is_ordered) {
    std::lock_guard lock(mutex_);
    auto [known, is_new] = known_.try_emplace(type, true);
    if (is_new)
      known->second = is_ordered();
    return known->second;
  }

private:
  std::mutex mutex_;
  llvm::DenseMap<SymId, bool> known_;
};

} // namespace wald

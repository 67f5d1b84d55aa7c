// Maps and sets by names that inputs bring. They differ from LLVM's in the hash alone: there
// anybody can choose names that share a bucket, so that each lookup goes through all of them (hash
// flooding); here the key of the hash is random in every process. The order of entries is therefore
// unspecified.
#pragma once

#include "llvm/ADT/StringMap.h"

#include <utility>

namespace wald::objfile {

// SipHash-2-4, with the process's key.
uint32_t name_hash(llvm::StringRef name);

template <typename T> class NameMap : private llvm::StringMap<T> {
  using Base = llvm::StringMap<T>;

public:
  using Base::begin, Base::end, Base::size, Base::empty, Base::clear;
  using typename Base::const_iterator, typename Base::iterator;

  template <typename... Args>
  std::pair<iterator, bool> try_emplace(llvm::StringRef name, Args &&...args) {
    return Base::try_emplace_with_hash(name, name_hash(name), std::forward<Args>(args)...);
  }
  T &operator[](llvm::StringRef name) { return try_emplace(name).first->second; }
  iterator find(llvm::StringRef name) { return Base::find(name, name_hash(name)); }
  const_iterator find(llvm::StringRef name) const { return Base::find(name, name_hash(name)); }
  bool contains(llvm::StringRef name) const { return find(name) != end(); }
  T lookup(llvm::StringRef name) const {
    const_iterator found = find(name);
    return found == end() ? T() : found->second;
  }
};

class NameSet : private NameMap<std::nullopt_t> {
  using Base = NameMap<std::nullopt_t>;

public:
  using Base::contains, Base::size, Base::empty, Base::clear;

  // Whether the name is new.
  std::pair<iterator, bool> insert(llvm::StringRef name) { return try_emplace(name, std::nullopt); }
};

} // namespace wald::objfile

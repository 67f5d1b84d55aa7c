// Go types as the compiler describes them in objects: every type that a package declares has a
// descriptor there, "type:PKG.T", reachable or not (reference: internal/abi/type.go and
// cmd/compile/internal/reflectdata). They are read from the objects through relocations, for a link
// keeps only those that a program uses.
//
// Types that refer to themselves work. Descriptors that are broken, or that disagree with Go's own
// layout, are errors.
#pragma once

#include "directives/gather.h"
#include "directives/types/go_type.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>

namespace wald::directives {

class TypeDescriptors {
public:
  // The objects of a program; types go to `store`.
  TypeDescriptors(llvm::ArrayRef<ProgramObject> objects, GoTypeStore &store);

  // The type that the package declares under the name, or an instance of it: "Point",
  // "Pair[int32]". Null if the package has no descriptor of it: aliases have none, nor most
  // instances of generic types.
  llvm::Expected<const GoType *> find(llvm::StringRef package, llvm::StringRef name);

  // What the package calls itself; empty if no type tells.
  llvm::StringRef package_name(llvm::StringRef package);

  bool has_package(llvm::StringRef package) const { return packages_.contains(package); }

private:
  struct Place {
    const objfile::Object *object = nullptr;
    uint32_t local = 0;
  };
  struct Package {
    std::vector<const objfile::Object *> objects;
    bool is_indexed = false;
    objfile::NameMap<Place> types; // by the text after "type:"
    std::string name;
  };
  class Reader;

  Package *indexed_package(llvm::StringRef path);
  std::optional<Place> resolve(const objfile::Object &from, objfile::SymRef target);
  GoType *node_for(Place place);
  const GoType *runtime_type(llvm::StringRef name);
  const GoType *target_at(const Reader &reader, uint64_t offset);
  const char *fill(Place place, GoType &type);
  const char *fill_fields(const Reader &reader, GoType &type);
  const char *fill_unfilled();

  GoTypeStore &store_;
  objfile::NameMap<Package> packages_;    // by import path
  objfile::NameMap<Package *> by_prefix_; // by the path as it stands in symbols
  llvm::DenseMap<std::pair<const objfile::Object *, uint32_t>, GoType *> known_;
  std::deque<std::pair<Place, GoType *>> unfilled_;
  std::vector<llvm::StringRef> builtins_; // names of symbols by their numbers
  objfile::NameMap<const GoType *> runtime_types_;
  uint64_t num_fields_ = 0;
};

} // namespace wald::directives

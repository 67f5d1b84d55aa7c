// The objects that a module was linked of, and what they say of functions: read from the archives,
// without the linker.
#pragma once

#include "objfile/go_abi.h"
#include "objfile/goobj.h"
#include "objfile/support/name_map.h"
#include "objfile/system/mapped_file.h"

#include "llvm/Support/Error.h"

#include <deque>
#include <string>
#include <vector>

namespace wald::test {

// A symbol's definition.
struct Place {
  const objfile::Object *object = nullptr;
  uint32_t local = 0;
  objfile::Bytes data() const { return object->data(local); }
  llvm::StringRef name() const { return object->name(local); }
};

class ProgramObjects {
public:
  llvm::Error load(llvm::StringRef importcfg, llvm::StringRef main);

  const std::deque<objfile::Object> &objects() const { return objects_; }
  // Definitions of functions with the name. Several packages may have equal ones, and some names
  // are the file's own.
  llvm::ArrayRef<Place> functions(llvm::StringRef name) const;
  // What a reference means: one definition, or by name several. Empty for what nothing defines.
  std::vector<Place> resolve(const objfile::Object &from, objfile::SymRef target) const;

private:
  llvm::Error load_archive(llvm::StringRef package, llvm::StringRef file);
  std::vector<Place> by_name(llvm::StringRef name) const;

  std::deque<objfile::MappedFile> files_;
  std::deque<objfile::Object> objects_;
  // The compiler's object of a package, by its path as it stands in symbols.
  objfile::NameMap<const objfile::Object *> by_package_;
  objfile::NameMap<std::vector<Place>> functions_, others_;
  std::vector<llvm::StringRef> builtins_;
};

// What an object says of one of its functions.
struct FunctionFacts {
  Place place;
  bool has_info = false;
  objfile::FuncInfoView info; // if it has
  objfile::Bytes pcsp, pcfile, pcline, pcinline;
  std::vector<objfile::Bytes> pcdata;
  std::vector<objfile::SymRef> funcdata; // a null reference: none
  uint32_t defer_return = 0;
};
FunctionFacts facts_of(const ProgramObjects &program, Place function);

// A pc table as its runs: end, value. (The tests' own reading of the format.)
std::vector<std::pair<uint32_t, int32_t>> decode_pc_table(objfile::Bytes table);

} // namespace wald::test

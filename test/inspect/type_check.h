// Holds the types and itabs of a finished module against the descriptors in its objects.
#pragma once

#include "inspect/program_objects.h"
#include "linker/inspect/types.h"

#include <map>
#include <string>
#include <vector>

namespace wald::test {

class TypeChecker {
public:
  TypeChecker(const inspect::GoModule &module, const ProgramObjects &program);

  // Up to so many problems, each one line.
  std::vector<std::string> check(size_t most);
  uint64_t num_types() const { return num_types_; }
  uint64_t num_itabs() const { return num_itabs_; }

private:
  // What tells one type from another: text and hash.
  using Key = std::pair<std::string, uint32_t>;
  struct Descriptor;

  void index_objects();
  std::string check_type(const inspect::Type &type) const;
  std::string check_against(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_parts(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_fields(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_interface(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_func(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_methods(const inspect::Type &type, const Descriptor &expected) const;
  std::string check_itab(const inspect::Itab &itab) const;
  bool has_functions(const inspect::Itab &itab, const Descriptor &expected) const;

  bool is_type(uint64_t address, const std::vector<Place> &expected) const;
  bool is_method(uint64_t pc, const std::vector<Place> &expected) const;
  bool is_function(uint64_t pc, const std::vector<Place> &expected) const;
  std::string text_of(Place type) const;

  const inspect::GoModule &module_;
  const ProgramObjects &program_;
  std::map<Key, std::vector<Place>> types_, itabs_; // itabs by "TYPE,INTERFACE" and the type's hash
  std::map<uint64_t, const inspect::Type *> by_address_;
  objfile::NameSet functions_; // of the module, by name
  uint64_t num_types_ = 0, num_itabs_ = 0;
};

} // namespace wald::test

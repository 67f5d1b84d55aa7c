// Type descriptors and itabs of a finished Go module. They are read one by one; what all of them
// refer to can be collected from where the runtime begins: the list of types for reflection, and
// the itabs.
#pragma once

#include "linker/inspect/go_module.h"

namespace wald::inspect {

// A type descriptor. Types that it refers to are addresses, zero for none; texts are views of the
// memory image.
struct Type {
  struct Field {
    llvm::StringRef name, tag;
    bool is_embedded;
    uint64_t type, offset;
  };
  struct Method {
    llvm::StringRef name;
    uint64_t type;                  // of an unreachable method zero, as the next two
    uint64_t interface_pc, code_pc; // for the call through an interface, for others
  };
  struct InterfaceMethod {
    llvm::StringRef name;
    uint64_t type;
  };

  uint64_t address = 0;
  objfile::TypeKind kind = objfile::TypeKind::kInvalid;
  uint64_t size = 0, pointer_bytes = 0;
  uint32_t hash = 0;
  uint8_t flags = 0, alignment = 0, field_alignment = 0;
  llvm::StringRef text; // as reflect prints it: "*main.T"
  llvm::StringRef package_path;
  uint64_t equal = 0;   // address of the function value
  uint64_t gc_data = 0; // address
  uint64_t pointer_to_this = 0;
  uint64_t element = 0, key = 0;
  uint64_t length = 0;      // of an array
  uint64_t direction = 0;   // of a chan
  bool is_variadic = false; // a func
  std::vector<uint64_t> params, results;
  std::vector<Field> fields;
  std::vector<InterfaceMethod> interface_methods;
  std::vector<Method> methods;
  uint64_t descriptor_size = 0; // with the parts that follow it

  bool is_named() const { return flags & objfile::kTypeNamed; }
};

struct Itab {
  uint64_t address;
  uint64_t interface, type; // addresses of descriptors
  uint32_t hash;
  std::vector<uint64_t> functions; // pcs, by method of the interface
};

class TypeReader {
public:
  explicit TypeReader(const GoModule &module);

  // Fails for what is no descriptor: of an unknown kind, with parts outside of the memory, or with
  // more parts than the module has room for. One reader reads so much in all.
  llvm::Expected<Type> read(uint64_t address);

  // The descriptors that reflection finds types by, in the order of their texts.
  llvm::Expected<std::vector<uint64_t>> type_links();
  llvm::Expected<std::vector<Itab>> itabs();
  // All that links and itabs lead to, by address.
  llvm::Expected<std::vector<Type>> all_types();

private:
  struct Part;
  const char *fill(Type &type);
  const char *fill_by_kind(Type &type, uint64_t after);
  const char *fill_func(Type &type, uint64_t params);
  const char *fill_fields(Type &type);
  const char *fill_interface(Type &type);
  const char *fill_methods(Type &type, uint64_t uncommon);
  llvm::Expected<std::vector<uint64_t>> walk_descriptors();
  llvm::Expected<Itab> read_itab(uint64_t address);

  // Names and types at offsets from the beginning of all types; of none empty and zero.
  llvm::StringRef name_at_offset(uint32_t offset);
  uint64_t type_at_offset(uint32_t offset) const;
  objfile::TypeName name_at(uint64_t address);

  const GoModule &module_;
  const MemoryImage &memory_;
  uint64_t types_, types_end_;
  WorkBudget budget_;
};

} // namespace wald::inspect

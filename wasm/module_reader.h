// A reader of finished modules, for dumps and comparisons. It knows the sections and forms that Go
// programs and their tools produce, and makes views: the module's bytes have to outlive it. The
// bytes are not trusted: every error names the offset in the file.
#pragma once

#include "wasm/section_id.h"
#include "wasm/types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald::wasm {

using Bytes = llvm::ArrayRef<uint8_t>;

enum class ExternKind : uint8_t { kFunction, kTable, kMemory, kGlobal, kTag };

const char *section_name(SectionId id); // "type", "code"
const char *extern_kind_name(ExternKind kind);

struct Section {
  SectionId id;
  llvm::StringRef custom_name; // of a custom section
  uint64_t offset;             // of the id byte
  uint64_t payload_offset;     // of the contents, after the size and a custom section's name
  Bytes payload;
};

struct FuncType {
  llvm::SmallVector<ValueType, 8> params;
  llvm::SmallVector<ValueType, 2> results;
  bool operator==(const FuncType &) const = default;
};

struct Limits {
  uint64_t minimum = 0;
  std::optional<uint64_t> maximum;
  bool is_shared = false, is_64 = false;
};

struct Import {
  llvm::StringRef module, name;
  ExternKind kind;
  uint32_t type_index = 0;                // of a function or tag
  Limits limits;                          // of a table or memory
  ValueType value_type = ValueType::kI32; // of a table's elements or a global
  bool is_mutable = false;                // of a global
};

struct Table {
  ValueType element_type;
  Limits limits;
};

struct Global {
  ValueType type;
  bool is_mutable;
  Bytes init; // a constant expression, with its end
};

struct Export {
  llvm::StringRef name;
  ExternKind kind;
  uint32_t index;
};

struct FunctionBody {
  uint64_t offset; // in the file, after the size
  Bytes contents;  // local declarations and code
};

// Whether it has no locals and does nothing but trap.
inline bool is_unreachable(Bytes body) {
  return body.size() == 3 && body[0] == 0 && body[1] == 0 && body[2] == 0x0b;
}

struct ElementSegment {
  uint64_t offset; // in the file
  Bytes contents;
};

struct DataSegment {
  bool is_active;
  bool is_constant; // the address is the constant `address`, not computed from a global
  uint64_t address; // in memory
  uint64_t offset;  // of the contents, in the file
  Bytes contents;
};

// One entry of the producers section: field language, value Go, version go1.27.4.
struct Producer {
  llvm::StringRef field, value, version;
};

struct Module {
  Bytes bytes;
  std::vector<Section> sections; // in file order
  std::vector<FuncType> types;
  std::vector<Import> imports;
  std::vector<uint32_t> functions; // type index of each defined function
  std::vector<Table> tables;
  std::vector<Limits> memories;
  std::vector<Global> globals;
  std::vector<Export> exports;
  std::optional<uint32_t> start;
  std::vector<uint32_t> table_functions; // of the first plain element segment
  std::optional<int64_t> table_base;     // where they begin in the table, if that is a constant
  uint32_t num_element_segments = 0;
  std::vector<FunctionBody> bodies;
  std::vector<DataSegment> data;
  std::vector<llvm::StringRef> names; // by function index, imports included; empty without names
  std::vector<Producer> producers;
  std::string build_id;                     // the text between the quotes of section go:buildid
  std::vector<uint32_t> imported_functions; // type index of each imported function

  uint32_t num_imported_functions() const { return imported_functions.size(); }
  uint32_t num_functions() const { return num_imported_functions() + functions.size(); }
  // The name of a function by its index (imports come first); empty without one.
  llvm::StringRef function_name(uint32_t func_index) const {
    return func_index < names.size() ? names[func_index] : llvm::StringRef();
  }
  // Null for an index that is no function's, or whose type the module lacks.
  const FuncType *function_type(uint32_t func_index) const;
  const Section *find_section(SectionId id) const;
  const Section *find_custom(llvm::StringRef name) const;
};

bool is_module(Bytes bytes);

llvm::Expected<Module> read_module(Bytes bytes);

} // namespace wald::wasm

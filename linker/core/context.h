// Everything one link knows. Passes take a Context and fill the part that their name says.
#pragma once

#include "linker/command_line/options.h"
#include "linker/core/diagnostics.h"
#include "linker/core/helper.h"
#include "linker/core/name_table.h"
#include "linker/core/ordered_types.h"
#include "linker/core/output_plan.h"
#include "linker/core/symbol.h"
#include "linker/core/symbol_values.h"
#include "objfile/goobj.h"
#include "objfile/support/chunked_vector.h"
#include "objfile/support/name_map.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/output_file.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace wald {

// A package: one archive, loaded as a whole.
struct Library {
  StringRef path;   // import path; "main" for the program
  StringRef prefix; // the path as symbol names spell it
  std::string file;
  uint64_t fingerprint = 0;
  std::string fingerprint_from;  // who expects this fingerprint
  std::vector<uint32_t> imports; // in order of mention, with repetitions
  std::vector<uint32_t> objects;
  bool is_main_declared = false; // an object said `main`
};

// One object member of a library.
struct InputObject {
  InputObject(objfile::Object object, uint32_t object_index, uint32_t library_index,
              std::string display_name)
      : obj(object), index(object_index), library(library_index), unit(object_index),
        name(std::move(display_name)) {}

  objfile::Object obj;
  const objfile::MappedFile *file = nullptr; // none for those made for exports
  uint32_t index;                            // in Context::objects
  uint32_t library;
  uint32_t unit;    // the object that shares its file table: itself, but for some made for exports
  std::string name; // FILE(MEMBER)
  bool is_made_for_exports = false; // not a file's: wrappers for --export
  SymId first_symdef = SymId::kNone;
  SymId first_other = SymId::kNone; // of hashed64, hashed and non-package definitions
  // What the local indices after the Symdefs stand for: definitions, then references.
  SymId *others = nullptr;
  // Per PkgIdx entry: that package's Symdefs.
  struct PackageSymbols {
    SymId first = SymId::kNone;
    uint32_t count = 0;
  };
  std::vector<PackageSymbols> packages;
  // The groups that references with a special package number count in, in the order of these:
  // non-package, hashed64 and hashed, which are parts of `others`, and builtin.
  struct LocalGroup {
    const SymId *first = nullptr;
    uint32_t count = 0;
  };
  std::array<LocalGroup, 4> local_groups;

  SymId local_symbol(uint32_t local) const {
    uint32_t num_symdefs = obj.num_symdefs();
    return local < num_symdefs ? first_symdef + local : others[local - num_symdefs];
  }
};

// Attributes of a symbol, bits of one byte, and who sets them.
enum SymbolAttribute : uint8_t {
  kReachable = 1,   // liveness, and what the linker makes
  kUsedInIface = 2, // a type that is in an interface, as objects say
  kMoved = 4,       // move_definition(): it is not the one at the symbol's own position
  kInFuncdata = 8,  // FuncdataTable: stands in go:func.*, and so takes no part in data layout
  kInText = 0x10,   // order_functions: has a place of its own in Context::text
  kInPctab = 0x20,  // PcTables: stands in pctab
  kCallsDeferReturn = 0x40, // liveness
  kInIface = 0x80,          // liveness: a type that it has found to be in an interface
};

// A symbol of a group with what its place depends on.
struct Member {
  uint64_t size;
  SymId id;
  uint32_t alignment;
};

struct Section {
  const char *name = nullptr;
  uint64_t address = 0;
  uint64_t length = 0;
  uint32_t alignment = 1;
  std::vector<Group> groups;
};

class DataCollection;
class Pclntab;
struct ModulePlan;
class BodyTransform;
class ReferenceGraph;

struct LeftOutMethod {
  StringRef name;
  SymId functions[2]; // for calls through interfaces and for direct calls
};

// One range of ids that belongs to one object, for finding the definition at a position.
struct IdRange {
  uint32_t first;
  uint32_t object;
  uint32_t first_local;
};

struct Context {
  explicit Context(const LinkOptions &link_options) : options(link_options) {}

  const LinkOptions &options;
  Diagnostics diag;
  std::string hand_over_reason; // set: stop, this is not for wald
  Helper helper;
  llvm::BumpPtrAllocator arena;
  llvm::StringSaver strings{arena};

  // -- Input: load_packages
  const objfile::GoVersion *version = nullptr;
  StringRef go_version;  // as in the objects' header: go1.27.4
  StringRef header_line; // line 1 of main's object, which all others must repeat
  std::string build_version;
  uint64_t map_extra_bytes = 0; // of map type descriptors; an experiment changes it
  StringRef goos;               // as in that line: wasip1 or js
  OutputPlan plan;              // plan_output
  std::deque<objfile::MappedFile> files;
  std::vector<Library> libraries; // in load order; 0 is main
  objfile::NameMap<uint32_t> library_by_path;
  std::vector<std::unique_ptr<InputObject>> objects; // in load order
  std::set<std::string> sources_read; // Go files by the names that objects have, for --reproduce

  // -- Symbols: resolve_symbols
  uint32_t num_positional = 0; // ids up to this one stand for positions in objects
  uint32_t capacity = 0;       // number of ids that the arrays by id have room for
  std::vector<IdRange> id_ranges;
  std::vector<uint32_t> id_range_index; // of the range that id >> kIdRangeShift starts in
  std::vector<SymId> builtins;
  std::vector<SymId> wasm_exports;           // in load order
  std::vector<Definition> content_functions; // all definitions by content that are code, in order
  ChunkedVector<OwnedSymbol, 128> owned_symbols;
  ChunkedVector<uint32_t> new_symbols; // index in owned_symbols, by id - num_positional - 1
  llvm::DenseMap<uint32_t, Definition> moved;
  // A task, by name, that looks at definitions of objects: until it ends none may move or change.
  const char *definitions_read_by = nullptr;
  llvm::DenseMap<uint32_t, uint32_t> raised_alignment; // where a lost duplicate asked for more
  ZeroedArray<uint8_t> attributes;
  std::unique_ptr<NameTable> names;
  ZeroedArray<SymId> others; // of all objects
  mutable OrderedTypes ordered_types;

  // -- Reachability
  std::vector<std::pair<std::string, std::string>>
      string_values;                                // -X and the linker's own, in order
  std::shared_ptr<const ReferenceGraph> references; // for reports of sizes
  SymId main_inittasks = SymId::kNone;
  std::vector<SymId> package_inits; // the live package init functions
  std::vector<SymId> linked_types;  // live types with a type link and itabs; some twice
  // Methods that only reflection may call and --reflect-methods does not name: their functions, and
  // in make_method_stubs what is called instead, in the order of names.
  std::vector<LeftOutMethod> left_out_methods;
  llvm::DenseMap<SymId, SymId> stub_of_method;
  std::vector<SymId> method_stubs;
  std::vector<SymId> text;           // all functions, in order; function n is text[n]
  std::vector<StringRef> text_names; // of the functions in `text`
  size_t num_reflecting = 0;         // functions that look methods up by reflection (--why-reflect)
  uint64_t first_pc_f = 0;           // PC_F of text[0]
  uint64_t text_start = 0, text_end = 0;

  std::shared_ptr<Pclntab> pclntab;
  // Offsets in moduledata of the words about the type section (Go 1.27).
  struct {
    uint64_t types_length = 0, itabs_offset = 0, itabs_length = 0;
  } module_data_words;

  // -- Layout
  std::shared_ptr<DataCollection> data_collection;
  SymbolValues values;
  GroupTable groups; // set by collect_data_symbols and lay_out_data
  std::array<std::vector<Member>, kNumGroups> members; // in layout order
  std::vector<Section> sections;                       // in address order
  uint64_t data_end = 0;                               // address after everything

  // -- Module
  std::vector<SymId> import_wrappers;     // functions that call an imported one, in text order
  std::vector<FuncIndex> typed_functions; // with a signature of their own, in order
  std::array<uint32_t, kNumGroups> section_of_group;
  std::shared_ptr<const ModulePlan> module;
  std::shared_ptr<BodyTransform> bodies;  // as the plan says; none: bodies as they were compiled
  uint64_t bodies_cpu_ns = 0;             // that it took
  uint64_t module_size = 0;               // of the file
  std::unique_ptr<wasm::OutputFile> file; // written, but without its name until commit_module

  bool ok() const { return !diag.has_errors() && hand_over_reason.empty(); }
};

} // namespace wald

// A reader of finished Go modules: what the runtime of the program will find in them, read from the
// bytes of the module alone. It works without a name section, and for modules that wald did not
// write.
//
// Found without symbols: a header of pclntab by its first bytes, and a moduledata by its first
// word, the address of that header, and by fields that agree with each other as those of one Go
// version do. From there on everything is reached as the runtime reaches it: moduledata says where
// tables are, not the header.
//
//     memory image ── moduledata ┬─ ftab ── records ┬─ funcnametab
//                                ├─ findfunctab     ├─ pctab: pcsp, pcfile, pcline, pcdata
//                                │                  ├─ cutab ── filetab
//                                │                  └─ funcdata: stack maps, inline tree, …
//                                └─ types: descriptors, itabs (types.h)
//
// The bytes are not trusted. open() follows every table of every function once; what it lets pass
// can be read later without errors, and takes no more time or memory than the size of the module
// justifies. Whether it all makes sense is for verify() (verify.h).
//
// What cannot be known: names and places of variables; types that only code mentions; the size of
// some kinds of funcdata; resume points that no pc table tells of.
#pragma once

#include "linker/inspect/build_info.h"
#include "linker/inspect/pc_table.h"
#include "objfile/go_abi.h"

#include <vector>

namespace wald::inspect {

class GoModule;

// Work that bytes can ask for: so much for each byte that the module has, and a little for small
// ones.
class WorkBudget {
public:
  explicit WorkBudget(const MemoryImage &memory, double units_per_byte)
      : left_((1 << 16) + uint64_t(units_per_byte * memory.num_initialized())) {}
  bool charge(uint64_t units) {
    bool is_enough = units <= left_;
    left_ = is_enough ? left_ - units : 0;
    return is_enough;
  }

private:
  uint64_t left_;
};

// A call that the compiler inlined into a function.
struct InlinedCall {
  llvm::StringRef name; // of the function that was called
  uint8_t func_id;
  int32_t parent_pc; // resume point that stands for the place of the call
  int32_t start_line;
};

// One function of the program as the runtime's tables describe it: a view, cheap to copy.
class Function {
public:
  uint32_t index() const { return index_; } // in functab
  // The pc of its beginning, and its slot in the table of functions (PC_F).
  uint64_t entry_pc() const { return uint64_t(slot()) << objfile::kPcBits; }
  uint32_t slot() const;
  // The function's number in the module; nothing if the table has no such slot.
  std::optional<uint32_t> wasm_function() const;
  llvm::StringRef name() const;

  uint32_t args() const { return word(objfile::pclntab_layout::kArgs); }
  uint32_t defer_return() const { return word(objfile::pclntab_layout::kDeferReturn); }
  int32_t start_line() const { return int32_t(word(objfile::pclntab_layout::kStartLine)); }
  uint32_t unit() const { return word(objfile::pclntab_layout::kUnit); } // where it begins in cutab
  uint8_t func_id() const { return record_[objfile::pclntab_layout::kFuncId]; }
  uint8_t flags() const { return record_[objfile::pclntab_layout::kFuncFlags]; }
  // As the record has it, which is the entry of functab if all is well.
  uint32_t recorded_entry() const { return word(objfile::pclntab_layout::kEntry); }

  // -- By resume point (PC_B)
  // One more than the last that a pc table has a value for.
  uint32_t num_resume_points() const;
  PcRuns pcsp() const { return table(word(objfile::pclntab_layout::kPcsp)); }
  PcRuns pcfile() const { return table(word(objfile::pclntab_layout::kPcfile)); }
  PcRuns pcline() const { return table(word(objfile::pclntab_layout::kPcline)); }
  uint32_t num_pcdata() const { return word(objfile::pclntab_layout::kNumPcdata); }
  // No runs for a kind that it lacks.
  PcRuns pcdata(uint32_t kind) const;
  // Empty where the runtime would say "?".
  llvm::StringRef file_at(uint32_t pc_b) const;
  llvm::StringRef file(int32_t number) const; // by a value of pcfile()
  std::optional<int32_t> line_at(uint32_t pc_b) const { return value_at(pcline(), pc_b); }

  // -- Funcdata
  uint32_t num_funcdata() const { return record_[objfile::pclntab_layout::kNumFuncdata]; }
  // The offset in the record; none for a kind that it lacks or has nothing of.
  std::optional<uint32_t> funcdata_offset(uint32_t kind) const;
  std::optional<uint64_t> funcdata_address(uint32_t kind) const;
  // Its bytes as far as the bytes themselves tell where they end (all but kArgLiveInfo, which then
  // is one byte). Nothing without, or if they are broken.
  std::optional<Bytes> funcdata(uint32_t kind) const;

  // -- Inlined calls: all that pcs and other calls refer to.
  uint32_t num_inlined_calls() const;
  InlinedCall inlined_call(uint32_t i) const;
  // The calls that a resume point is in, the innermost first. None if the tree has a cycle.
  std::vector<uint32_t> inlined_calls_at(uint32_t pc_b) const;

private:
  friend class GoModule;
  Function(const GoModule &module, uint32_t index, const uint8_t *record)
      : module_(&module), index_(index), record_(record) {}
  uint32_t word(uint64_t at) const { return objfile::load<uint32_t>(record_ + at); }
  PcRuns table(uint32_t offset) const;

  const GoModule *module_;
  uint32_t index_;
  const uint8_t *record_;
};

class GoModule {
public:
  struct Slice {
    uint64_t address, length, capacity; // in elements
  };

  // `module` has to outlive the result.
  static llvm::Expected<GoModule> open(const wasm::Module &module);

  const wasm::Module &wasm() const { return *wasm_; }
  const MemoryImage &memory() const { return memory_; }
  const objfile::GoVersion &version() const { return *version_; }
  // What the producers section says ("go1.27.4"); empty without one, when only the shape of the
  // tables tells the version.
  llvm::StringRef producer() const { return producer_; }
  const BuildInfo &build_info() const { return build_info_; }

  // -- moduledata
  uint64_t module_data_address() const { return module_data_; }
  bool has(objfile::ModuleField field) const { return layout_.has(field); }
  // Zero for fields that the version lacks.
  uint64_t word(objfile::ModuleField field) const;
  Slice slice(objfile::ModuleField field) const;
  uint64_t header_word(uint64_t offset) const; // of pclntab's header, by pclntab_layout

  // -- Functions, in the order of their entries
  uint32_t num_functions() const { return num_functions_; }
  Function function(uint32_t i) const;
  // As functab has it: PC_F, or in Go 1.24 the pc. There is one more entry than functions.
  uint32_t index_entry(uint32_t i) const;
  // The number of the function that has the pc, found as the runtime finds it, and right only if
  // findfunctab is. Nothing where the runtime finds none or would read outside of the tables. Adds
  // the steps it took, if asked.
  std::optional<uint32_t> find_function(uint64_t pc, uint64_t *num_steps = nullptr) const;
  // findfunctab: a bucket of pcs after the other. As many as pcs ask for; nothing beyond the
  // memory.
  struct Bucket {
    uint32_t function;
    static constexpr size_t kNumParts = 16;
    std::array<uint8_t, kNumParts> finer; // to be added, by part of the bucket
    bool operator==(const Bucket &) const = default;
  };
  uint64_t num_buckets() const;
  std::optional<Bucket> bucket(uint64_t i) const;
  MemoryImage::Extent find_index() const; // where it lies
  // How functab would have the pc.
  uint32_t text_offset(uint64_t pc) const;
  // And back: of offsets in functab and in type descriptors.
  uint64_t pc_of_text_offset(uint32_t offset) const;

  // -- Tables as a whole: offsets of file names by unit and file; the names, each with its NUL.
  Bytes unit_files() const { return unit_files_; }
  Bytes files() const { return files_; }

  // Of map types, beyond what all types have.
  uint64_t map_extra_bytes() const { return map_extra_bytes_; }

private:
  friend class Function;
  GoModule(const wasm::Module &module, MemoryImage memory)
      : wasm_(&module), memory_(std::move(memory)), layout_(*objfile::find_go_version(24)) {}

  llvm::Error find_version();
  llvm::Error find_module_data();
  llvm::Error check_tables();
  llvm::Error check_function(uint32_t index, WorkBudget &budget);
  const char *check_record(uint32_t index, WorkBudget &budget);
  const char *check_pc_table(uint32_t offset, WorkBudget &budget, uint32_t &num_pcs) const;
  const char *check_inline_tree(const Function &function, WorkBudget &budget,
                                uint32_t &count) const;

  // The NUL-terminated text in a table of them; nothing if there is none.
  static std::optional<llvm::StringRef> text_in(Bytes table, uint64_t offset);
  llvm::StringRef text_of(Bytes table, uint64_t offset) const {
    return text_in(table, offset).value_or("");
  }

  const wasm::Module *wasm_;
  MemoryImage memory_;
  const objfile::GoVersion *version_ = nullptr;
  llvm::StringRef producer_;
  BuildInfo build_info_;
  uint64_t map_extra_bytes_ = 0;
  objfile::ModuleDataLayout layout_;
  uint64_t module_data_ = 0;

  // The tables, each checked to lie in the memory.
  Bytes names_, unit_files_, files_, pc_tables_, records_, index_;
  uint32_t num_functions_ = 0;
  struct Extra {
    uint32_t num_resume_points, num_inlined_calls;
  };
  std::vector<Extra> extras_; // by function
};

} // namespace wald::inspect

// The tables by which the runtime finds, for a program counter, the function, file, line, stack
// maps and inlined calls (ref: cmd/link/internal/ld/pcln.go; reader: runtime/symtab.go).
//
// Six tables, one behind the other: the header, function names, file names by unit, file names, pc
// tables, and the functions' records. A unit is an object; the pc tables of the compiler are shared
// by content and copied as they are. From Go 1.26 on funcdata follows, and the index that finds the
// function's record for a pc.
//
// Before data layout only sizes and offsets are worked out. The bytes are made when the data
// section is written, straight into it.
#pragma once

#include "linker/core/content_table.h"
#include "linker/core/symbols.h"
#include "linker/tables/func_info.h"
#include "objfile/support/name_map.h"

namespace wald {

class Relocator;

// Numbers of the format (reference: internal/abi/symtab.go, runtime/symtab.go).
namespace pclntab {
inline constexpr uint32_t kNoOffset = UINT32_MAX;
inline constexpr uint32_t kPcdataInlineTree = 2;
inline constexpr uint32_t kFuncdataArgsMaps = 0, kFuncdataInlineTree = 3, kFuncdataArgInfo = 5;
inline constexpr uint64_t kInlineNodeSize = 16;
inline constexpr uint64_t kHeaderSize = 72;
inline constexpr uint64_t kRecordSize = 44; // of a function, without pcdata and funcdata
// findfunctab: a bucket of pcs is a function and 16 finer indices of one byte.
inline constexpr uint64_t kBucketPcs = 4096, kSubbucketPcs = 256;
inline constexpr uint64_t kBucketSize = 20;
inline constexpr uint64_t kBucketsPerFunction = 16;
} // namespace pclntab

class Pclntab final : public TableSource {
public:
  explicit Pclntab(Context &ctx);

  // Makes the symbols of the tables, in the order in which the reference makes them.
  void arrange();
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;

  SymId header = SymId::kNone, find_index = SymId::kNone;
  // funcnametab, cutab, filetab, pctab, functab
  std::array<SymId, 5> tables{};
  uint64_t num_functions() const { return functions_.size(); }

private:
  // Parts as TableSource numbers them; kInlineTree + n is the inline tree of function n.
  enum Part : uint32_t {
    kHeader,
    kNames,
    kUnitFiles,
    kFiles,
    kPcTables,
    kFunctions,
    kFuncdata,
    kFindIndex,
    kInlineTree
  };

  static constexpr uint32_t kNoName = UINT32_MAX;

  // One function of the text with all that the tables need of it.
  struct Function {
    SymId id = SymId::kNone;
    uint32_t unit = UINT32_MAX; // object index
    uint32_t name = kNoName;    // index in names_
    FuncInfo info;
    uint32_t pcsp = 0, pcfile = 0, pcline = 0, pcinline = 0; // in pctab
    uint32_t first_pcdata = 0, num_pcdata = 0;               // in pcdata_
    uint32_t first_funcdata = 0, num_funcdata = 0;           // in funcdata_
    uint32_t record_offset = 0;                              // in functab
    uint32_t inline_tree_offset = 0;                         // in go:func.*, from Go 1.26 on
  };

  // A pc table of more than a few bytes.
  struct PcTable {
    ContentHash hash;
    uint32_t offset; // in pctab
  };

  // A name in funcnametab.
  struct Name {
    StringRef text;
    uint32_t offset;
  };

  // What inline trees say of a function.
  struct Inlined {
    bool is_known, is_valid;
    uint8_t func_id;
    uint32_t start_line;
  };

  // Files of a unit that functions of the text mention.
  struct Unit {
    uint32_t first_entry = 0;      // in cutab
    std::vector<uint32_t> offsets; // in filetab, by file index
    uint64_t charged_bytes = 0;    // of names, of inline trees, of records of directives
    bool is_used = false;
  };

  // A part of go:func.*: the data of a symbol, or the inline tree of a function.
  struct FuncdataEntry {
    SymId id; // kNone: an inline tree
    uint32_t function;
    uint32_t alignment;
    uint32_t order; // of first use
    uint32_t offset;
    uint32_t size;
  };

  bool funcdata_is_here() const { return ctx_.version->funcdata_in_pclntab; }
  SymId make_table(StringRef name, Part part, uint32_t alignment, Group group = Group::kPclntab);
  void set_size(SymId table, uint64_t size);

  void collect_functions();
  void collect_aux(Function &function, uint32_t index, Definition from);
  SymId inlined_function(const Function &function, uint32_t node) const;
  // Offsets in pctab.
  llvm::ArrayRef<uint32_t> pcdata(const Function &function) const {
    return llvm::ArrayRef(pcdata_).slice(function.first_pcdata, function.num_pcdata);
  }
  llvm::ArrayRef<SymId> funcdata(const Function &function) const {
    return llvm::ArrayRef(funcdata_).slice(function.first_funcdata, function.num_funcdata);
  }
  uint32_t add_pc_table(const InputObject &object, objfile::SymRef ref);
  uint32_t append_pc_table(Bytes table);
  bool is_table(SymId id) const;

  void arrange_names();
  void add_name(SymId function, uint32_t unit);
  uint32_t name_of_function(SymId function) const; // index in names_
  // Of a function in the text.
  uint64_t index_of(SymId function) const {
    return (value_of(ctx_, function) >> 16) - ctx_.first_pc_f;
  }
  void arrange_files();
  void add_files(const Function &function);
  void add_file(uint32_t unit_index, uint32_t file);
  bool charge(uint32_t unit_index, uint64_t num_bytes);
  template <typename T>
  void list_directive(std::vector<T> &list, T item, const InputObject &object,
                      objfile::SymRef record);
  static void report_fault(const InputObject &object, const char *what);
  std::string expand_file_name(StringRef name) const;
  void arrange_inline_trees();
  void arrange_functions();
  void arrange_funcdata();
  void arrange_find_index();

  bool is_ignored(const Function &function, uint32_t slot, SymId data) const;
  static uint32_t num_pcdata_slots(const Function &function);
  uint32_t entry_pc(uint64_t index) const;
  uint32_t end_pc() const;
  uint32_t defer_return_of(SymId function) const;
  uint32_t funcdata_offset(const Function &function, uint32_t slot) const;

  void write_header(uint8_t *at) const;
  void write_names(wasm::DataSink &out) const;
  void write_pc_tables(wasm::DataSink &out) const;
  void write_functions(wasm::DataSink &out) const;
  void write_record(const Function &function, uint64_t index, uint8_t *record) const;
  void write_funcdata(const Relocator &relocator, wasm::DataSink &out) const;
  void write_find_index(wasm::DataSink &out) const;
  void write_inline_tree(const Function &function, uint8_t *at) const;
  const Inlined &inlined(SymId function) const;

  Context &ctx_;
  std::vector<Function> functions_;
  std::vector<uint32_t> pcdata_; // of all functions: offsets in pctab
  std::vector<SymId> funcdata_;  // of all functions
  std::vector<Name> names_;      // in order
  // Index in names_ of functions that are not in the text, but inlined somewhere.
  llvm::DenseMap<SymId, uint32_t> inlined_only_;
  mutable std::vector<Inlined> inlined_; // by index in names_, filled when first asked for
  std::vector<Unit> units_;              // by object
  std::vector<uint32_t> unit_order_;     // of those in use
  std::vector<uint8_t> unit_files_, files_;
  objfile::NameMap<uint32_t> file_offsets_; // by name in the objects
  ContentTable<PcTable> pc_table_by_hash_;
  std::vector<Bytes> pc_tables_; // what pctab consists of, in order
  std::vector<FuncdataEntry> funcdata_entries_;
  SymId defer_return_;
  uint64_t names_size_ = 0, pc_tables_size_ = 1;
  uint64_t find_index_size_ = 0, num_buckets_ = 0;
};

} // namespace wald

// The tables by which the runtime finds, for a program counter, the function, file, line, stack
// maps and inlined calls (ref: cmd/link/internal/ld/pcln.go; reader: runtime/symtab.go). How they
// hang together is drawn in `../README.md`; each has a file of its own. Here they are put in order
// and become symbols.
//
// Before data layout only sizes and offsets are worked out. The bytes are made when the data
// section is written, straight into it.
#pragma once

#include "linker/tables/pclntab/file_tables.h"
#include "linker/tables/pclntab/find_func_table.h"
#include "linker/tables/pclntab/func_names.h"
#include "linker/tables/pclntab/func_table.h"
#include "linker/tables/pclntab/funcdata.h"
#include "linker/tables/pclntab/header.h"
#include "linker/tables/pclntab/inline_trees.h"
#include "linker/tables/pclntab/pc_tables.h"

#include <functional>

namespace wald {

// Which class makes a table where there is a choice.
struct PclntabVariants {
  std::function<std::unique_ptr<Funcdata>(Context &, const FunctionFacts &, const InlineTrees &)>
      funcdata;
  std::function<std::unique_ptr<FindFuncTable>(Context &, const FunctionFacts &)> find_functions;

  // What the reference writes for this Go version.
  static PclntabVariants reference(const objfile::GoVersion &version);
  // What the plan asks for.
  static PclntabVariants planned(const Context &ctx);
};

class Pclntab {
public:
  Pclntab(Context &ctx, const PclntabVariants &variants);
  Pclntab(const Pclntab &) = delete;
  Pclntab &operator=(const Pclntab &) = delete;

  // The two passes that fill it.
  void collect();
  void arrange();

  const FunctionFacts &facts() const { return facts_; }
  uint64_t num_functions() const { return facts_.functions().size(); }

  // A table with its symbol, in the order in which these are made.
  struct Table {
    StringRef name; // the symbol's
    SymId symbol;
    const RuntimeTable *table;
  };
  llvm::ArrayRef<Table> tables() const { return tables_; }

  // Their symbols, for moduledata.
  SymId header = SymId::kNone, find_functions = SymId::kNone;
  // funcnametab, cutab, filetab, pctab, functab: what the header points to.
  std::array<SymId, 5> parts{};

private:
  SymId define(KnownSymbol symbol, const RuntimeTable &table, uint32_t alignment,
               Group group = Group::kPclntab);
  void arrange_names();
  void arrange_funcdata();
  void arrange_find_functions();
  void set_sizes();

  Context &ctx_;
  ObjectBudget budget_;
  FunctionFacts facts_;
  PclntabHeader header_;
  FuncNames names_;
  FileNames files_;
  UnitFiles unit_files_;
  PcTables pc_tables_;
  InlineTrees inline_trees_;
  std::unique_ptr<Funcdata> funcdata_;
  FuncTable functions_;
  std::unique_ptr<FindFuncTable> find_functions_;
  std::vector<Table> tables_;
};

} // namespace wald

// What the objects say of the functions of the text, read once for all tables.
#pragma once

#include "linker/core/func_value.h"
#include "linker/core/symbols.h"
#include "linker/tables/pclntab/object_budget.h"
#include "objfile/go_abi.h"

namespace wald {

class PcTables;
class UnitFiles;

struct Function {
  static constexpr uint32_t kNoUnit = ObjectBudget::kNobody;

  SymId id = SymId::kNone;
  uint32_t unit = kNoUnit;    // the object whose file table it uses; none for the linker's own
  objfile::FuncInfoView info; // its lists: files, inlined calls
  // The rest of it, for it lies far from here. Zero for a function without.
  uint32_t args = 0, start_line = 0;
  uint8_t func_id = 0, flags = 0;
  PctabOffset pcsp{}, pcfile{}, pcline{}, pcinline{};
  uint32_t first_pcdata = 0, num_pcdata = 0;
  uint32_t first_funcdata = 0, num_funcdata = 0;

  bool has_inlined_calls() const { return info.num_inline_nodes() != 0; }
};

// What the objects say of a function, of the text or inlined. Nothing as below, and for kNone.
std::optional<objfile::FuncInfoView> func_info_of(const Context &ctx, SymId function);

// The FuncInfo of a symbol that holds one. Nothing, and a fault of its object, if it is cut short.
std::optional<objfile::FuncInfoView> read_func_info(const Context &ctx, SymId func_info);

class FunctionFacts {
public:
  FunctionFacts(const Context &ctx, ObjectBudget &budget) : ctx_(ctx), budget_(budget) {}

  // Tables are numbered on the way: pc tables, which are what functions have most of, by their
  // offset, and files, as their lists have just been read.
  void collect(PcTables &pc_tables, UnitFiles &files);

  llvm::ArrayRef<Function> functions() const { return functions_; } // by FuncIndex
  llvm::ArrayRef<PctabOffset> pcdata(const Function &function) const {
    return llvm::ArrayRef(pcdata_).slice(function.first_pcdata, function.num_pcdata);
  }
  // kNone: nothing in this slot. The slot for the inline tree, which the linker makes, is there if
  // the function has inlined calls.
  llvm::ArrayRef<SymId> funcdata(const Function &function) const {
    return llvm::ArrayRef(funcdata_).slice(function.first_funcdata, function.num_funcdata);
  }
  // A pc table (kPcsp, kPcfile) as the object has it, empty without one. It is looked for anew.
  Bytes pc_table(const Function &function, objfile::AuxKind kind) const;
  // The function called by an inlined call, or kNone.
  SymId callee(const Function &function, uint32_t node) const;

  // Records of go:wasmimport and of types of exports. These are few.
  struct DirectiveRecord {
    FuncIndex function;
    objfile::AuxKind kind;
    SymId record;
  };
  llvm::ArrayRef<DirectiveRecord> directive_records() const { return directive_records_; }

private:
  void collect_function(Function &function, Definition from, PcTables &pc_tables);
  bool read_info(Function &function, SymId func_info);

  const Context &ctx_;
  ObjectBudget &budget_;
  std::vector<Function> functions_;
  std::vector<PctabOffset> pcdata_;
  std::vector<SymId> funcdata_;
  std::vector<DirectiveRecord> directive_records_;
};

} // namespace wald

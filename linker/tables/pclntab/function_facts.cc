#include "linker/tables/pclntab/function_facts.h"

#include "linker/tables/pclntab/file_tables.h"
#include "linker/tables/pclntab/pc_tables.h"

namespace wald {

using objfile::AuxKind;

std::optional<objfile::FuncInfoView> read_func_info(const Context &ctx, SymId func_info) {
  if (func_info == SymId::kNone)
    return std::nullopt;
  SymbolView symbol(ctx, func_info);
  Bytes data = symbol.data();
  std::optional<objfile::FuncInfoView> info = objfile::FuncInfoView::parse(data);
  if (!info && !symbol.is_owned())
    symbol.object().obj.report_fault("function information cut short", data.data());
  return info;
}

std::optional<objfile::FuncInfoView> func_info_of(const Context &ctx, SymId function) {
  if (function == SymId::kNone)
    return std::nullopt;
  return read_func_info(ctx, SymbolView(ctx, function).aux(AuxKind::kFuncInfo));
}

void FunctionFacts::collect(PcTables &pc_tables, UnitFiles &files) {
  functions_.reserve(ctx_.text.size());
  pcdata_.reserve(4 * ctx_.text.size());
  funcdata_.reserve(5 * ctx_.text.size());
  for (SymId id : ctx_.text) {
    Function &function = functions_.emplace_back();
    function.id = id;
    Definition from = SymbolView(ctx_, id).origin();
    if (from.is_owned())
      continue;
    collect_function(function, from, pc_tables);
    if (ctx_.plan.has_lines)
      files.add(function);
  }
}

void FunctionFacts::collect_function(Function &function, Definition from, PcTables &pc_tables) {
  const InputObject &object = *ctx_.objects[from.object];
  function.unit = object.unit;
  bool has_info = false;
  objfile::SymRef pcsp{}, pcfile{}, pcline{}, pcinline{};
  llvm::SmallVector<objfile::SymRef, 8> pcdata_refs;
  function.first_pcdata = pcdata_.size();
  function.first_funcdata = funcdata_.size();
  for (objfile::AuxRecord aux : object.obj.auxes(from.local)) {
    switch (aux.kind()) {
    case AuxKind::kFuncInfo:
      has_info = read_info(function, resolve(ctx_, object, aux.target()));
      break;
    case AuxKind::kPcsp:
      pcsp = aux.target();
      break;
    case AuxKind::kPcfile:
      pcfile = aux.target();
      break;
    case AuxKind::kPcline:
      pcline = aux.target();
      break;
    case AuxKind::kPcinline:
      pcinline = aux.target();
      break;
    case AuxKind::kPcdata:
      pcdata_refs.push_back(aux.target());
      break;
    case AuxKind::kFuncdata:
      funcdata_.push_back(resolve(ctx_, object, aux.target()));
      break;
    case AuxKind::kWasmImport:
    case AuxKind::kWasmType:
      directive_records_.push_back(
          {FuncIndex(functions_.size() - 1), aux.kind(), resolve(ctx_, object, aux.target())});
      break;
    default:
      break;
    }
  }
  if (!has_info) {
    funcdata_.resize(function.first_funcdata);
    return;
  }
  function.pcsp = pc_tables.add(object, pcsp);
  // Frame sizes and stack maps may be the same bytes: only these two lists lose their place.
  if (ctx_.plan.has_lines) {
    function.pcfile = pc_tables.add(object, pcfile);
    function.pcline = pc_tables.add(object, pcline);
  }
  for (objfile::SymRef ref : pcdata_refs)
    pcdata_.push_back(pc_tables.add(object, ref));
  function.num_pcdata = pcdata_refs.size();
  function.num_funcdata = funcdata_.size() - function.first_funcdata;
  if (function.num_funcdata > UINT8_MAX)
    report_fault(object, "more funcdata than a function can have");
  if (!function.has_inlined_calls())
    return;
  function.pcinline = pc_tables.add(object, pcinline);
  for (; function.num_funcdata <= objfile::funcdata::kInlineTree; function.num_funcdata++)
    funcdata_.push_back(SymId::kNone);
}

// Whether there is one.
bool FunctionFacts::read_info(Function &function, SymId func_info) {
  std::optional<objfile::FuncInfoView> info = read_func_info(ctx_, func_info);
  if (!info)
    return false;
  function.info = *info;
  function.args = info->args();
  function.start_line = ctx_.plan.has_lines ? info->start_line() : 0;
  function.func_id = info->func_id();
  function.flags = info->flags();
  budget_.charge(function.unit,
                 info->num_inline_nodes() * objfile::pclntab_layout::kInlineNodeSize);
  return true;
}

Bytes FunctionFacts::pc_table(const Function &function, AuxKind kind) const {
  Definition from = SymbolView(ctx_, function.id).origin();
  if (from.is_owned())
    return {};
  const InputObject &object = *ctx_.objects[from.object];
  for (objfile::AuxRecord aux : object.obj.auxes(from.local))
    if (aux.kind() == kind)
      return PcTables::contents(ctx_, object, aux.target());
  return {};
}

SymId FunctionFacts::callee(const Function &function, uint32_t node) const {
  objfile::FuncInfoView::InlineNode call = function.info.inline_node(node);
  return resolve(ctx_, *ctx_.objects[function.unit], {call.function_package, call.function_index});
}

} // namespace wald

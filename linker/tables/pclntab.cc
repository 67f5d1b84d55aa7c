// What pclntab consists of and where everything in it stands.
#include "linker/tables/pclntab.h"

#include "linker/core/go_path.h"
#include "linker/core/passes.h"
#include "linker/layout/layout.h"
#include "linker/tables/func_value.h"

#include <algorithm>

namespace wald {

using namespace pclntab;
using objfile::AuxKind;

Pclntab::Pclntab(Context &ctx)
    : ctx_(ctx), units_(ctx.objects.size()), defer_return_(known(ctx, KnownSymbol::kDeferReturn)) {}

void Pclntab::arrange() {
  collect_functions();
  SymId all = define_symbol(ctx_, KnownSymbol::kPclntab, Group::kMarker).id;
  set_attribute(ctx_, all, kSpecial);
  ctx_.group[number(all)] = Group::kMarker;
  header = make_table(KnownSymbol::kPcHeader, kHeader, 8);
  set_size(header, kHeaderSize);
  arrange_names();
  if (!ctx_.ok())
    return;
  arrange_files();
  tables[3] = make_table(KnownSymbol::kPcTab, kPcTables, 1);
  set_size(tables[3], pc_tables_size_);
  if (!funcdata_is_here())
    arrange_inline_trees();
  arrange_functions();
  if (funcdata_is_here())
    arrange_funcdata();
  arrange_find_index();
}

// A table that the pclntab section will hold. The reference gives alignments from Go 1.26 on.
SymId Pclntab::make_table(KnownSymbol symbol, Part part, uint32_t alignment, Group group) {
  OwnedSymbol &table = define_symbol(ctx_, symbol, group, funcdata_is_here() ? alignment : 0);
  table.source = this;
  table.source_part = part;
  if (group == Group::kPclntab)
    ctx_.members[unsigned(Group::kPclntab)].push_back({0, table.id, 1});
  return table.id;
}

void Pclntab::set_size(SymId table, uint64_t size) {
  make_owned(ctx_, table).size = llvm::alignTo(size, 8);
}

// -- What the objects say

void Pclntab::collect_functions() {
  functions_.reserve(ctx_.text.size());
  pcdata_.reserve(4 * ctx_.text.size());
  funcdata_.reserve(5 * ctx_.text.size());
  pc_tables_.reserve(6 * ctx_.text.size());
  uint64_t num_hashed = 0;
  for (const auto &object : ctx_.objects)
    num_hashed += object->obj.num_hashed_defs();
  pc_table_by_hash_.reset(num_hashed, 3 * ctx_.text.size());
  for (SymId id : ctx_.text) {
    Function &function = functions_.emplace_back();
    function.id = id;
    Definition from = SymbolView(ctx_, id).origin();
    if (from.is_owned())
      continue;
    collect_aux(function, functions_.size() - 1, from);
    add_files(function);
  }
  pc_table_by_hash_ = {};
  // Nobody asks for hashes after this.
  for (const auto &object : ctx_.objects)
    if (object->file)
      object->file->drop(object->obj.hashes());
}

void Pclntab::collect_aux(Function &function, uint32_t index, Definition from) {
  const InputObject &object = *ctx_.objects[from.object];
  function.unit = object.unit;
  objfile::SymRef pcsp{}, pcfile{}, pcline{}, pcinline{};
  llvm::SmallVector<objfile::SymRef, 8> pcdata_refs;
  function.first_pcdata = pcdata_.size();
  function.first_funcdata = funcdata_.size();
  for (objfile::AuxRecord aux : object.obj.auxes(from.local)) {
    switch (aux.kind()) {
    case AuxKind::kFuncInfo:
      function.info = FuncInfo(ctx_, resolve(ctx_, object, aux.target()));
      charge(function.unit, function.info.num_inline_nodes() * kInlineNodeSize);
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
      list_directive(ctx_.import_wrappers, function.id, object, aux.target());
      break;
    case AuxKind::kWasmType:
      list_directive(ctx_.typed_functions, index, object, aux.target());
      break;
    default:
      break;
    }
  }
  if (!function.info.is_valid()) {
    funcdata_.resize(function.first_funcdata);
    return;
  }
  function.pcsp = add_pc_table(object, pcsp);
  function.pcfile = add_pc_table(object, pcfile);
  function.pcline = add_pc_table(object, pcline);
  for (objfile::SymRef ref : pcdata_refs)
    pcdata_.push_back(add_pc_table(object, ref));
  function.num_pcdata = pcdata_refs.size();
  function.num_funcdata = funcdata_.size() - function.first_funcdata;
  if (function.num_funcdata > UINT8_MAX)
    report_fault(object, "more funcdata than a function can have");
  if (function.info.num_inline_nodes()) {
    function.pcinline = add_pc_table(object, pcinline);
    // Room for the table that the linker makes.
    for (; function.num_funcdata <= kFuncdataInlineTree; function.num_funcdata++)
      funcdata_.push_back(SymId::kNone);
  }
}

// -- pctab: the compiler's tables, each once; offset 0 means none

// Returns the offset of the table that `object` refers to. Numbers tell equal tables of up to eight
// bytes, hashes the others.
uint32_t Pclntab::add_pc_table(const InputObject &object, objfile::SymRef ref) {
  if (ref.package == objfile::kPackageHashed && ref.index < object.obj.num_hashed_defs())
      [[likely]] {
    uint32_t local = object.obj.first_hashed() + ref.index;
    bool is_new;
    PcTable &table =
        pc_table_by_hash_.find_or_insert(ContentHash::at(object.obj.hash(local).data()), is_new);
    if (is_new)
      table.offset = append_pc_table(object.obj.data(local));
    return table.offset;
  }
  SymId id = resolve(ctx_, object, ref);
  if (id == SymId::kNone)
    return 0;
  if (!(ctx_.attributes[number(id)] & kListed)) {
    if (!is_table(id)) {
      report_fault(object, "pc table of another kind");
      return 0;
    }
    set_attribute(ctx_, id, kListed);
    ctx_.value.set(number(id), append_pc_table(SymbolView(ctx_, id).data()));
  }
  return ctx_.value[number(id)];
}

// Its offset becomes the symbol's value, which functions and boundaries have already.
bool Pclntab::is_table(SymId id) const {
  SymbolView symbol(ctx_, id);
  return !symbol.is_text() && !symbol.is_owned();
}

uint32_t Pclntab::append_pc_table(Bytes table) {
  if (table.empty())
    return 0;
  uint64_t offset = pc_tables_size_;
  pc_tables_size_ += table.size();
  pc_tables_.push_back(table);
  return offset;
}

SymId Pclntab::inlined_function(const Function &function, uint32_t node) const {
  return resolve(ctx_, *ctx_.objects[function.unit], function.info.inline_node(node).function);
}

// -- funcnametab: names of functions, each symbol's once

void Pclntab::arrange_names() {
  tables[0] = make_table(KnownSymbol::kFuncNameTab, kNames, 1);
  // A function by the name of a table is not one of the program's any more.
  if (!ctx_.ok())
    return;
  names_.reserve(3 * functions_.size());
  for (const Function &function : functions_) {
    add_name(function.id, function.unit);
    for (uint32_t i = 0; i < function.info.num_inline_nodes(); i++)
      if (SymId callee = inlined_function(function, i); callee != SymId::kNone)
        add_name(callee, function.unit);
      else
        ctx_.diag.error("broken object: an inlined call of no function",
                        {"in " + describe(ctx_, function.id)});
  }
  if (!ctx_.ok())
    return;
  set_size(tables[0], names_size_);
  ctx_.text_names.reserve(functions_.size());
  for (const Function &function : functions_)
    ctx_.text_names.push_back(names_[name_of_function(function.id)].text);
}

// `unit` has the function or a call of it.
void Pclntab::add_name(SymId function, uint32_t unit) {
  uint32_t *place = ctx_.group[number(function)] == Group::kText
                        ? &functions_[index_of(function)].name
                        : &inlined_only_.try_emplace(function, kNoName).first->second;
  if (*place != kNoName)
    return;
  *place = names_.size();
  SymbolView symbol(ctx_, function);
  StringRef name = symbol.name();
  Definition from = symbol.origin();
  charge(from.is_owned() ? unit : from.object, name.size());
  names_.push_back({name, uint32_t(names_size_)});
  names_size_ += name.size() + 1;
}

uint32_t Pclntab::name_of_function(SymId function) const {
  return ctx_.group[number(function)] == Group::kText ? functions_[index_of(function)].name
                                                      : inlined_only_.lookup(function);
}

// -- cutab: per unit and file index the offset of the name in filetab

void Pclntab::arrange_files() {
  tables[1] = make_table(KnownSymbol::kCuTab, kUnitFiles, 4);
  tables[2] = make_table(KnownSymbol::kFileTab, kFiles, 1);
  for (uint32_t index : unit_order_) {
    Unit &unit = units_[index];
    unit.first_entry = unit_files_.size() / 4;
    for (uint32_t file = 0; file < unit.offsets.size(); file++) {
      uint32_t offset = unit.offsets[file];
      // A file that only other units mention has its name in the table, too.
      StringRef name = ctx_.objects[index]->obj.file(file);
      if (offset == kNoOffset && charge(index, name.size())) {
        auto found = file_offsets_.find(name);
        if (found != file_offsets_.end())
          offset = found->second;
      }
      unit_files_.resize(unit_files_.size() + 4);
      objfile::store(unit_files_.data() + unit_files_.size() - 4, offset);
    }
  }
  set_size(tables[1], unit_files_.size());
  set_size(tables[2], files_.size());
}

void Pclntab::add_files(const Function &function) {
  if (!units_[function.unit].is_used) {
    units_[function.unit].is_used = true;
    unit_order_.push_back(function.unit);
  }
  for (uint32_t i = 0; i < function.info.num_files(); i++)
    add_file(function.unit, function.info.file(i));
  for (uint32_t i = 0; i < function.info.num_inline_nodes(); i++)
    add_file(function.unit, function.info.inline_node(i).file);
}

void Pclntab::add_file(uint32_t unit_index, uint32_t file) {
  Unit &unit = units_[unit_index];
  if (file < unit.offsets.size() && unit.offsets[file] != kNoOffset)
    return;
  const objfile::Object &obj = ctx_.objects[unit_index]->obj;
  if (file >= obj.num_files()) {
    report_fault(*ctx_.objects[unit_index], "file number out of range");
    return;
  }
  if (file >= unit.offsets.size())
    unit.offsets.resize(file + 1, kNoOffset);
  if (!charge(unit_index, obj.file(file).size()))
    return;
  auto [entry, is_new] = file_offsets_.try_emplace(obj.file(file), uint32_t(files_.size()));
  unit.offsets[file] = entry->second;
  if (!is_new)
    return;
  std::string name = expand_file_name(obj.file(file));
  files_.insert(files_.end(), name.begin(), name.end());
  files_.push_back(0);
}

// Counts what an object's functions ask for. False, and a fault, if it is more than it can have.
bool Pclntab::charge(uint32_t unit_index, uint64_t num_bytes) {
  if (unit_index == UINT32_MAX)
    return true; // the linker's own
  const InputObject &object = *ctx_.objects[unit_index];
  uint64_t &charged = units_[unit_index].charged_bytes;
  charged += num_bytes;
  if (object.obj.can_have(charged))
    return true;
  report_fault(object, "names or records overlap");
  return false;
}

// Lists what has the directive's record.
template <typename T>
void Pclntab::list_directive(std::vector<T> &list, T item, const InputObject &object,
                             objfile::SymRef record) {
  if (!list.empty() && list.back() == item)
    report_fault(object, "two records of a directive at one function");
  else if (charge(object.unit, SymbolView(ctx_, resolve(ctx_, object, record)).data().size()))
    list.push_back(item);
}

void Pclntab::report_fault(const InputObject &object, const char *what) {
  object.obj.report_fault(what, object.obj.payload().data());
}

std::string Pclntab::expand_file_name(StringRef name) const {
  name.consume_front("gofile..");
  StringRef rest = name;
  if (ctx_.options.goroot.empty() || !rest.consume_front("$GOROOT") ||
      !(rest.starts_with("/") || rest.starts_with("\\")))
    return name.str();
  return clean_path(ctx_.options.goroot + "/" + rest.str());
}

// -- Inline trees of Go 1.24 and 1.25, which are laid out with the data

void Pclntab::arrange_inline_trees() {
  for (uint32_t i = 0; i < functions_.size(); i++) {
    Function &function = functions_[i];
    if (function.info.num_inline_nodes() == 0)
      continue;
    SymId id = create_symbol(ctx_, "");
    OwnedSymbol &tree = make_owned(ctx_, id);
    tree.group = Group::kGoFunc;
    tree.alignment = 4;
    tree.size = function.info.num_inline_nodes() * kInlineNodeSize;
    tree.source = this;
    tree.source_part = kInlineTree + i;
    set_attribute(ctx_, id, kReachable);
    funcdata_[function.first_funcdata + kFuncdataInlineTree] = id;
  }
}

// -- functab: pc and record offset of each function, then the records

void Pclntab::arrange_functions() {
  tables[4] = make_table(KnownSymbol::kFuncTab, kFunctions, 4);
  uint64_t position = 8 * functions_.size() + 4;
  for (Function &function : functions_) {
    position = llvm::alignTo(position, 8);
    function.record_offset = position;
    position += kRecordSize + 4ull * num_pcdata_slots(function) + 4ull * function.num_funcdata;
  }
  if (position > UINT32_MAX)
    ctx_.diag.error("too many functions: their table does not fit 4 GiB");
  set_size(tables[4], position);
}

uint32_t Pclntab::num_pcdata_slots(const Function &function) {
  return function.info.num_inline_nodes() ? std::max(function.num_pcdata, kPcdataInlineTree + 1)
                                          : function.num_pcdata;
}

// -- go:func.*: all funcdata, largest alignment first

// An assembly function may refer to maps that nothing defines.
bool Pclntab::is_ignored(const Function &function, uint32_t slot, SymId data) const {
  if (data == SymId::kNone)
    return true;
  return (slot == kFuncdataArgsMaps || slot == kFuncdataArgInfo) &&
         ctx_.objects[function.unit]->obj.from_assembly() && SymbolView(ctx_, data).data().empty();
}

void Pclntab::arrange_funcdata() {
  funcdata_entries_.reserve(3 * functions_.size());
  for (uint32_t i = 0; i < functions_.size(); i++) {
    const Function &function = functions_[i];
    llvm::ArrayRef<SymId> slots = funcdata(function);
    for (uint32_t slot = 0; slot < slots.size(); slot++) {
      uint32_t order = funcdata_entries_.size();
      if (slot == kFuncdataInlineTree && function.info.num_inline_nodes()) {
        uint32_t size = function.info.num_inline_nodes() * kInlineNodeSize;
        funcdata_entries_.push_back({SymId::kNone, i, 4, order, 0, size});
        continue;
      }
      SymId id = slots[slot];
      if (is_ignored(function, slot, id))
        continue;
      uint8_t attributes = ctx_.attributes[number(id)];
      if (attributes & kListed && attributes & kSpecial)
        continue;
      if (attributes & kListed || !is_table(id)) {
        report_fault(*ctx_.objects[function.unit], "funcdata of another kind");
        return;
      }
      set_attribute(ctx_, id, kListed | kSpecial);
      SymbolView symbol(ctx_, id);
      uint32_t size = symbol.size();
      if (size == 0)
        ctx_.diag.error("funcdata without size: " + symbol.name());
      funcdata_entries_.push_back(
          {id, i, alignment_of(symbol.explicit_alignment(), size), order, 0, size});
    }
  }
  // Entries of one alignment stay in order of first use.
  std::sort(funcdata_entries_.begin(), funcdata_entries_.end(),
            [](const FuncdataEntry &a, const FuncdataEntry &b) {
              return a.alignment != b.alignment ? a.alignment > b.alignment : a.order < b.order;
            });
  uint64_t offset = 0;
  for (FuncdataEntry &entry : funcdata_entries_) {
    offset = llvm::alignTo(offset, entry.alignment);
    entry.offset = offset;
    if (entry.id == SymId::kNone)
      functions_[entry.function].inline_tree_offset = offset;
    else
      ctx_.value.set(number(entry.id), offset);
    offset += entry.size;
  }
  uint32_t alignment = funcdata_entries_.empty() ? 1 : funcdata_entries_.front().alignment;
  set_size(make_table(KnownSymbol::kFuncHead, kFuncdata, alignment), offset);
}

// -- findfunctab: for each 4096 pcs a function index. A function owns 16 of these buckets, begins
// one, and no two share one, so that the finer index inside a bucket is always zero.

void Pclntab::arrange_find_index() {
  find_index = make_table(KnownSymbol::kFindFuncTab, kFindIndex, 4,
                          funcdata_is_here() ? Group::kPclntab : Group::kRodata);
  uint64_t last = functions_.size() - 1;
  uint64_t length = function_value(ctx_, last) + SymbolView(ctx_, functions_[last].id).size() -
                    function_value(ctx_, 0);
  num_buckets_ = llvm::divideCeil(length, kBucketPcs);
  find_index_size_ = 4 * num_buckets_ + llvm::divideCeil(length, kSubbucketPcs);
  make_owned(ctx_, find_index).size = find_index_size_;
}

void build_pclntab(Context &ctx) {
  if (ctx.text.empty()) {
    ctx.diag.error("nothing is reachable from the entry point",
                   {"the program has no runtime, or -E names no function"});
    return;
  }
  ctx.pclntab = std::make_shared<Pclntab>(ctx);
  ctx.pclntab->arrange();
}

} // namespace wald

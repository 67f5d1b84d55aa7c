#include "linker/inspect/verify.h"

#include "linker/inspect/types.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::inspect {

using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;

namespace {

std::string hex(uint64_t value) {
  return "0x" + llvm::utohexstr(value, /*LowerCase=*/true);
}

class Verifier {
public:
  Verifier(const GoModule &module, size_t most)
      : module_(module), most_(most), find_budget_(module.memory(), 64) {}

  std::vector<std::string> verify() {
    check_header();
    check_entries();
    for (uint32_t i = 0; i < module_.num_functions() && !is_full(); i++)
      check_function(module_.function(i));
    if (!is_full())
      check_types();
    return std::move(problems_);
  }

private:
  bool is_full() const { return problems_.size() >= most_; }
  void report(const llvm::Twine &problem) {
    if (!is_full())
      problems_.push_back(problem.str());
  }
  void report(const Function &function, const llvm::Twine &problem) {
    report("function " + llvm::Twine(function.index()) + " (" +
           wasm::printable(function.name().take_front(200)) + "): " + problem);
  }

  void check_header();
  void check_entries();
  void check_function(const Function &function);
  void check_find_index(const Function &function);
  void check_files(const Function &function);
  void check_stack_maps(const Function &function);
  void check_inline_tree(const Function &function);
  void check_types();
  void check_type(const Type &type);
  void check_itab(const Itab &itab, TypeReader &reader);
  std::optional<uint32_t> find_function(uint64_t pc);
  bool is_function_entry(uint64_t pc);

  const GoModule &module_;
  size_t most_;
  std::vector<std::string> problems_;
  WorkBudget find_budget_;
  bool is_find_index_slow_ = false;
};

// The runtime does not read what the header says of places, but debuggers do.
void Verifier::check_header() {
  uint64_t header = module_.word(ModuleField::kPcHeader);
  for (auto [offset, field] : {std::pair(layout::kNames, ModuleField::kNames),
                               {layout::kUnitFiles, ModuleField::kUnitFiles},
                               {layout::kFiles, ModuleField::kFiles},
                               {layout::kPcTables, ModuleField::kPcTables},
                               {layout::kFunctionTable, ModuleField::kFunctionRecords}})
    if (header + module_.header_word(offset) != module_.word(field))
      report("the header of pclntab has " + llvm::Twine(objfile::module_field_info(field).name) +
             " at " + hex(header + module_.header_word(offset)) + ", moduledata at " +
             hex(module_.word(field)));
  if (module_.word(ModuleField::kFunctions) != module_.word(ModuleField::kFunctionRecords))
    report("ftab is not at the beginning of pclntable");
  // Functions that are not in the table are none of the program's: --optimize adds such.
  if (module_.num_functions() != module_.wasm().table_functions.size())
    report("pclntab has " + llvm::Twine(module_.num_functions()) + " functions, the table " +
           llvm::Twine(module_.wasm().table_functions.size()));
}

void Verifier::check_entries() {
  for (uint32_t i = 0; i < module_.num_functions() && !is_full(); i++) {
    Function function = module_.function(i);
    uint64_t pc = module_.pc_of_text_offset(module_.index_entry(i));
    if (function.recorded_entry() != module_.index_entry(i))
      report(function, "its entry is " + hex(module_.index_entry(i)) + ", its record's " +
                           hex(function.recorded_entry()));
    if (module_.index_entry(i) >= module_.index_entry(i + 1))
      report(function, "its entry is not below the next one's");
    if (pc != function.entry_pc())
      report(function, "its entry is no function's beginning");
    if (!function.wasm_function())
      report(function, "slot " + hex(function.slot()) + " of the table has no function");
  }
  Function first = module_.function(0), last = module_.function(module_.num_functions() - 1);
  if (first.entry_pc() != module_.word(ModuleField::kMinPc))
    report("minpc is not where the first function begins");
  if (last.entry_pc() + std::max(last.num_resume_points(), 1u) > module_.word(ModuleField::kMaxPc))
    report("maxpc is not behind the last function");
}

void Verifier::check_function(const Function &function) {
  check_find_index(function);
  check_files(function);
  check_stack_maps(function);
  check_inline_tree(function);
}

// From every pc.
void Verifier::check_find_index(const Function &function) {
  for (uint64_t pc_b = 0; pc_b < std::max(function.num_resume_points(), 1u); pc_b++) {
    // Beyond them a pc is the next function's.
    if (pc_b >> objfile::kPcBits)
      return report(function, "more resume points than its pcs have room for");
    uint64_t pc = function.entry_pc() + pc_b;
    std::optional<uint32_t> found = find_function(pc);
    if (is_find_index_slow_)
      return;
    if (found != function.index())
      return report(function, "findfunctab leads from pc " + hex(pc) + " to " +
                                  (found ? "function " + std::to_string(*found) : "no function"));
  }
}

void Verifier::check_files(const Function &function) {
  PcRuns runs = function.pcfile();
  while (runs.next())
    if (function.file(runs.value()).empty())
      return report(function, "no file name at resume point " + llvm::Twine(runs.begin()) +
                                  ", which has number " + llvm::Twine(runs.value()));
  PcRuns lines = function.pcline();
  while (lines.next())
    if (lines.value() < 0)
      return report(function, "line " + llvm::Twine(lines.value()) + " at resume point " +
                                  llvm::Twine(lines.begin()));
}

void Verifier::check_stack_maps(const Function &function) {
  for (uint32_t kind : {objfile::funcdata::kArgsMaps, objfile::funcdata::kLocalsMaps}) {
    if (!function.funcdata_address(kind))
      continue;
    std::optional<Bytes> maps = function.funcdata(kind);
    if (!maps)
      return report(function, "its stack maps are broken");
    int32_t count = objfile::load<int32_t>(maps->data());
    PcRuns runs = function.pcdata(objfile::pcdata::kStackMap);
    while (runs.next())
      if (runs.value() >= count)
        return report(function, "stack map " + llvm::Twine(runs.value()) + " of " +
                                    llvm::Twine(count) + " at resume point " +
                                    llvm::Twine(runs.begin()));
  }
  for (uint32_t kind = 0; kind < function.num_funcdata(); kind++)
    if (kind <= objfile::funcdata::kWrapInfo && function.funcdata_address(kind) &&
        kind != objfile::funcdata::kInlineTree && !function.funcdata(kind))
      report(function, "funcdata " + llvm::Twine(kind) + " is broken");
}

void Verifier::check_inline_tree(const Function &function) {
  uint32_t count = function.num_inlined_calls();
  std::vector<std::pair<uint32_t, int32_t>> runs; // end and call
  for (PcRuns of_pcs = function.pcdata(objfile::pcdata::kInlineTree); of_pcs.next();)
    runs.push_back({of_pcs.end(), of_pcs.value()});
  if (count == 0) {
    for (auto [end, call] : runs)
      if (call >= 0)
        return report(function, "inlined calls without a tree of them");
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    InlinedCall call = function.inlined_call(i);
    if (call.name.empty())
      return report(function, "inlined call " + llvm::Twine(i) + " has no name");
    auto run = llvm::partition_point(
        runs, [&](auto &entry) { return int64_t(entry.first) <= int64_t(call.parent_pc); });
    // A call that is inlined into another has a higher number, so the way up ends.
    if (call.parent_pc < 0 || run == runs.end())
      return report(function, "inlined call " + llvm::Twine(i) + " is at resume point " +
                                  llvm::Twine(call.parent_pc) + ", which is none");
    if (run->second >= int32_t(i))
      return report(function, "inlined call " + llvm::Twine(i) + " is inside of call " +
                                  llvm::Twine(run->second));
  }
}

// A table that says little makes the runtime walk through functab, which works, but takes forever.
std::optional<uint32_t> Verifier::find_function(uint64_t pc) {
  uint64_t steps = 1;
  std::optional<uint32_t> found = module_.find_function(pc, &steps);
  if (!find_budget_.charge(steps) && !is_find_index_slow_) {
    is_find_index_slow_ = true;
    report("findfunctab is so far off that it takes too many steps to find functions");
  }
  return found;
}

bool Verifier::is_function_entry(uint64_t pc) {
  if (is_find_index_slow_)
    return true; // has been reported
  std::optional<uint32_t> found = find_function(pc);
  return found && module_.function(*found).entry_pc() == pc;
}

void Verifier::check_types() {
  TypeReader reader(module_);
  llvm::Expected<std::vector<uint64_t>> links = reader.type_links();
  if (!links)
    return report(toString(links.takeError()));
  llvm::Expected<std::vector<Itab>> itabs = reader.itabs();
  if (!itabs)
    return report(toString(itabs.takeError()));
  llvm::Expected<std::vector<Type>> types = reader.all_types();
  if (!types)
    return report(toString(types.takeError()));
  llvm::StringRef last;
  for (uint64_t address : *links) {
    auto type = llvm::partition_point(*types, [&](auto &t) { return t.address < address; });
    if (type == types->end() || type->address != address)
      continue;
    if (type->text < last)
      report("type at " + hex(address) + ": not in the order of texts");
    last = type->text;
  }
  for (const Type &type : *types)
    if (!is_full())
      check_type(type);
  for (const Itab &itab : *itabs)
    if (!is_full())
      check_itab(itab, reader);
}

void Verifier::check_type(const Type &type) {
  auto name = [&] { return "type " + wasm::printable(type.text.take_front(200)); };
  if (type.text.empty())
    report("type at " + hex(type.address) + " has no text");
  if (type.equal && !is_function_entry(module_.memory().load<uint64_t>(type.equal)))
    report(name() + ": its comparison is no function");
  for (const Type::Method &method : type.methods)
    for (uint64_t pc : {method.interface_pc, method.code_pc})
      if (pc && !is_function_entry(pc))
        report(name() + ": method " + wasm::printable(method.name.take_front(200)) +
               " is no function");
}

void Verifier::check_itab(const Itab &itab, TypeReader &reader) {
  llvm::Expected<Type> type = reader.read(itab.type);
  if (!type)
    return report(toString(type.takeError()));
  if (type->hash != itab.hash)
    report("itab at " + hex(itab.address) + " has another hash than its type");
  for (uint64_t pc : itab.functions)
    if (!is_function_entry(pc))
      report("itab at " + hex(itab.address) + ": " + hex(pc) + " is no function");
}

} // namespace

// All pcs of a part of a bucket begin at the same function, so it must not lie after that of the
// first of these pcs.
std::optional<uint64_t> misled_pc(const GoModule &module) {
  uint64_t min_pc = module.word(ModuleField::kMinPc), max_pc = module.word(ModuleField::kMaxPc);
  uint32_t function = 0;
  for (uint64_t i = 0; i < module.num_buckets(); i++) {
    std::optional<GoModule::Bucket> bucket = module.bucket(i);
    for (size_t part = 0; part < GoModule::Bucket::kNumParts; part++) {
      uint64_t pc = min_pc + i * layout::kBucketPcs + part * layout::kSubbucketPcs;
      if (pc >= max_pc)
        break;
      while (function + 1 < module.num_functions() &&
             module.index_entry(function + 1) <= module.text_offset(pc))
        function++;
      if (!bucket || uint64_t(bucket->function) + bucket->finer[part] > function)
        return pc;
    }
  }
  return std::nullopt;
}

std::vector<std::string> verify(const GoModule &module, size_t most) {
  return Verifier(module, most).verify();
}

} // namespace wald::inspect

#include "linker/inspect/go_module.h"

#include "objfile/support/printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>

namespace wald::inspect {

using llvm::StringRef;
using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;

namespace {

llvm::Error error(const llvm::Twine &text) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), text);
}

} // namespace

// -- Opening

llvm::Expected<GoModule> GoModule::open(const wasm::Module &module) {
  llvm::Expected<MemoryImage> memory = MemoryImage::build(module);
  if (!memory)
    return memory.takeError();
  GoModule result(module, std::move(*memory));
  if (llvm::Error problem = result.find_version())
    return problem;
  if (llvm::Error problem = result.find_module_data())
    return problem;
  std::string prefix = "go1." + std::to_string(result.version_->minor);
  result.build_info_ = find_build_info(
      result.memory_, result.word(ModuleField::kData), result.word(ModuleField::kDataEnd),
      result.producer_.empty() ? StringRef(prefix) : result.producer_);
  auto [number, experiments] = result.build_info_.go_version.split("X:");
  std::optional<std::string> all = objfile::experiments_of_setting(*result.version_, experiments);
  result.map_extra_bytes_ = objfile::map_extra_bytes(
      *result.version_, all ? StringRef(*all) : result.version_->default_experiments);
  if (llvm::Error problem = result.check_tables())
    return problem;
  return result;
}

// What the shape of moduledata has been checked for makes these ranges good.
llvm::Error GoModule::check_tables() {
  auto table = [&](ModuleField field, uint64_t element_size) {
    Slice place = slice(field);
    return memory_.from(place.address, place.length * element_size);
  };
  names_ = table(ModuleField::kNames, 1);
  unit_files_ = table(ModuleField::kUnitFiles, version_->cutab_counts_entries ? 4 : 1);
  files_ = table(ModuleField::kFiles, 1);
  pc_tables_ = table(ModuleField::kPcTables, 1);
  records_ = table(ModuleField::kFunctionRecords, 1);
  // The last entry has no offset.
  Slice index = slice(ModuleField::kFunctions);
  num_functions_ = index.length - 1;
  std::optional<Bytes> entries =
      memory_.at(index.address, layout::kIndexEntrySize * num_functions_ + 4);
  if (!entries)
    return error("ftab has " + llvm::Twine(index.length) + " entries and no room for them");
  index_ = *entries;
  // Steps through pc tables, which functions share.
  WorkBudget budget(memory_, 64);
  // Memory that nothing initializes is zero, and as much of it as a module asks for.
  WorkBudget room(memory_, 4);
  for (Bytes part : {names_, unit_files_, files_, pc_tables_, records_, index_})
    if (!room.charge(part.size()))
      return error("tables of more bytes than a module of this size can have");
  extras_.resize(num_functions_);
  for (uint32_t i = 0; i < num_functions_; i++)
    if (llvm::Error problem = check_function(i, budget))
      return problem;
  return llvm::Error::success();
}

llvm::Error GoModule::check_function(uint32_t index, WorkBudget &budget) {
  const char *problem = check_record(index, budget);
  if (!problem)
    return llvm::Error::success();
  std::string text = "function " + std::to_string(index) + " of pclntab";
  uint64_t offset = objfile::load<uint32_t>(index_.data() + layout::kIndexEntrySize * index + 4);
  if (offset + layout::kRecordSize <= records_.size())
    if (auto name =
            text_in(names_, objfile::load<uint32_t>(records_.data() + offset + layout::kName)))
      text += " (" + wasm::printable(name->take_front(200)) + ")";
  return error(text + ": " + problem);
}

const char *GoModule::check_record(uint32_t index, WorkBudget &budget) {
  constexpr const char *kTooMuch = "the tables overlap so that reading them all would not end";
  uint64_t offset = objfile::load<uint32_t>(index_.data() + layout::kIndexEntrySize * index + 4);
  if (offset > records_.size() || records_.size() - offset < layout::kRecordSize)
    return "the record is outside of the table";
  Function function(*this, index, records_.data() + offset);
  uint64_t num_offsets = uint64_t(function.num_pcdata()) + function.num_funcdata();
  if ((records_.size() - offset - layout::kRecordSize) / 4 < num_offsets)
    return "more pcdata and funcdata than the table has room for";
  std::optional<StringRef> name = text_in(names_, function.word(layout::kName));
  if (!name)
    return "the name is outside of funcnametab";
  if (!budget.charge(name->size() + num_offsets))
    return kTooMuch;
  uint32_t num_pcs = 0, ignored = 0;
  for (uint64_t table : {layout::kPcsp, layout::kPcfile, layout::kPcline})
    if (const char *problem = check_pc_table(function.word(table), budget, num_pcs))
      return problem;
  for (uint32_t kind = 0; kind < function.num_pcdata(); kind++)
    if (const char *problem =
            check_pc_table(function.word(layout::kRecordSize + 4 * kind), budget, ignored))
      return problem;
  for (uint32_t kind = 0; kind < function.num_funcdata(); kind++) {
    std::optional<uint64_t> address = function.funcdata_address(kind);
    if (address && !memory_.contains(*address, 1))
      return "funcdata outside of the memory";
  }
  uint32_t num_calls = 0;
  if (const char *problem = check_inline_tree(function, budget, num_calls))
    return problem;
  extras_[index] = {num_pcs, num_calls};
  return nullptr;
}

const char *GoModule::check_pc_table(uint32_t offset, WorkBudget &budget, uint32_t &num_pcs) const {
  if (offset == 0)
    return nullptr;
  if (offset >= pc_tables_.size())
    return "a pc table is outside of pctab";
  PcRuns runs(pc_tables_.drop_front(offset));
  while (runs.next()) {
    num_pcs = std::max(num_pcs, runs.end());
    if (!budget.charge(1))
      return "the pc tables overlap so that reading them all would not end";
  }
  return runs.is_broken() ? "a pc table runs past the end of pctab" : nullptr;
}

// Nothing says how many calls a tree has: as many as are referred to.
const char *GoModule::check_inline_tree(const Function &function, WorkBudget &budget,
                                        uint32_t &count) const {
  std::optional<uint64_t> tree = function.funcdata_address(objfile::funcdata::kInlineTree);
  if (!tree)
    return nullptr;
  auto refer_to = [&](int32_t call) { count = std::max<int64_t>(count, int64_t(call) + 1); };
  std::vector<std::pair<uint32_t, int32_t>> runs; // end and value
  for (PcRuns of_pcs = function.pcdata(objfile::pcdata::kInlineTree); of_pcs.next();) {
    refer_to(of_pcs.value());
    runs.push_back({of_pcs.end(), of_pcs.value()});
  }
  for (uint32_t i = 0; i < count; i++) {
    std::optional<Bytes> call =
        memory_.at(*tree + layout::kInlineNodeSize * i, layout::kInlineNodeSize);
    if (!call)
      return "the inline tree runs past the end of the memory";
    std::optional<StringRef> name =
        text_in(names_, objfile::load<uint32_t>(call->data() + layout::kInlineName));
    if (!name)
      return "the name of an inlined call is outside of funcnametab";
    uint32_t parent_pc = objfile::load<uint32_t>(call->data() + layout::kInlineParentPc);
    auto run = llvm::partition_point(runs, [&](auto &entry) { return entry.first <= parent_pc; });
    if (run != runs.end())
      refer_to(run->second);
    if (!budget.charge(name->size() / 8 + 1))
      return "the inline trees are larger than a module of this size can have";
  }
  return nullptr;
}

std::optional<StringRef> GoModule::text_in(Bytes table, uint64_t offset) {
  if (offset >= table.size())
    return std::nullopt;
  const uint8_t *begin = table.data() + offset;
  const void *end = std::memchr(begin, 0, table.size() - offset);
  if (!end)
    return std::nullopt;
  return objfile::to_string({begin, static_cast<const uint8_t *>(end)});
}

// -- moduledata

uint64_t GoModule::word(ModuleField field) const {
  if (!has(field))
    return 0;
  uint64_t at = module_data_ + layout_.offset(field);
  return field == ModuleField::kHasMain ? memory_.load<uint8_t>(at) : memory_.load<uint64_t>(at);
}

GoModule::Slice GoModule::slice(ModuleField field) const {
  if (!has(field))
    return {0, 0, 0};
  uint64_t at = module_data_ + layout_.offset(field);
  return {memory_.load<uint64_t>(at), memory_.load<uint64_t>(at + 8),
          memory_.load<uint64_t>(at + 16)};
}

uint64_t GoModule::header_word(uint64_t offset) const {
  return memory_.load<uint64_t>(word(ModuleField::kPcHeader) + offset);
}

// -- Functions

uint32_t GoModule::index_entry(uint32_t i) const {
  return objfile::load<uint32_t>(index_.data() + layout::kIndexEntrySize * i);
}

Function GoModule::function(uint32_t i) const {
  uint32_t offset = objfile::load<uint32_t>(index_.data() + layout::kIndexEntrySize * i + 4);
  return {*this, i, records_.data() + offset};
}

// In Go 1.24 a pc is what functab and type descriptors hold, later it is PC_F.
uint32_t GoModule::text_offset(uint64_t pc) const {
  uint64_t offset = pc - word(ModuleField::kText);
  return version_->func_pcs_are_indices ? offset >> objfile::kPcBits : offset;
}

uint64_t GoModule::pc_of_text_offset(uint32_t offset) const {
  uint64_t pc = word(ModuleField::kText) + offset;
  return version_->func_pcs_are_indices ? pc << objfile::kPcBits : pc;
}

// ref: findfunc in runtime/symtab.go. From Go 1.25 on only the first buckets of functions are read.
std::optional<uint32_t> GoModule::find_function(uint64_t pc, uint64_t *num_steps) const {
  uint64_t min_pc = word(ModuleField::kMinPc), text = word(ModuleField::kText);
  if (pc < min_pc || pc >= word(ModuleField::kMaxPc))
    return std::nullopt;
  uint32_t offset = text_offset(pc);
  uint64_t at = (version_->func_pcs_are_indices ? uint64_t(offset) << objfile::kPcBits : offset) +
                text - min_pc;
  uint64_t bucket = word(ModuleField::kFindIndex) + at / layout::kBucketPcs * layout::kBucketSize;
  uint64_t finer = bucket + 4 + at % layout::kBucketPcs / layout::kSubbucketPcs;
  if (bucket < word(ModuleField::kFindIndex) || !memory_.contains(bucket, 4) ||
      !memory_.contains(finer, 1))
    return std::nullopt;
  uint64_t i = uint64_t(memory_.load<uint32_t>(bucket)) + memory_.load<uint8_t>(finer);
  for (; i < num_functions_ && index_entry(i + 1) <= offset; i++)
    if (num_steps)
      ++*num_steps;
  if (i >= num_functions_)
    return std::nullopt;
  return i;
}

uint64_t GoModule::num_buckets() const {
  uint64_t num_pcs = word(ModuleField::kMaxPc) - word(ModuleField::kMinPc);
  return num_pcs / layout::kBucketPcs + (num_pcs % layout::kBucketPcs != 0);
}

MemoryImage::Extent GoModule::find_index() const {
  uint64_t begin = word(ModuleField::kFindIndex);
  uint64_t num_pcs = word(ModuleField::kMaxPc) - word(ModuleField::kMinPc);
  return {begin, begin + 4 * num_buckets() + num_pcs / layout::kSubbucketPcs +
                     (num_pcs % layout::kSubbucketPcs != 0)};
}

// The last one may be cut short, and then ends with what follows the table.
std::optional<GoModule::Bucket> GoModule::bucket(uint64_t i) const {
  if (i > memory_.size() / layout::kBucketSize)
    return std::nullopt;
  std::optional<Bytes> bytes =
      memory_.at(word(ModuleField::kFindIndex) + i * layout::kBucketSize, layout::kBucketSize);
  if (!bytes)
    return std::nullopt;
  Bucket bucket = {objfile::load<uint32_t>(bytes->data()), {}};
  std::copy_n(bytes->data() + 4, bucket.finer.size(), bucket.finer.begin());
  uint64_t parts = layout::kBucketPcs / layout::kSubbucketPcs;
  uint64_t num_pcs = word(ModuleField::kMaxPc) - word(ModuleField::kMinPc);
  uint64_t first = i * parts;
  for (uint64_t part = 0; part < parts; part++)
    if ((first + part) * layout::kSubbucketPcs >= num_pcs)
      bucket.finer[part] = 0;
  return bucket;
}

} // namespace wald::inspect

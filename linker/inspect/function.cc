// One function: its record and what that leads to.
#include "linker/inspect/go_module.h"

namespace wald::inspect {

using llvm::StringRef;
using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;
namespace funcdata_kind = objfile::funcdata;

uint32_t Function::slot() const {
  uint64_t pc = module_->pc_of_text_offset(module_->index_entry(index_));
  return pc >> objfile::kPcBits;
}

std::optional<uint32_t> Function::wasm_function() const {
  llvm::ArrayRef<uint32_t> table = module_->wasm().table_functions;
  uint64_t first = objfile::kFirstFunctionSlot;
  if (slot() < first || slot() - first >= table.size())
    return std::nullopt;
  return table[slot() - first];
}

StringRef Function::name() const {
  return module_->text_of(module_->names_, word(layout::kName));
}

PcRuns Function::table(uint32_t offset) const {
  // At offset 0 there is no table, for the runtime, too.
  return offset == 0 ? PcRuns() : PcRuns(module_->pc_tables_.drop_front(offset));
}

PcRuns Function::pcdata(uint32_t kind) const {
  return kind < num_pcdata() ? table(word(layout::kRecordSize + 4 * uint64_t(kind))) : PcRuns();
}

uint32_t Function::num_resume_points() const {
  return module_->extras_[index_].num_resume_points;
}

StringRef Function::file(int32_t number) const {
  uint64_t entry = uint64_t(uint32_t(unit() + uint32_t(number))) * 4;
  if (number < 0 || entry + 4 > module_->unit_files_.size())
    return "";
  uint32_t offset = objfile::load<uint32_t>(module_->unit_files_.data() + entry);
  return offset == layout::kNoOffset ? StringRef() : module_->text_of(module_->files_, offset);
}

StringRef Function::file_at(uint32_t pc_b) const {
  std::optional<int32_t> number = value_at(pcfile(), pc_b);
  return number ? file(*number) : StringRef();
}

// -- Funcdata

std::optional<uint32_t> Function::funcdata_offset(uint32_t kind) const {
  if (kind >= num_funcdata())
    return std::nullopt;
  uint32_t offset = word(layout::kRecordSize + 4ull * num_pcdata() + 4ull * kind);
  return offset == layout::kNoOffset ? std::nullopt : std::optional(offset);
}

std::optional<uint64_t> Function::funcdata_address(uint32_t kind) const {
  std::optional<uint32_t> offset = funcdata_offset(kind);
  return offset ? std::optional(module_->word(ModuleField::kFuncdata) + *offset) : std::nullopt;
}

namespace {

// How many bytes of `bytes` are stack maps: number, bits of each, and these (reference: stackmap in
// runtime/symtab.go).
uint64_t size_of_maps(objfile::Cursor cursor) {
  uint64_t count = cursor.read<uint32_t>(), bits = cursor.read<uint32_t>();
  cursor.skip(count * ((bits + 7) / 8));
  return cursor.failed() ? 0 : cursor.offset();
}

// A number and records of four words of four bytes (reference: stackObjectRecord in
// runtime/stack.go).
uint64_t size_of_objects(objfile::Cursor cursor) {
  uint64_t count = cursor.read<uint64_t>();
  if (count > cursor.remaining() / 16)
    return 0;
  return 8 + 16 * count;
}

// Offsets and sizes of a byte each, and marks, of which the last ends them (reference: printArgs in
// runtime/traceback.go, constants in internal/abi/symtab.go).
uint64_t size_of_args(objfile::Cursor cursor) {
  constexpr uint8_t kEnd = 0xff, kFirstMark = 0xfb;
  while (!cursor.failed()) {
    uint8_t mark = cursor.read<uint8_t>();
    if (mark == kEnd && !cursor.failed())
      return cursor.offset();
    if (mark < kFirstMark)
      cursor.read<uint8_t>();
  }
  return 0;
}

// Two numbers (reference: printpanics' reader of open-coded defers in runtime/panic.go).
uint64_t size_of_defers(objfile::Cursor cursor) {
  cursor.read_uleb();
  cursor.read_uleb();
  return cursor.failed() ? 0 : cursor.offset();
}

} // namespace

std::optional<Bytes> Function::funcdata(uint32_t kind) const {
  std::optional<uint64_t> address = funcdata_address(kind);
  if (!address)
    return std::nullopt;
  Bytes bytes = module_->memory().from(*address);
  uint64_t size = 0;
  switch (kind) {
  case funcdata_kind::kArgsMaps:
  case funcdata_kind::kLocalsMaps:
    size = size_of_maps(objfile::Cursor(bytes));
    break;
  case funcdata_kind::kStackObjects:
    size = size_of_objects(objfile::Cursor(bytes));
    break;
  case funcdata_kind::kInlineTree:
    size = layout::kInlineNodeSize * num_inlined_calls();
    break;
  case funcdata_kind::kOpenDefers:
    size = size_of_defers(objfile::Cursor(bytes));
    break;
  case funcdata_kind::kArgInfo:
    size = size_of_args(objfile::Cursor(bytes));
    break;
  case funcdata_kind::kArgLiveInfo:
    size = 1;
    break;
  case funcdata_kind::kWrapInfo:
    size = 4;
    break;
  }
  if (size == 0 || size > bytes.size())
    return std::nullopt;
  return bytes.take_front(size);
}

// -- Inlined calls

uint32_t Function::num_inlined_calls() const {
  return module_->extras_[index_].num_inlined_calls;
}

InlinedCall Function::inlined_call(uint32_t i) const {
  uint64_t at =
      funcdata_address(funcdata_kind::kInlineTree).value_or(0) + layout::kInlineNodeSize * i;
  const MemoryImage &memory = module_->memory();
  return {module_->text_of(module_->names_, memory.load<uint32_t>(at + layout::kInlineName)),
          memory.load<uint8_t>(at + layout::kInlineFuncId),
          memory.load<int32_t>(at + layout::kInlineParentPc),
          memory.load<int32_t>(at + layout::kInlineStartLine)};
}

std::vector<uint32_t> Function::inlined_calls_at(uint32_t pc_b) const {
  std::vector<uint32_t> calls;
  std::optional<int32_t> call = value_at(pcdata(objfile::pcdata::kInlineTree), pc_b);
  while (call && *call >= 0 && uint32_t(*call) < num_inlined_calls()) {
    if (calls.size() == num_inlined_calls())
      return {};
    calls.push_back(*call);
    call = value_at(pcdata(objfile::pcdata::kInlineTree), uint32_t(inlined_call(*call).parent_pc));
  }
  return calls;
}

} // namespace wald::inspect

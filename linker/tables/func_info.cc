#include "linker/tables/func_info.h"

namespace wald {

namespace {
constexpr uint64_t kFixedSize = 20; // up to and with the number of files
constexpr uint64_t kNodeRecordSize = 24;
} // namespace

FuncInfo::FuncInfo(const Context &ctx, SymId func_info) {
  if (func_info == SymId::kNone)
    return;
  SymbolView symbol(ctx, func_info);
  Bytes data = symbol.data();
  objfile::Cursor cursor(data);
  cursor.skip(16);
  uint64_t num_files = cursor.read<uint32_t>();
  cursor.skip(num_files * 4);
  uint64_t num_nodes = cursor.read<uint32_t>();
  cursor.skip(num_nodes * kNodeRecordSize);
  if (cursor.failed()) {
    if (!symbol.is_owned())
      symbol.object().obj.report_fault("function information cut short", data.data());
    return;
  }
  data_ = data.data();
  is_valid_ = true;
  args_ = word(0);
  func_id_ = data_[8];
  flags_ = data_[9];
  start_line_ = word(12);
  num_files_ = num_files;
  num_inline_nodes_ = num_nodes;
}

FuncInfo::InlineNode FuncInfo::inline_node(uint32_t i) const {
  uint64_t at = kFixedSize + 4ull * num_files_ + 4 + kNodeRecordSize * i;
  return {word(at + 4), {word(at + 12), word(at + 16)}, word(at + 20)};
}

} // namespace wald

#include "linker/tables/pclntab/file_tables.h"

#include "linker/core/go_path.h"
#include "wasm/data_sink.h"

namespace wald {

using objfile::pclntab_layout::kNoOffset;

uint32_t FileNames::add(StringRef name) {
  auto [entry, is_new] = offsets_.try_emplace(name, uint32_t(bytes_.size()));
  if (is_new) {
    std::string text = expand(name);
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.push_back(0);
  }
  return entry->second;
}

const uint32_t *FileNames::find(StringRef name) const {
  auto found = offsets_.find(name);
  return found == offsets_.end() ? nullptr : &found->second;
}

std::string FileNames::expand(StringRef name) const {
  name.consume_front("gofile..");
  StringRef rest = name;
  if (ctx_.options.goroot.empty() || !rest.consume_front("$GOROOT") ||
      !(rest.starts_with("/") || rest.starts_with("\\")))
    return name.str();
  return clean_path(ctx_.options.goroot + "/" + rest.str());
}

void FileNames::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  out.feed(bytes_);
}

void FileNames::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  for (uint64_t begin = 0; begin < bytes_.size();) {
    uint64_t end = std::find(bytes_.begin() + begin, bytes_.end(), 0) - bytes_.begin() + 1;
    fn({begin, end - begin, SymId::kNone});
    begin = end;
  }
}

void UnitFiles::add(const Function &function) {
  if (units_[function.unit].first_function == SymId::kNone) {
    units_[function.unit].first_function = function.id;
    unit_order_.push_back(function.unit);
  }
  for (uint32_t i = 0; i < function.info.num_files(); i++)
    add_file(function.unit, function.info.file(i));
  for (uint32_t i = 0; i < function.info.num_inline_nodes(); i++)
    add_file(function.unit, function.info.inline_node(i).file);
}

void UnitFiles::add_file(uint32_t unit_index, uint32_t file) {
  Unit &unit = units_[unit_index];
  if (file < unit.offsets.size() && unit.offsets[file] != kNoOffset)
    return;
  const InputObject &object = *ctx_.objects[unit_index];
  if (file >= object.obj.num_files()) {
    report_fault(object, "file number out of range");
    return;
  }
  if (file >= unit.offsets.size())
    unit.offsets.resize(file + 1, kNoOffset);
  StringRef name = object.obj.file(file);
  if (budget_.charge(unit_index, name.size()))
    unit.offsets[file] = names_.add(name);
}

void UnitFiles::arrange() {
  for (uint32_t index : unit_order_) {
    Unit &unit = units_[index];
    unit.first_entry = bytes_.size() / 4;
    for (uint32_t file = 0; file < unit.offsets.size(); file++) {
      uint32_t offset = unit.offsets[file];
      // A file that only other units mention has its name in the table, too.
      StringRef name = ctx_.objects[index]->obj.file(file);
      if (offset == kNoOffset && budget_.charge(index, name.size()))
        if (const uint32_t *found = names_.find(name))
          offset = *found;
      bytes_.resize(bytes_.size() + 4);
      objfile::store(bytes_.data() + bytes_.size() - 4, offset);
    }
  }
}

void UnitFiles::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  out.feed(bytes_);
}

void UnitFiles::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  for (uint32_t index : unit_order_)
    if (const Unit &unit = units_[index]; !unit.offsets.empty())
      fn({4ull * unit.first_entry, 4 * unit.offsets.size(), unit.first_function});
}

} // namespace wald

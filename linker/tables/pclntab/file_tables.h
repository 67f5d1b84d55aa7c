// filetab: the names of files, each once, with a zero byte at its end. cutab: for each unit, which
// is an object, and each of its file numbers, the offset of the name there. So a function's line
// table needs only the unit's own, small numbers.
#pragma once

#include "linker/tables/pclntab/function_facts.h"
#include "linker/tables/pclntab/runtime_table.h"
#include "objfile/support/name_map.h"

namespace wald {

class FileNames final : public RuntimeTable {
public:
  explicit FileNames(const Context &ctx) : ctx_(ctx) {}

  // The offset of the file by its name in the objects, entered if it is new.
  uint32_t add(StringRef name);
  const uint32_t *find(StringRef name) const;
  uint64_t num_files() const { return offsets_.size(); }

  uint64_t size() const override { return bytes_.size(); }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  std::string expand(StringRef name) const;

  const Context &ctx_;
  objfile::NameMap<uint32_t> offsets_;
  std::vector<uint8_t> bytes_;
};

class UnitFiles final : public RuntimeTable {
public:
  UnitFiles(const Context &ctx, FileNames &names, ObjectBudget &budget)
      : ctx_(ctx), names_(names), budget_(budget), units_(ctx.objects.size()) {}

  // Notes the files that the function mentions.
  void add(const Function &function);
  // After all functions.
  void arrange();
  // Where the unit's entries begin, counted in entries.
  uint32_t first_entry(uint32_t unit) const { return units_[unit].first_entry; }

  uint64_t size() const override { return bytes_.size(); }
  void write(uint32_t part, const Relocator &relocator, wasm::DataSink &out) const override;
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override;

private:
  struct Unit {
    uint32_t first_entry = 0;
    SymId first_function = SymId::kNone; // none: not in use
    std::vector<uint32_t> offsets;       // in filetab, by file number
  };

  void add_file(uint32_t unit_index, uint32_t file);

  const Context &ctx_;
  FileNames &names_;
  ObjectBudget &budget_;
  std::vector<Unit> units_;          // by object
  std::vector<uint32_t> unit_order_; // of those in use
  std::vector<uint8_t> bytes_;
};

} // namespace wald

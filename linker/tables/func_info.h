// What the compiler says about a function for the runtime's tables
// (reference: cmd/internal/goobj/funcinfo.go).
#pragma once

#include "linker/core/symbols.h"

namespace wald {

// A view of a function's FuncInfo data. Parts that the data is too short for read as zero or none.
class FuncInfo {
public:
  FuncInfo() = default; // of a function without
  FuncInfo(const Context &ctx, SymId func_info);

  bool is_valid() const { return is_valid_; }
  uint32_t args() const { return args_; }
  uint8_t func_id() const { return func_id_; }
  uint8_t flags() const { return flags_; }
  uint32_t start_line() const { return start_line_; }
  uint32_t num_files() const { return num_files_; }
  uint32_t file(uint32_t i) const { return word(20 + 4ull * i); }

  struct InlineNode {
    uint32_t file;
    objfile::SymRef function;
    uint32_t parent_pc;
  };
  uint32_t num_inline_nodes() const { return num_inline_nodes_; }
  InlineNode inline_node(uint32_t i) const;

private:
  uint32_t word(uint64_t offset) const {
    return is_valid_ ? objfile::load<uint32_t>(data_ + offset) : 0;
  }

  const uint8_t *data_ = nullptr;
  bool is_valid_ = false;
  uint8_t func_id_ = 0, flags_ = 0;
  uint32_t args_ = 0, start_line_ = 0;
  uint32_t num_files_ = 0, num_inline_nodes_ = 0;
};

} // namespace wald

// The function types of a module: each once, in order of first use.
#pragma once

#include "objfile/support/name_map.h"
#include "objfile/system/output_file.h"
#include "wasm/types.h"

#include <vector>

namespace wald::wasm {

struct FunctionType {
  std::vector<ValueType> params, results;
};

class FunctionTypes {
public:
  uint32_t index_of(llvm::ArrayRef<ValueType> params, llvm::ArrayRef<ValueType> results);
  uint32_t size() const { return types_.size(); }
  const FunctionType &operator[](uint32_t index) const { return types_[index]; }

  // The type section's payload.
  void write(OutputStream &out) const;

private:
  std::vector<FunctionType> types_;
  objfile::NameMap<uint32_t> index_; // by the types' bytes, with a zero between
};

} // namespace wald::wasm

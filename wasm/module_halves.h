// A module in two halves, which two threads can validate at the same time. Each is the whole
// module, but that half of its functions, by the bytes of their bodies, just trap: such a body is
// valid whatever the type, and no other body's validity depends on it. So the module is valid if
// both are.
//
//     module     types … code [ f  g  h  i ] data, names
//     first      types … code [ f  g  ·  · ] data, names
//     second     types … code [ ·  ·  h  i ] data
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace wald::wasm {

class ModuleHalves {
public:
  // Nothing for a module without code, or whose sections or entries of the code do not lie one
  // after the other as they should. Views of the module.
  static std::optional<ModuleHalves> of(llvm::ArrayRef<uint8_t> module);

  std::vector<uint8_t> first() const;
  std::vector<uint8_t> second() const; // without custom sections

private:
  using Bytes = llvm::ArrayRef<uint8_t>;

  std::vector<uint8_t> with(uint64_t stubs_before, Bytes entries, uint64_t stubs_after,
                            bool keeps_custom) const;

  Bytes module_;
  std::vector<Bytes> sections_; // with their headers
  size_t code_ = 0;             // which of them is the code
  uint64_t num_first_ = 0, num_second_ = 0;
  Bytes first_entries_, second_entries_; // of the code section
};

} // namespace wald::wasm

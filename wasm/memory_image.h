// A module's first memory as it is right after the module has been instantiated: the data segments
// put together as an engine does it, zeros everywhere else.
//
// It is as large as the memory at its start, but takes room only where segments are.
#pragma once

#include "objfile/support/bytes.h"
#include "objfile/support/zeroed_array.h"
#include "wasm/module_reader.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <vector>

namespace wald::wasm {

class MemoryImage {
public:
  // A range of addresses that segments cover without a gap.
  struct Extent {
    uint64_t begin, end;
  };

  // Fails where an engine would: no memory, a segment outside of it; and for segments whose place
  // is computed, or that are more than engines take. Passive segments are nowhere yet.
  static llvm::Expected<MemoryImage> build(const Module &module);

  uint64_t size() const { return bytes_.size(); }
  // Bytes in all segments together, which is what the file has room for.
  uint64_t num_initialized() const { return num_initialized_; }
  llvm::ArrayRef<Extent> extents() const { return extents_; } // in order of addresses

  bool contains(uint64_t address, uint64_t size) const {
    return address <= bytes_.size() && size <= bytes_.size() - address;
  }
  // Nothing if not all of it is in the memory.
  std::optional<Bytes> at(uint64_t address, uint64_t size) const {
    if (!contains(address, size))
      return std::nullopt;
    return Bytes(bytes_.data() + address, size);
  }
  // Up to so many bytes.
  Bytes from(uint64_t address, uint64_t most = UINT64_MAX) const {
    if (address > bytes_.size())
      return {};
    return {bytes_.data() + address, std::min<uint64_t>(most, bytes_.size() - address)};
  }
  // Zero outside of the memory.
  template <typename T> T load(uint64_t address) const {
    return contains(address, sizeof(T)) ? objfile::load<T>(bytes_.data() + address) : T(0);
  }

private:
  MemoryImage() = default;

  ZeroedArray<uint8_t> bytes_;
  std::vector<Extent> extents_;
  uint64_t num_initialized_ = 0;
};

} // namespace wald::wasm

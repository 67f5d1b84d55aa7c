// A segment as the data section has it: active, in memory 0, at a constant address.
#pragma once

#include "objfile/support/leb128.h"
#include "objfile/system/output_file.h"

#include <cstring>

namespace wald::wasm {

// With room for write_sleb_roomy().
inline constexpr uint64_t kMaxSegmentHeader = 3 + 2 * kMaxLebSize;

inline uint8_t *write_segment_header(uint8_t *at, uint64_t address, uint64_t size) {
  *at++ = 0;
  *at++ = 0x41; // i32.const
  at = write_sleb_roomy(at, int32_t(address));
  *at++ = 0x0b; // end
  return write_uleb(at, size);
}

inline void write_segment(OutputStream &out, uint64_t address, llvm::ArrayRef<uint8_t> bytes) {
  if (bytes.size() + kMaxSegmentHeader > OutputStream::kMostReserved) {
    out.advance(write_segment_header(out.reserve(kMaxSegmentHeader), address, bytes.size()));
    out.write(bytes);
    return;
  }
  uint8_t *at = out.reserve(bytes.size() + kMaxSegmentHeader);
  at = write_segment_header(at, address, bytes.size());
  std::memcpy(at, bytes.data(), bytes.size());
  out.advance(at + bytes.size());
}

} // namespace wald::wasm

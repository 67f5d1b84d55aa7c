#include "wasm/append.h"

#include "objfile/support/leb128.h"

namespace wald::wasm {

void append(std::vector<uint8_t> &to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_uleb(std::vector<uint8_t> &to, uint64_t value) {
  uint8_t buffer[kMaxLebSize];
  append(to, {buffer, write_uleb(buffer, value)});
}

void append_sized(std::vector<uint8_t> &to, Bytes bytes) {
  append_uleb(to, bytes.size());
  append(to, bytes);
}

} // namespace wald::wasm

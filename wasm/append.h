// Puts parts of modules together in memory.
#pragma once

#include "wasm/module_reader.h"

#include <vector>

namespace wald::wasm {

void append(std::vector<uint8_t> &to, Bytes bytes);
void append_uleb(std::vector<uint8_t> &to, uint64_t value);
// The bytes, after how many there are: names, parts of sections.
void append_sized(std::vector<uint8_t> &to, Bytes bytes);

} // namespace wald::wasm

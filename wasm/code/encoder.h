// Writes a body's bytes: the opposite of decode, with every number in its shortest form.
#pragma once

#include "wasm/code/body.h"

#include <cstdint>
#include <vector>

namespace wald::code {

// Appends the entry of a code section, without its size.
void encode(const Body &body, std::vector<uint8_t> &bytes);

} // namespace wald::code

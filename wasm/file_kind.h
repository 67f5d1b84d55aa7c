// What a file is that is no WebAssembly module, for messages: most often it is something that other
// tools make beside modules, and the reader wants to know how to get a module instead.
#pragma once

#include "objfile/support/bytes.h"
#include "objfile/support/problem.h"

namespace wald::wasm {

using Bytes = llvm::ArrayRef<uint8_t>;

// Whether it is a component, which begins as a module does.
bool is_component(Bytes bytes);

// With what to do, where that is known. For bytes that is_module refuses.
Problem why_no_module(Bytes bytes);

} // namespace wald::wasm

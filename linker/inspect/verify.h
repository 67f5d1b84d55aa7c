// Whether what the runtime will read of a module is consistent in itself.
//
// GoModule::open() lets pass what can be read; here is what has to hold so that the runtime reads
// the right things: entries in order, findfunctab leading to the right function from every pc,
// files, stack maps and inlined calls that pcs refer to, code that types and itabs refer to.
#pragma once

#include "linker/inspect/go_module.h"

#include <optional>
#include <string>
#include <vector>

namespace wald::inspect {

// Up to so many problems, each one line. None: all is well.
std::vector<std::string> verify(const GoModule &module, size_t most = 20);

// The first pc, from minpc up to maxpc, from which findfunctab does not lead to the right function,
// if there is one. Whether the way is short is another question: the runtime goes from where
// findfunctab says forward.
std::optional<uint64_t> misled_pc(const GoModule &module);

} // namespace wald::inspect

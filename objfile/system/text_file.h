// Files of text that are written beside the output: reports and traces.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace wald {

// Makes the file, in the place of an earlier one, and fills it by `write`, which is not called if
// the file cannot be made. "cannot write FILE: REASON" if that fails, else empty.
std::string write_text_file(const std::string &file,
                            llvm::function_ref<void(llvm::raw_ostream &)> write);

} // namespace wald

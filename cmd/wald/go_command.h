// What the commands share that stand in front of the go command: the target, and the flags of go
// that matter to them.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <optional>
#include <string>

namespace wald {

// Sets GOARCH=wasm and, unless it is js (here or by `go env -w`), GOOS=wasip1 for the programs that
// this one starts. A variable that names another target is reported, and false.
bool set_wasm_target();

// The last value that the flag has in the words, or else in GOFLAGS (here or by `go env -w`):
// "true" for one without a value. Words behind -args are no flags.
std::optional<std::string> go_flag_value(llvm::ArrayRef<std::string> go_words,
                                         llvm::StringRef name);

bool has_go_flag(llvm::ArrayRef<std::string> go_words, llvm::StringRef name);

// -C DIR must be the first flag of the go command; how many words it takes.
size_t size_of_directory_flag(llvm::ArrayRef<std::string> go_words);

} // namespace wald

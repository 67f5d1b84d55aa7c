// The flags of `go build`, `go test` and `go list`, as far as wald has to know them to find its own
// options, and packages, among them.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <string>

namespace wald {

// Whether the word is this flag, alone or with a value.
bool is_go_flag(llvm::StringRef word, llvm::StringRef name);

// Whether the word is a flag that some supported version has.
bool is_known_go_flag(llvm::StringRef word);

// Whether the word is no flag of the go command, or the one that ends them.
bool ends_go_flags(llvm::StringRef word);

// How many words the flag at the front takes: two if its value is the next word. A flag that is not
// known may be one of a test's own; nor does the go command know whether it has a value.
size_t size_of_go_flag(llvm::ArrayRef<std::string> words);

} // namespace wald

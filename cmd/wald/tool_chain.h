// `wald toolexec mytool --its-flag`: another tool of -toolexec after wald. The go command puts its
// own tool and that one's arguments at the end: `mytool --its-flag /…/pkg/tool/linux_amd64/link …`.
//
// The other tool runs for all that it wraps, the link too, since it may change that one's
// arguments. There it is given, in the place of Go's linker, a script of that name which calls
// wald.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <vector>

namespace wald {

// Which of the words is the tool of Go's, if that can be told.
std::optional<size_t> find_go_tool(llvm::ArrayRef<std::string> words);

// Whether the words look like a link, wherever its linker may be.
bool may_be_link(llvm::ArrayRef<std::string> words);

// Runs the words with a call of wald, with these options of `wald toolexec`, in the place of
// `words[linker]`. The exit status.
int run_chained_link(std::vector<std::string> words, size_t linker,
                     llvm::ArrayRef<std::string> options);

} // namespace wald

// What wald says about its commands and options, made from the tables.
#pragma once

#include "linker/command_line/command_table.h"

#include <string>

namespace wald {

// `wald help`.
std::string general_help();
// `wald help COMMAND`, `wald COMMAND --help`.
std::string command_help(const Command &command);
// `wald help WORD`: a command, a topic, or the topic of this option. Empty if it is none.
std::string help_about(llvm::StringRef word);
// `wald help --man`, for `man -l`.
std::string man_page();
// `wald completion SHELL`; empty for a shell that it does not know.
std::string shell_completion(llvm::StringRef shell);

} // namespace wald

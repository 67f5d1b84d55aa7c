// --export and --no-export for `wald check`: the exports that a link with these options has.
#pragma once

#include "directives/types/go_types.h"
#include "linker/command_line/export_options.h"

namespace wald {

// Changes the exports of a program that consists of these objects. Errors are the user's.
llvm::Error apply_export_options(const ExportOptions &options,
                                 llvm::ArrayRef<directives::ProgramObject> objects,
                                 directives::TypeResolver &resolver, llvm::StringRef goroot,
                                 directives::Interface &interface);

} // namespace wald

// LLVM's readers of JSON and YAML call themselves for each list within a list, so text that is not
// trusted is looked at here first: one of a megabyte of brackets would use up the stack.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace wald::objfile {

inline constexpr unsigned kMaxTextNesting = 100;

// llvm::json::parse, which also fails for lists and objects that nest too deep.
llvm::Expected<llvm::json::Value> parse_json(llvm::StringRef text);

// Whether lists and mappings may nest too deep, in brackets or without. What it does not understand
// it counts.
bool yaml_nests_too_deep(llvm::StringRef text);

} // namespace wald::objfile

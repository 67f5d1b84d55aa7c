// LLVM's readers of JSON and YAML call themselves for each list within a list, so text that is not
// trusted is looked at here first: one of a megabyte of brackets would use up the stack.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace wald::objfile {

inline constexpr unsigned kMaxTextNesting = 100;

struct JsonBracket {
  char bracket; // one of [ ] { }
  size_t offset;
  // The last string before it and after the bracket before that one, as it is written: of an
  // opening bracket the key, if it has one.
  llvm::StringRef last_string;
};

// Calls `visit` for each bracket that is not in a string, until it returns false. Returns the
// offset where it stopped, or the text's size. Text that is not JSON is scanned, too.
size_t scan_json(llvm::StringRef text, llvm::function_ref<bool(const JsonBracket &)> visit);

// llvm::json::parse, which also fails for lists and objects that nest too deep.
llvm::Expected<llvm::json::Value> parse_json(llvm::StringRef text);

// Whether lists and mappings may nest too deep, in brackets or without. What it does not understand
// it counts.
bool yaml_nests_too_deep(llvm::StringRef text);

} // namespace wald::objfile

// Go's own notions of text, needed wherever its tools write or read text files: characters, white
// space, string literals, and import paths as they stand in symbol names. Pure functions; no
// locale.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald::objfile {

struct Rune {
  uint32_t value; // U+FFFD for a byte that is not part of valid UTF-8
  unsigned size;  // bytes taken
  bool is_valid;
};

// The character at the start of non-empty text. An ill-formed sequence takes one byte.
Rune decode_rune(llvm::StringRef text);

// Without leading and trailing white space, which is Unicode's, as for Go's strings.TrimSpace.
llvm::StringRef trim_go_space(llvm::StringRef text);

// The words between white space, as for Go's strings.Fields.
std::vector<llvm::StringRef> split_go_space(llvm::StringRef text);

// The value of a Go literal: "…" with escapes, a back-quoted raw string, or at most one character
// in single quotes. Nothing for anything else. As in Go, an ill-formed UTF-8 byte inside quotes
// that also hold an escape (or another such byte) becomes U+FFFD.
std::optional<std::string> unquote_go(llvm::StringRef literal);

// A double-quoted Go literal of `text`, as fmt's %q writes it. Exact for ASCII and for bytes that
// are not UTF-8. Other characters stand for themselves: which of them Go escapes depends on the
// Unicode tables of its version, so callers that need exact bytes first ask is_ascii_or_invalid.
std::string quote_go(llvm::StringRef text);

// Whether quote_go is exact for `text`: it has no valid UTF-8 sequence of two or more bytes.
bool is_ascii_or_invalid(llvm::StringRef text);

// `text` with U+FFFD for every byte that is not part of valid UTF-8, as Go converts strings to
// runes.
std::string replace_ill_formed_utf8(llvm::StringRef text);

// An import path as it stands in symbol names: control characters, space, `%`, `"`, bytes from 0x7f
// and dots in the last element are written %xx (reference: PathToPrefix in cmd/internal/objabi).
std::string escape_import_path(llvm::StringRef path);

} // namespace wald::objfile

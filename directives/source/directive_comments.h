// Comments that are go:wasmimport or go:wasmexport directives, or that somebody may have meant to
// be.
//
// What is near a directive by its letters is one that was misspelt or prose about directives. How
// near it must be depends on how it is written: nobody writes prose directly behind //, and behind
// a blank it takes more to tell, if need be that the comment names the function that follows.
#pragma once

#include "directives/interface.h"
#include "directives/source/go_scanner.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <vector>

namespace wald::directives {

// How a comment is written. Only the first form is a directive for Go; prose may look like the
// others, so that their words and place decide what somebody meant.
enum class DirectiveForm : uint8_t {
  kExact,       // "//go:wasmimport " and whatever follows
  kNoArguments, // "//go:wasmimport", nothing behind it
  kTab,         // "//go:wasmimport\t…", or white space other than a blank
  kBlank,       // "// go:wasmimport …"
  kBlock,       // "/*go:wasmimport …*/", also with white space
  kSpelling, // "//go:WasmImport …", "//go:wasmimprot …", "//go: wasmimport …", "//go:wasmimport:…"
  kTinyGo,   // "//export NAME", "//go:export NAME": of kind kExport, an import without a body
};

// What a comment stands in front of or in. The declaration that follows counts, blank lines and
// other comments between do not.
enum class DirectivePlacement : uint8_t {
  kFunction,   // in front of `function`
  kInFunction, // within `function`: its body, or between its words
  kPackage,    // in front of the package clause
  kImport,     // in front of or within such a declaration
  kConst,
  kType,
  kVar,
  kBehindCode, // after code on the same line, wherever; an error for Go if the form is exact
  kNothing,    // nothing follows in the file
};

// A comment that is or looks like a directive.
struct DirectiveComment {
  DirectiveKind kind = DirectiveKind::kImport;
  DirectiveForm form = DirectiveForm::kExact;
  DirectivePlacement placement = DirectivePlacement::kNothing;
  std::optional<size_t> function;     // index in SourceFile::functions, of the first two placements
  llvm::StringRef text;               // the comment, with // or /* and */
  std::vector<llvm::StringRef> words; // after the directive's own word: module and name
  llvm::StringRef trailing;           // a comment within the comment, after the words: "// …"
  bool needs_name = false;            // prose, unless it has the name of the function that follows
  SourcePlace place;                  // of the comment's first byte
};

// The directive that comments[index] is or looks like. The others are those around it.
std::optional<DirectiveComment> classify_directive(llvm::ArrayRef<GoComment> comments,
                                                   size_t index);

// The module of TinyGo's "//go:wasm-module MODULE", which goes with //export; empty for any other
// comment.
llvm::StringRef tinygo_module(llvm::StringRef comment);

// The module or name that somebody meant who put quotes or punctuation around it: f for "f" or f;
llvm::StringRef without_punctuation(llvm::StringRef name);

// Whether two names may mean the same thing: add, Add and lib_add.
bool are_alike(llvm::StringRef a, llvm::StringRef b);

// False for a text that has no such comment, which is quicker to tell than to read it.
bool may_have_directives(llvm::StringRef text);

} // namespace wald::directives

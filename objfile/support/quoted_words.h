// Lists of words in one string, as Go's tools take them (-toolexec, -exec, -extld, GOFLAGS):
// separated by white space; a word that begins with a quote ends before the next such quote,
// without escapes.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace wald {

// Sets `open_quote` to the quote that is not closed, and returns the words before it; otherwise 0.
std::vector<llvm::StringRef> split_quoted_words(llvm::StringRef text, char &open_quote);

// The words as one string. Nothing if a word has both kinds of quotes.
std::optional<std::string> quote_words(llvm::ArrayRef<std::string> words);

} // namespace wald

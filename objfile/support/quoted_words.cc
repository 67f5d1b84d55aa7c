// See the header (ref: Split and Join in cmd/internal/quoted).
#include "objfile/support/quoted_words.h"

#include "llvm/ADT/Twine.h"

namespace wald {

namespace {
constexpr llvm::StringLiteral kSpace = " \t\r\n";
}

std::vector<llvm::StringRef> split_quoted_words(llvm::StringRef text, char &open_quote) {
  std::vector<llvm::StringRef> words;
  open_quote = 0;
  while (!(text = text.ltrim(kSpace)).empty()) {
    if (text[0] != '"' && text[0] != '\'') {
      words.push_back(text.take_front(text.find_first_of(kSpace)));
      text = text.drop_front(words.back().size());
      continue;
    }
    size_t end = text.find(text[0], 1);
    if (end == llvm::StringRef::npos) {
      open_quote = text[0];
      break;
    }
    words.push_back(text.slice(1, end));
    text = text.drop_front(end + 1);
  }
  return words;
}

std::optional<std::string> quote_words(llvm::ArrayRef<std::string> words) {
  std::string line;
  for (llvm::StringRef word : words) {
    if (!line.empty())
      line += ' ';
    bool has_single = word.contains('\''), has_double = word.contains('"');
    if (has_single && has_double)
      return std::nullopt;
    bool is_plain = !has_single && !has_double && !word.empty() &&
                    word.find_first_of(kSpace) == llvm::StringRef::npos;
    const char *quote = is_plain ? "" : has_single ? "\"" : "'";
    line += (llvm::Twine(quote) + word + quote).str();
  }
  return line;
}

} // namespace wald

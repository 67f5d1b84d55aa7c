// Tokens and comments of Go source text. Semicolons that line ends stand for are tokens, as the
// language specification has it. No text is refused: what is no token is an operator of one byte.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace wald::directives {

// Lines and columns (in bytes) from 1.
struct SourcePlace {
  uint32_t line = 0, column = 0;
};

struct GoToken {
  enum Kind : uint8_t { kEnd, kName, kKeyword, kInteger, kNumber, kString, kOperator, kSemicolon };
  Kind kind = kEnd;
  llvm::StringRef text; // empty at the end and for the semicolon of a line end
  SourcePlace place;

  bool is_operator(llvm::StringRef spelling) const { return kind == kOperator && text == spelling; }
  bool is_keyword(llvm::StringRef word) const { return kind == kKeyword && text == word; }
};

struct GoComment {
  llvm::StringRef text; // with // or /* and */, without the line end
  SourcePlace place;
  bool is_behind_code = false; // something else stands before it on its line
};

// Copies are cheap and scan on independently, for looking ahead.
class GoScanner {
public:
  explicit GoScanner(llvm::StringRef text);

  // The next token. Comments in front of it are appended to `comments` if that is not null.
  GoToken next(std::vector<GoComment> *comments);

private:
  llvm::StringRef scan_comment();
  GoToken::Kind scan_token();
  GoToken::Kind scan_number();
  void scan_quoted(char quote);
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0; }
  void note_line_ends(size_t begin, size_t end);

  llvm::StringRef text_;
  size_t at_ = 0, line_begin_ = 0;
  uint32_t line_ = 1;
  bool line_end_is_semicolon_ = false;
  bool line_has_something_ = false;
};

} // namespace wald::directives

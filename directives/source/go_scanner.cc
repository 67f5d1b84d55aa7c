#include "directives/source/go_scanner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

constexpr StringRef kKeywords[] = {
    "break",  "case",        "chan", "const",   "continue", "default", "defer",
    "else",   "fallthrough", "for",  "func",    "go",       "goto",    "if",
    "import", "interface",   "map",  "package", "range",    "return",  "select",
    "struct", "switch",      "type", "var",
};

bool is_keyword(StringRef word) {
  // Most words are none, which the first letter tells.
  return llvm::any_of(kKeywords,
                      [&](StringRef keyword) { return keyword[0] == word[0] && keyword == word; });
}

// Longest first.
constexpr StringRef kOperators[] = {
    "&^=", "...", "<<=", ">>=", "!=", "%=", "&&", "&=", "&^", "*=", "++", "+=", "--",
    "-=",  "/=",  ":=",  "<-",  "<<", "<=", "==", ">=", ">>", "^=", "|=", "||",
};

bool is_letter(char c) {
  return llvm::isAlpha(c) || c == '_' || uint8_t(c) >= 0x80;
}

bool ends_statement(GoToken::Kind kind, StringRef text) {
  switch (kind) {
  case GoToken::kName:
  case GoToken::kInteger:
  case GoToken::kNumber:
  case GoToken::kString:
    return true;
  case GoToken::kKeyword:
    return text == "break" || text == "continue" || text == "fallthrough" || text == "return";
  case GoToken::kOperator:
    return text == ")" || text == "]" || text == "}" || text == "++" || text == "--";
  default:
    return false;
  }
}

} // namespace

GoScanner::GoScanner(StringRef text) : text_(text) {
  if (text.starts_with("\xef\xbb\xbf")) // a byte order mark
    at_ = line_begin_ = 3;
}

// Counts lines of text that may have several: comments and raw strings.
void GoScanner::note_line_ends(size_t begin, size_t end) {
  // Not looked for beyond the end: many short comments may share one long line.
  StringRef part = text_.take_front(end);
  for (size_t i = part.find('\n', begin); i != StringRef::npos; i = part.find('\n', i + 1)) {
    line_++;
    line_begin_ = i + 1;
  }
}

// A comment from its first byte on.
StringRef GoScanner::scan_comment() {
  size_t begin = at_;
  size_t end = peek(1) == '/' ? text_.find('\n', at_) : text_.find("*/", at_ + 2);
  if (end != StringRef::npos && peek(1) == '*')
    end += 2;
  at_ = std::min(end, text_.size());
  note_line_ends(begin, at_);
  StringRef comment = text_.slice(begin, at_);
  if (comment.starts_with("//"))
    comment.consume_back("\r");
  return comment;
}

// A quoted literal ends at the latest at the line's end, a raw one anywhere.
void GoScanner::scan_quoted(char quote) {
  size_t begin = at_++;
  if (quote == '`') {
    at_ = std::min(text_.find('`', at_), text_.size() - 1) + 1;
    note_line_ends(begin, at_);
    return;
  }
  while (at_ < text_.size() && text_[at_] != '\n') {
    char c = text_[at_++];
    if (c == quote)
      return;
    if (c == '\\' && at_ < text_.size() && text_[at_] != '\n')
      at_++;
  }
}

GoToken::Kind GoScanner::scan_number() {
  bool is_hex = peek() == '0' && llvm::toLower(peek(1)) == 'x';
  GoToken::Kind kind = GoToken::kInteger;
  while (llvm::isAlnum(peek()) || peek() == '_' || peek() == '.') {
    char c = llvm::toLower(text_[at_++]);
    bool is_exponent = c == (is_hex ? 'p' : 'e');
    if (is_exponent && (peek() == '+' || peek() == '-'))
      at_++;
    if (is_exponent || c == '.' || c == 'i')
      kind = GoToken::kNumber;
  }
  return kind;
}

GoToken::Kind GoScanner::scan_token() {
  char c = peek();
  if (is_letter(c)) {
    size_t begin = at_;
    while (is_letter(peek()) || llvm::isDigit(peek()))
      at_++;
    return is_keyword(text_.slice(begin, at_)) ? GoToken::kKeyword : GoToken::kName;
  }
  if (llvm::isDigit(c) || (c == '.' && llvm::isDigit(peek(1))))
    return scan_number();
  if (c == '"' || c == '`' || c == '\'') {
    scan_quoted(c);
    return c == '\'' ? GoToken::kInteger : GoToken::kString;
  }
  StringRef rest = text_.substr(at_);
  bool may_be_long = StringRef("=&^.<>+-|").contains(peek(1));
  for (StringRef spelling : kOperators) {
    if (may_be_long && rest.starts_with(spelling)) {
      at_ += spelling.size();
      return GoToken::kOperator;
    }
  }
  at_++;
  return c == ';' ? GoToken::kSemicolon : GoToken::kOperator;
}

GoToken GoScanner::next(std::vector<GoComment> *comments) {
  for (;;) {
    char c = peek();
    SourcePlace place = {line_, uint32_t(at_ - line_begin_ + 1)};
    bool at_end = at_ >= text_.size();
    bool is_comment = c == '/' && (peek(1) == '/' || peek(1) == '*');
    if (c == ' ' || c == '\t' || c == '\r') {
      at_++;
      continue;
    }
    // The semicolon stands before a comment that ends the line.
    bool ends_line = at_end || c == '\n' || (is_comment && peek(1) == '/');
    if (ends_line && line_end_is_semicolon_) {
      line_end_is_semicolon_ = false;
      return {GoToken::kSemicolon, "", place};
    }
    if (at_end)
      return {GoToken::kEnd, "", place};
    if (is_comment) {
      GoComment comment = {scan_comment(), place, line_has_something_};
      line_has_something_ = true;
      if (comments)
        comments->push_back(comment);
      if (line_ != place.line && line_end_is_semicolon_) {
        line_end_is_semicolon_ = false;
        return {GoToken::kSemicolon, "", place};
      }
      continue;
    }
    if (c == '\n') {
      at_++;
      line_++;
      line_begin_ = at_;
      line_has_something_ = false;
      continue;
    }
    size_t begin = at_;
    GoToken::Kind kind = scan_token();
    StringRef text = text_.slice(begin, at_);
    line_has_something_ = true;
    line_end_is_semicolon_ = ends_statement(kind, text);
    return {kind, text, place};
  }
}

} // namespace wald::directives

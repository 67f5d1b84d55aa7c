#include "objfile/support/nesting.h"

#include <algorithm>

namespace wald::objfile {

namespace {

// A column that no nested list by hand begins at.
constexpr size_t kMaxIndentation = 1000;

bool is_opening(char c) {
  return c == '[' || c == '{';
}
bool is_closing(char c) {
  return c == ']' || c == '}';
}

// The offset after the string that begins at `at`, or the end of the text.
size_t skip_string(llvm::StringRef text, size_t at, bool has_escapes) {
  char quote = text[at++];
  while (at < text.size() && text[at] != quote)
    at += has_escapes && text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

bool json_nests_too_deep(llvm::StringRef text) {
  unsigned depth = 0;
  return scan_json(text, [&](const JsonBracket &bracket) {
           depth += is_opening(bracket.bracket);
           depth -= is_closing(bracket.bracket) && depth;
           return depth <= kMaxTextNesting;
         }) != text.size();
}

} // namespace

size_t scan_json(llvm::StringRef text, llvm::function_ref<bool(const JsonBracket &)> visit) {
  llvm::StringRef last_string;
  size_t at = 0;
  while (at < text.size()) {
    char c = text[at];
    if (c == '"') {
      size_t end = skip_string(text, at, /*has_escapes=*/true);
      last_string = text.slice(at + 1, end - 1);
      at = end;
      continue;
    }
    if (is_opening(c) || is_closing(c)) {
      if (!visit({c, at, last_string}))
        return at;
      last_string = llvm::StringRef();
    }
    at++;
  }
  return at;
}

llvm::Expected<llvm::json::Value> parse_json(llvm::StringRef text) {
  if (json_nests_too_deep(text))
    return llvm::createStringError(std::errc::invalid_argument, "JSON nests deeper than %u",
                                   kMaxTextNesting);
  return llvm::json::parse(text);
}

bool yaml_nests_too_deep(llvm::StringRef text) {
  unsigned depth = 0;          // of brackets
  unsigned num_indicators = 0; // of this line: "- - ? key"
  size_t line = 0;             // where it begins
  bool is_at_start = true;     // of the line, but for blanks and indicators
  bool is_in_plain = false;    // in a scalar without quotes, where quotes mean nothing
  bool is_after_blank = true;  // or after what ends a scalar as well
  for (size_t at = 0; at < text.size(); at++) {
    char c = text[at];
    bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    bool is_indicator = is_after_blank && (c == '-' || c == '?' || c == ':');
    if (c == '\n') {
      line = at + 1;
      num_indicators = 0;
      is_at_start = true;
      is_in_plain = is_in_plain && depth > 0;
    } else if (is_after_blank && c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
      continue;
    } else if (!is_in_plain && (c == '"' || c == '\'')) {
      size_t end = skip_string(text, at, c == '"');
      // Those of several lines are not worth the difference to what only looks like one.
      if (!text.slice(at, end).contains('\n')) {
        at = end - 1;
        is_at_start = is_after_blank = false;
        continue;
      }
    }
    if (is_opening(c) && (!is_in_plain || depth > 0))
      depth++;
    else if (is_closing(c))
      depth -= depth > 0;
    num_indicators += is_indicator;
    if (depth > kMaxTextNesting || num_indicators > kMaxTextNesting ||
        (is_at_start && at > line + kMaxIndentation))
      return true;
    bool is_separator = is_opening(c) || is_closing(c) || c == ',' || c == ':';
    // After a tag or an anchor the value begins.
    bool is_property = is_after_blank && (c == '!' || c == '&');
    is_at_start = is_at_start && (is_blank || is_indicator);
    if (is_separator || is_property)
      is_in_plain = false;
    else if (!is_blank && !is_indicator && is_after_blank)
      is_in_plain = true;
    is_after_blank = is_blank || is_separator;
  }
  return false;
}

} // namespace wald::objfile

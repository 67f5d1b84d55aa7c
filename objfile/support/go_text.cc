// Go literals follow the language specification's lexical rules; the two places where strconv says
// more than it (ill-formed UTF-8, carriage returns in raw strings) are commented.
#include "objfile/support/go_text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace wald::objfile {

namespace {

constexpr uint32_t kReplacement = 0xfffd;

// For the values of characters only.
void append_rune(std::string &out, uint32_t value) {
  if (value < 0x80) {
    out += char(value);
    return;
  }
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT], *end = buffer;
  if (llvm::ConvertCodePointToUTF8(value, end))
    out.append(buffer, end);
}

bool is_space(uint32_t rune) {
  switch (rune) {
  case '\t':
  case '\n':
  case '\v':
  case '\f':
  case '\r':
  case ' ':
  case 0x85:
  case 0xa0:
  case 0x1680:
  case 0x2028:
  case 0x2029:
  case 0x202f:
  case 0x205f:
  case 0x3000:
    return true;
  default:
    return rune >= 0x2000 && rune <= 0x200a;
  }
}

// `count` digits of `radix` at the start of text, or nothing.
std::optional<uint32_t> read_digits(llvm::StringRef &text, unsigned count, unsigned radix) {
  if (text.size() < count)
    return std::nullopt;
  uint32_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    unsigned digit = llvm::hexDigitValue(text[i]);
    if (digit >= radix)
      return std::nullopt;
    value = value * radix + digit;
  }
  text = text.drop_front(count);
  return value;
}

// \u and \U name a character, \x and octal escapes a byte.
bool append_numeric_escape(llvm::StringRef &text, char kind, std::string &out) {
  if (kind == 'u' || kind == 'U') {
    std::optional<uint32_t> value = read_digits(text, kind == 'u' ? 4 : 8, 16);
    if (!value || *value > 0x10ffff || (*value >= 0xd800 && *value < 0xe000))
      return false;
    append_rune(out, *value);
    return true;
  }
  std::optional<uint32_t> value;
  if (kind == 'x')
    value = read_digits(text, 2, 16);
  else {
    llvm::StringRef digits(text.data() - 1, text.size() + 1);
    value = read_digits(digits, 3, 8);
    text = digits;
  }
  if (!value || *value > 0xff)
    return false;
  out += static_cast<char>(*value);
  return true;
}

// The escape after a backslash that has been taken off.
bool append_escape(llvm::StringRef &text, char quote, std::string &out) {
  if (text.empty())
    return false;
  char kind = text[0];
  text = text.drop_front();
  switch (kind) {
  case 'a':
    out += '\a';
    return true;
  case 'b':
    out += '\b';
    return true;
  case 'f':
    out += '\f';
    return true;
  case 'n':
    out += '\n';
    return true;
  case 'r':
    out += '\r';
    return true;
  case 't':
    out += '\t';
    return true;
  case 'v':
    out += '\v';
    return true;
  case '\\':
    out += '\\';
    return true;
  case '\'':
  case '"':
    out += kind;
    return kind == quote; // only the quote in use may be escaped
  case 'x':
  case 'u':
  case 'U':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
    return append_numeric_escape(text, kind, out);
  default:
    return false;
  }
}

} // namespace

Rune decode_rune(llvm::StringRef text) {
  const llvm::UTF8 *start = text.bytes_begin(), *at = start;
  if (*start < 0x80)
    return {*start, 1, true};
  llvm::UTF32 value = 0;
  if (llvm::convertUTF8Sequence(&at, text.bytes_end(), &value, llvm::strictConversion) !=
      llvm::conversionOK)
    return {kReplacement, 1, false};
  return {value, unsigned(at - start), true};
}

llvm::StringRef trim_go_space(llvm::StringRef text) {
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    if (!rune.is_valid || !is_space(rune.value))
      break;
    text = text.drop_front(rune.size);
  }
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && (text[start] & 0xc0) == 0x80)
      --start;
    Rune rune = decode_rune(text.drop_front(start));
    if (!rune.is_valid || start + rune.size != text.size() || !is_space(rune.value))
      break;
    text = text.take_front(start);
  }
  return text;
}

std::vector<llvm::StringRef> split_go_space(llvm::StringRef text) {
  std::vector<llvm::StringRef> words;
  for (text = trim_go_space(text); !text.empty(); text = trim_go_space(text)) {
    size_t end = 0;
    while (end < text.size()) {
      Rune rune = decode_rune(text.drop_front(end));
      if (rune.is_valid && is_space(rune.value))
        break;
      end += rune.size;
    }
    words.push_back(text.take_front(end));
    text = text.drop_front(end);
  }
  return words;
}

std::optional<std::string> unquote_go(llvm::StringRef literal) {
  if (literal.size() < 2)
    return std::nullopt;
  char quote = literal[0];
  llvm::StringRef text = literal.drop_front();
  std::string out;
  if (quote == '`') {
    if (text.find('`') != text.size() - 1)
      return std::nullopt;
    for (char c : text.drop_back())
      if (c != '\r') // as in source files
        out += c;
    return out;
  }
  if (quote != '"' && quote != '\'')
    return std::nullopt;
  unsigned characters = 0;
  while (!text.empty() && text[0] != quote) {
    if (text[0] == '\n')
      return std::nullopt;
    ++characters;
    if (text[0] == '\\') {
      text = text.drop_front();
      if (!append_escape(text, quote, out))
        return std::nullopt;
      continue;
    }
    Rune rune = decode_rune(text);
    append_rune(out, rune.value); // U+FFFD for an ill-formed byte
    text = text.drop_front(rune.size);
  }
  if (text.size() != 1 || (quote == '\'' && characters > 1))
    return std::nullopt;
  return out;
}

std::string quote_go(llvm::StringRef text) {
  std::string out = "\"";
  auto append_hex = [&](uint8_t byte) {
    out += "\\x";
    out += llvm::hexdigit(byte >> 4, /*LowerCase=*/true);
    out += llvm::hexdigit(byte & 15, /*LowerCase=*/true);
  };
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    uint8_t first = text[0];
    llvm::StringRef taken = text.take_front(rune.size);
    text = text.drop_front(rune.size);
    constexpr llvm::StringLiteral kNamed = "\a\b\f\n\r\t\v\\\"";
    constexpr llvm::StringLiteral kLetters = "abfnrtv\\\"";
    size_t named = rune.size == 1 ? kNamed.find(static_cast<char>(first)) : llvm::StringRef::npos;
    if (named != llvm::StringRef::npos) {
      out += '\\';
      out += kLetters[named];
    } else if (!rune.is_valid || first < 0x20 || first == 0x7f) {
      append_hex(first);
    } else {
      out += taken;
    }
  }
  return out + '"';
}

bool is_ascii_or_invalid(llvm::StringRef text) {
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    if (rune.size > 1)
      return false;
    text = text.drop_front(rune.size);
  }
  return true;
}

std::string replace_ill_formed_utf8(llvm::StringRef text) {
  std::string out;
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    append_rune(out, rune.value);
    text = text.drop_front(rune.size);
  }
  return out;
}

std::string escape_import_path(llvm::StringRef path) {
  size_t slash = path.rfind('/');
  size_t last_element = slash == llvm::StringRef::npos ? 0 : slash + 1;
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    uint8_t c = path[i];
    if (c > ' ' && c < 0x7f && c != '%' && c != '"' && (c != '.' || i < last_element)) {
      out += static_cast<char>(c);
      continue;
    }
    out += '%';
    out += llvm::hexdigit(c >> 4, /*LowerCase=*/true);
    out += llvm::hexdigit(c & 15, /*LowerCase=*/true);
  }
  return out;
}

} // namespace wald::objfile

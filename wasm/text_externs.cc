// Modules in the text format, by wabt's parser. That calls itself for each block within a block, so
// how deep blocks nest is looked at before; and what else it stops the process at.
#include "wasm/externs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

#include "wabt/cast.h"
#include "wabt/ir.h"
#include "wabt/wast-lexer.h"
#include "wabt/wast-parser.h"

namespace wald::wasm {

namespace {

constexpr unsigned kMaxNesting = 500;

llvm::Error text_error(uint32_t line, uint32_t column, const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 llvm::Twine(line) + ":" + llvm::Twine(column) + ": " + what);
}

llvm::Error text_error(llvm::StringRef text, size_t at, const llvm::Twine &what) {
  llvm::StringRef before = text.take_front(at);
  return text_error(1 + before.count('\n'), before.size() - (before.rfind('\n') + 1) + 1, what);
}

// Walks over parentheses and the words that open and close blocks. A block after a parenthesis
// ends with it; any other one ends with the word end, or its text is refused by the parser.
class TextScanner {
public:
  explicit TextScanner(llvm::StringRef text) : text_(text) {}

  // Whether the text begins as a module with its fields in sight, or with a field. At anything
  // else wabt's parser stops the process, and "binary" and "quote" hide another module.
  bool begins_module() {
    if (next_token() != "(")
      return false;
    llvm::StringRef word = next_token();
    if (word != "module")
      return llvm::StringSwitch<bool>(word)
          .Cases("type", "import", "func", "table", "memory", "global", "export", "start", true)
          .Cases("elem", "data", "tag", true)
          .Default(false);
    word = next_token();
    if (word.starts_with("$"))
      word = next_token();
    return word == "(" || word == ")";
  }

  // The offset where blocks nest too deep, or npos.
  size_t find_too_deep() {
    while (at_ < text_.size()) {
      size_t start = at_;
      step();
      if (parens_ + blocks_ > kMaxNesting)
        return start;
    }
    return llvm::StringRef::npos;
  }

  // The offset of the first byte that begins no token, or npos. In a text without such, wabt's
  // lexer and this one agree on where strings and comments end.
  size_t find_no_token() {
    while (at_ < text_.size()) {
      size_t start = at_;
      llvm::StringRef rest = text_.drop_front(at_);
      if (rest[0] == '"' ? !skip_sound_string() : !is_plain(rest[0]))
        return start;
      if (rest[0] != '"')
        step();
      for (size_t i = start; i < at_; i++)
        if (text_[i] == '\0' || (text_[i] == '\r' && !text_.drop_front(i).starts_with("\r\n")))
          return i;
    }
    return llvm::StringRef::npos;
  }

  // The text with the contents of elements left blank. Nothing that is read here depends on them,
  // and at many mistakes in them wabt's parser stops the process.
  std::string without_elements() {
    std::string text = text_.str();
    while (at_ < text_.size()) {
      step();
      if (!is_behind_paren_)
        continue;
      size_t word = at_;
      if (next_token() != "elem") {
        at_ = word;
        continue;
      }
      size_t name = at_;
      if (!next_token().starts_with("$"))
        at_ = name;
      for (unsigned depth = parens_; at_ < text_.size();) {
        size_t start = at_;
        step();
        if (parens_ < depth)
          break;
        for (size_t i = start; i < at_; i++)
          text[i] = text[i] == '\n' ? '\n' : ' ';
      }
    }
    return text;
  }

private:
  void step() {
    llvm::StringRef rest = text_.drop_front(at_);
    if (rest.starts_with(";;")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.starts_with("(;")) {
      skip_block_comment();
    } else if (rest[0] == '"') {
      skip_string();
    } else if (rest[0] == '(') {
      parens_++;
      at_++;
      is_behind_paren_ = true;
      return;
    } else if (rest[0] == ')') {
      parens_ -= parens_ > 0;
      if (parens_ <= 1) // between the fields of the module
        blocks_ = 0;
      at_++;
    } else if (is_word(rest[0])) {
      llvm::StringRef word = rest.take_while(is_word);
      at_ += word.size();
      if (word == "end")
        blocks_ -= blocks_ > 0;
      else if (!is_behind_paren_ &&
               (word == "block" || word == "loop" || word == "if" || word == "try"))
        blocks_++;
    } else {
      at_++;
      return; // a blank
    }
    is_behind_paren_ = false;
  }

  // A parenthesis or a word, after blanks and comments; empty at the end and at anything else.
  llvm::StringRef next_token() {
    while (at_ < text_.size()) {
      llvm::StringRef rest = text_.drop_front(at_);
      llvm::StringRef token = rest.take_while(is_id);
      bool is_comment = rest.starts_with(";;") || rest.starts_with("(;");
      if (token.empty() && !is_comment && (rest[0] == '(' || rest[0] == ')'))
        token = rest.take_front(1);
      if (token.empty() && !is_comment && !llvm::isSpace(rest[0]))
        break;
      if (token.empty())
        step();
      else
        at_ += token.size();
      if (!token.empty())
        return token;
    }
    return "";
  }

  static bool is_id(char c) { // as the text format has it
    return llvm::isAlnum(c) || llvm::StringRef("!#$%&'*+-./:<=>?@\\^_`|~").contains(c);
  }
  static bool is_word(char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; }

  void skip_block_comment() {
    unsigned depth = 0;
    do {
      llvm::StringRef rest = text_.drop_front(at_);
      int change = rest.starts_with("(;") ? 1 : rest.starts_with(";)") ? -1 : 0;
      depth += change;
      at_ += change ? 2 : 1;
    } while (depth && at_ < text_.size());
  }

  void skip_string() {
    for (at_++; at_ < text_.size() && text_[at_] != '"'; at_++)
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size();
    at_ += at_ < text_.size();
  }

  // Whether the string ends, and has no escapes and bytes that it must not have.
  bool skip_sound_string() {
    size_t start = at_;
    skip_string();
    llvm::StringRef inner = text_.slice(start + 1, at_);
    if (!inner.consume_back("\""))
      return false;
    while (!inner.empty()) {
      if (uint8_t(inner[0]) < ' ' || inner[0] == '\x7f')
        return false;
      if (inner.consume_front("\\u{")) {
        llvm::StringRef digits = inner.take_while(llvm::isHexDigit);
        inner = inner.drop_front(digits.size());
        if (digits.empty() || !inner.consume_front("}"))
          return false;
      } else if (inner.consume_front("\\")) {
        bool is_letter = !inner.empty() && llvm::StringRef("tnr\"'\\").contains(inner[0]);
        bool is_byte = inner.size() > 1 && llvm::isHexDigit(inner[0]) && llvm::isHexDigit(inner[1]);
        if (!is_letter && !is_byte)
          return false;
        inner = inner.drop_front(is_letter ? 1 : 2);
      } else {
        inner = inner.drop_front();
      }
    }
    return true;
  }

  static bool is_plain(char c) { // outside of strings and comments
    return llvm::isPrint(c) || c == '\n' || c == '\r' || c == '\t';
  }

  llvm::StringRef text_;
  size_t at_ = 0;
  unsigned parens_ = 0, blocks_ = 0;
  bool is_behind_paren_ = false;
};

bool convert(const wabt::TypeVector &from, llvm::SmallVectorImpl<ValueType> &to) {
  for (wabt::Type type : from) {
    // Both number them by one signed byte.
    ValueType value_type = ValueType(int32_t(wabt::Type::Enum(type)) & 0x7f);
    if (type.IsReferenceWithIndex() || !value_type_name(value_type))
      return false;
    to.push_back(value_type);
  }
  return true;
}

bool convert(const wabt::FuncSignature &from, FuncType &to) {
  return convert(from.param_types, to.params) && convert(from.result_types, to.results);
}

class Collector {
public:
  explicit Collector(const wabt::Module &module) : module_(module) {}

  llvm::Expected<Externs> collect() {
    for (const wabt::ModuleField &field : module_.fields) {
      if (auto *import = wabt::dyn_cast<wabt::ImportModuleField>(&field))
        add_import(*import->import, field.loc);
      else if (auto *item = wabt::dyn_cast<wabt::ExportModuleField>(&field))
        add_export(item->export_, field.loc);
    }
    if (error_)
      return std::move(error_);
    return std::move(externs_);
  }

private:
  void add_import(const wabt::Import &import, const wabt::Location &at) {
    auto *function = wabt::dyn_cast<wabt::FuncImport>(&import);
    add(externs_.imports, import.module_name, import.field_name, import.kind(),
        function ? &function->func : nullptr, at);
  }

  void add_export(const wabt::Export &item, const wabt::Location &at) {
    const wabt::Func *function =
        item.kind == wabt::ExternalKind::Func ? module_.GetFunc(item.var) : nullptr;
    add(externs_.exports, "", item.name, item.kind, function, at);
  }

  void add(std::vector<Extern> &to, llvm::StringRef from, llvm::StringRef name,
           wabt::ExternalKind kind, const wabt::Func *function, const wabt::Location &at) {
    if (error_)
      return;
    Extern item;
    item.module = from.str();
    item.name = name.str();
    item.kind = ExternKind(kind); // in the binary format's order, as all of wabt's numbers
    item.line = at.line;
    if (item.kind == ExternKind::kFunction) {
      if (!function) {
        error_ = text_error(at.line, at.first_column, "there is no such function");
        return;
      }
      num_values_ += function->decl.sig.GetNumParams() + function->decl.sig.GetNumResults();
      if (num_values_ > kMaxExternValues) {
        error_ = text_error(at.line, at.first_column, "too many parameters");
        return;
      }
      if (!convert(function->decl.sig, item.type)) {
        error_ = text_error(at.line, at.first_column, "a type that no Go function has");
        return;
      }
    }
    to.push_back(std::move(item));
  }

  const wabt::Module &module_;
  Externs externs_;
  uint64_t num_values_ = 0;
  llvm::Error error_ = llvm::Error::success();
};

} // namespace

llvm::Expected<Externs> read_text_externs(llvm::StringRef text) {
  if (text.size() > kMaxTextSize)
    return text_error(1, 1, "the text is larger than " + llvm::Twine(kMaxTextSize) + " bytes");
  if (!TextScanner(text).begins_module())
    return text_error(1, 1, "no module in the text format");
  size_t no_token = TextScanner(text).find_no_token();
  if (no_token != llvm::StringRef::npos)
    return text_error(text, no_token, "nothing of the text format begins here");
  size_t too_deep = TextScanner(text).find_too_deep();
  if (too_deep != llvm::StringRef::npos)
    return text_error(text, too_deep, "blocks nest deeper than " + llvm::Twine(kMaxNesting));
  std::string readable = TextScanner(text).without_elements();
  wabt::Errors errors;
  auto lexer = wabt::WastLexer::CreateBufferLexer("", readable.data(), readable.size(), &errors);
  wabt::WastParseOptions options{wabt::Features()};
  std::unique_ptr<wabt::Module> module;
  wabt::Result result = wabt::ParseWatModule(lexer.get(), &module, &errors, &options);
  for (const wabt::Error &error : errors)
    if (error.error_level == wabt::ErrorLevel::Error)
      return text_error(error.loc.line, error.loc.first_column, error.message);
  if (wabt::Failed(result) || !module)
    return text_error(1, 1, "no module in the text format");
  return Collector(*module).collect();
}

} // namespace wald::wasm

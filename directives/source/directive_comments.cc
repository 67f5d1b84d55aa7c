#include "directives/source/directive_comments.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <array>
#include <string_view>

namespace wald::directives {

using llvm::StringRef;

namespace {

struct Word {
  DirectiveKind kind;
  StringRef letters; // without the punctuation
};
constexpr Word kWords[] = {{DirectiveKind::kExport, "gowasmexport"},
                           {DirectiveKind::kImport, "gowasmimport"}};

// Letters exchanged count twice, as do two that are missing, doubled or wrong.
constexpr unsigned kFarthest = 2;

// Between a directive's word and its arguments where no blank stands.
constexpr StringRef kSeparators = ":=,;()\"`";

size_t num_arguments(DirectiveKind kind) {
  return kind == DirectiveKind::kImport ? 2 : 1;
}

// Letters and digits in lower case.
std::string plain(StringRef text) {
  std::string letters;
  for (char c : text)
    if (llvm::isAlnum(c))
      letters += llvm::toLower(c);
  return letters;
}

struct Nearest {
  DirectiveKind kind;
  unsigned distance;
};

std::optional<Nearest> nearest_word(StringRef text) {
  // "go:wasmexport's" is prose.
  if (text.contains('\''))
    return std::nullopt;
  std::string letters = plain(text);
  std::optional<Nearest> nearest;
  for (const Word &word : kWords) {
    if (letters.size() + kFarthest < word.letters.size() ||
        letters.size() > word.letters.size() + kFarthest)
      continue;
    unsigned distance = StringRef(letters).edit_distance(word.letters, true, kFarthest);
    if (distance <= kFarthest && (!nearest || distance < nearest->distance))
      nearest = {word.kind, distance};
  }
  return nearest;
}

// What a comment says, if its first words are near a directive's.
struct Reading {
  Nearest nearest;
  std::vector<StringRef> arguments;

  bool is_complete() const { return arguments.size() == num_arguments(nearest.kind); }
};

// "go:wasmexport add", and also "go: wasmexport add" and "go wasm export add".
std::optional<Reading> read_words(llvm::ArrayRef<StringRef> words) {
  std::string joined;
  bool may_go_on = words[0].size() > 1 && StringRef("gow").contains(llvm::toLower(words[0][0]));
  for (size_t taken = 1; taken <= std::min<size_t>(may_go_on ? 3 : 1, words.size()); taken++) {
    joined += words[taken - 1];
    if (auto nearest = nearest_word(joined))
      return Reading{*nearest, words.drop_front(taken).vec()};
  }
  return std::nullopt;
}

std::vector<StringRef> split_at(StringRef text, StringRef separators) {
  std::vector<StringRef> parts;
  while (!text.empty()) {
    StringRef part =
        text.take_until([&](char c) { return separators.contains(c) || llvm::isSpace(c); });
    if (!part.empty())
      parts.push_back(part);
    text = text.drop_front(std::min(part.size() + 1, text.size()));
  }
  return parts;
}

// "go:wasmexport:add", "go:wasmimport(env, log)", "go:wasmimport.env.log".
std::optional<Reading> read_glued(StringRef content) {
  StringRef first = content.take_until(llvm::isSpace);
  for (size_t at = 0; at < first.size(); at++) {
    if (!kSeparators.contains(first[at]) && first[at] != '.')
      continue;
    auto nearest = nearest_word(first.take_front(at));
    if (!nearest || nearest->distance > 1)
      continue;
    StringRef rest = content.drop_front(at);
    Reading reading = {*nearest, split_at(rest, kSeparators)};
    if (first[at] == '.')
      reading.arguments = split_at(rest, (kSeparators + ".").str());
    if (reading.is_complete())
      return reading;
  }
  return std::nullopt;
}

// "//export NAME", which is a directive for TinyGo only. (For cgo, too, which wasm has not.)
std::optional<DirectiveComment> read_tinygo(const GoComment &comment) {
  std::vector<StringRef> words = objfile::split_go_space(comment.text);
  if (words.size() != 2 || (words[0] != "//export" && words[0] != "//go:export"))
    return std::nullopt;
  DirectiveComment directive;
  directive.kind = DirectiveKind::kExport;
  directive.form = DirectiveForm::kTinyGo;
  directive.words = {words[1]};
  return directive;
}

// The text of a comment line; empty where it cannot be a line of prose.
StringRef prose_of(const GoComment &comment) {
  StringRef text = comment.text;
  return text.consume_front("//") && (text.starts_with(" ") || text.starts_with("\t"))
             ? objfile::trim_go_space(text)
             : StringRef();
}

bool asks_for_more(StringRef line) {
  constexpr StringRef kWordsBetween[] = {
      "a",  "an",   "and", "are",  "as", "by",  "for", "from", "in",   "is",   "of",    "on",
      "or", "that", "the", "this", "to", "via", "use", "uses", "with", "like", "using", "its"};
  if (line.ends_with(",") || line.ends_with("("))
    return true;
  StringRef last = line.rsplit(' ').second;
  return llvm::is_contained(kWordsBetween, last.empty() ? line : last);
}

// Whether the line is a piece of a sentence that the lines around it begin or end.
bool is_in_sentence(llvm::ArrayRef<GoComment> comments, size_t index) {
  uint32_t line = comments[index].place.line;
  if (index > 0 && comments[index - 1].place.line + 1 == line &&
      asks_for_more(prose_of(comments[index - 1])))
    return true;
  if (index + 1 >= comments.size() || comments[index + 1].place.line != line + 1)
    return false;
  StringRef next = prose_of(comments[index + 1]);
  return !next.empty() && llvm::isLower(next[0]) && !next.starts_with("go:");
}

DirectiveForm form_of(StringRef body, StringRef first_word, const Nearest &nearest, bool is_block) {
  StringRef rest = body;
  bool is_spelt =
      first_word == (nearest.kind == DirectiveKind::kImport ? "go:wasmimport" : "go:wasmexport");
  if (is_block)
    return DirectiveForm::kBlock;
  if (!is_spelt)
    return DirectiveForm::kSpelling;
  if (!rest.consume_front(first_word))
    return DirectiveForm::kBlank;
  if (rest.starts_with(" "))
    return DirectiveForm::kExact;
  return rest.empty() ? DirectiveForm::kNoArguments : DirectiveForm::kTab;
}

// Whether the letters alone say that a directive was meant.
bool is_clear(StringRef content, const Nearest &nearest, bool has_gap) {
  if (!has_gap)
    return llvm::toLower(content[0]) == 'g' || llvm::toLower(content[0]) == 'o' ||
           !llvm::isAlnum(content[0]);
  return nearest.distance == 0 && content.size() > 2 && !llvm::isAlnum(content[2]) &&
         !llvm::isSpace(content[2]);
}

// Whether a comment with this text could be one, which takes little time to tell. Of the letters
// that it begins with, as many must be the word's as are when that is misspelt.
bool may_begin_directive(StringRef body) {
  if (body.starts_with("export") || body.starts_with("go:export"))
    return true;
  constexpr size_t kMostLetters = 14, kMostBytes = 32;
  std::array<uint8_t, 128> counts{};
  size_t num_letters = 0;
  for (char c : body.ltrim().take_front(kMostBytes)) {
    if (!llvm::isAlnum(c))
      continue;
    counts[uint8_t(llvm::toLower(c))]++;
    if (++num_letters == kMostLetters)
      break;
  }
  return llvm::any_of(kWords, [&](const Word &word) {
    std::array<uint8_t, 128> left = counts;
    size_t num_found = 0;
    for (char c : word.letters)
      if (left[uint8_t(c)] > 0) {
        left[uint8_t(c)]--;
        num_found++;
      }
    return num_found + kFarthest >= word.letters.size();
  });
}

} // namespace

std::optional<DirectiveComment> classify_directive(llvm::ArrayRef<GoComment> comments,
                                                   size_t index) {
  const GoComment &comment = comments[index];
  if (!may_begin_directive(comment.text.drop_front(2)))
    return std::nullopt;
  std::optional<DirectiveComment> directive = read_tinygo(comment);
  if (!directive) {
    StringRef body = comment.text.drop_front(2);
    bool is_block = comment.text.starts_with("/*");
    if (is_block)
      body.consume_back("*/");
    StringRef content = objfile::trim_go_space(body).split('\n').first;
    std::vector<StringRef> words = objfile::split_go_space(content);
    auto end = llvm::find_if(
        words, [](StringRef word) { return word.starts_with("//") || word.starts_with("/*"); });
    StringRef trailing =
        end == words.end() ? StringRef() : content.substr(end->data() - content.data());
    words.erase(end, words.end());
    if (words.empty())
      return std::nullopt;
    std::optional<Reading> reading = read_words(words);
    if (!reading || !reading->is_complete())
      if (std::optional<Reading> glued = read_glued(content.drop_back(trailing.size())))
        reading = glued;
    if (!reading)
      return std::nullopt;
    directive.emplace();
    directive->kind = reading->nearest.kind;
    directive->form = form_of(body, words[0], reading->nearest, is_block);
    directive->words = std::move(reading->arguments);
    directive->trailing = trailing;
    bool has_gap = is_block || !body.starts_with(content);
    directive->needs_name = !is_clear(content, reading->nearest, has_gap) ||
                            (has_gap && is_in_sentence(comments, index));
  }
  directive->text = comment.text;
  directive->place = comment.place;
  if (comment.is_behind_code)
    directive->placement = DirectivePlacement::kBehindCode;
  return directive;
}

StringRef tinygo_module(StringRef comment) {
  std::vector<StringRef> words = objfile::split_go_space(comment);
  return words.size() == 2 && words[0] == "//go:wasm-module" ? words[1] : StringRef();
}

StringRef without_punctuation(StringRef name) {
  name = name.split("//").first;
  // Within a name these are no less suspicious, but who knows what was meant.
  constexpr StringRef kAround = "\"'`,;:.=()<>{}";
  name = name.trim(kAround);
  for (StringRef quote : {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u00ab", "\u00bb"}) {
    name.consume_front(quote);
    name.consume_back(quote);
  }
  return name.trim(kAround);
}

bool are_alike(StringRef a, StringRef b) {
  std::string x = plain(a), y = plain(b);
  constexpr size_t kShortest = 3;
  if (x.size() < kShortest || y.size() < kShortest)
    return !x.empty() && x == y;
  return StringRef(x).contains(y) || StringRef(y).contains(x);
}

bool may_have_directives(StringRef text) {
  std::string_view all = text; // whose find is several times as fast as StringRef's
  for (size_t at = all.find('/'); at != all.npos; at = all.find('/', at + 1))
    if (at + 1 < all.size() && (all[at + 1] == '/' || all[at + 1] == '*') &&
        may_begin_directive(text.substr(at + 2)))
      return true;
  return false;
}

} // namespace wald::directives

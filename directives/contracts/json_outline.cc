#include "directives/contracts/json_outline.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

namespace wald::directives {

using llvm::StringRef;
using llvm::Twine;

namespace {

class Outliner {
public:
  Outliner(StringRef text, unsigned max_depth, unsigned max_objects)
      : text_(text), max_depth_(max_depth), max_objects_(max_objects) {}

  llvm::Expected<std::vector<InterfaceLines>> run() {
    for (; at_ < text_.size(); at_++) {
      char c = text_[at_];
      if (c == '\n')
        line_++;
      else if (c == '"')
        skip_string();
      else if (c == '{' || c == '[')
        open(c);
      else if ((c == '}' || c == ']') && !levels_.empty())
        levels_.pop_back();
      if (levels_.size() > max_depth_)
        return error_in_text(text_, at_, "values nest deeper than " + Twine(max_depth_));
      if (num_objects_ > max_objects_)
        return error_in_text(text_, at_, "more than " + Twine(max_objects_) + " objects");
    }
    return std::move(found_);
  }

private:
  struct Level {
    char opened;
    StringRef key; // after which it stands in the object around it
  };

  // The key is the last string; a string that is a value is followed by no bracket.
  void open(char c) {
    if (c == '{')
      open_object();
    levels_.push_back({c, last_string_});
    last_string_ = StringRef();
  }

  void open_object() {
    num_objects_++;
    bool is_in_list = !levels_.empty() && levels_[0].opened == '[';
    size_t depth = levels_.size() - is_in_list;
    if (depth == 0)
      found_.emplace_back();
    if (depth != 2 || found_.empty() || levels_.back().opened != '[')
      return;
    if (levels_.back().key == "imports")
      found_.back().imports.push_back(line_);
    if (levels_.back().key == "exports")
      found_.back().exports.push_back(line_);
  }

  // Leaves the offset at the closing quote.
  void skip_string() {
    size_t start = ++at_;
    for (; at_ < text_.size() && text_[at_] != '"'; at_++) {
      line_ += text_[at_] == '\n';
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        line_ += text_[++at_] == '\n';
    }
    last_string_ = text_.slice(start, at_);
  }

  StringRef text_, last_string_;
  unsigned max_depth_, max_objects_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  unsigned num_objects_ = 0;
  llvm::SmallVector<Level, 16> levels_;
  std::vector<InterfaceLines> found_;
};

} // namespace

llvm::Error error_in_text(StringRef text, size_t offset, const Twine &what) {
  StringRef before = text.take_front(offset);
  size_t line_start = before.rfind('\n');
  size_t column = before.size() - (line_start == StringRef::npos ? 0 : line_start + 1) + 1;
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 Twine(before.count('\n') + 1) + ":" + Twine(column) + ": " + what);
}

llvm::Expected<std::vector<InterfaceLines>> outline_json(StringRef text, unsigned max_depth,
                                                         unsigned max_objects) {
  return Outliner(text, max_depth, max_objects).run();
}

} // namespace wald::directives

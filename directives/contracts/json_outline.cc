#include "directives/contracts/json_outline.h"

#include "objfile/support/nesting.h"

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
    size_t end = objfile::scan_json(text_, [&](const objfile::JsonBracket &bracket) {
      if (bracket.bracket == '{')
        open_object(bracket.offset);
      if (bracket.bracket == '{' || bracket.bracket == '[')
        levels_.push_back({bracket.bracket, bracket.last_string});
      else if (!levels_.empty())
        levels_.pop_back();
      return levels_.size() <= max_depth_ && num_objects_ <= max_objects_;
    });
    if (levels_.size() > max_depth_)
      return error_in_text(text_, end, "values nest deeper than " + Twine(max_depth_));
    if (num_objects_ > max_objects_)
      return error_in_text(text_, end, "more than " + Twine(max_objects_) + " objects");
    return std::move(found_);
  }

private:
  struct Level {
    char opened;
    StringRef key; // after which it stands in the object around it
  };

  void open_object(size_t offset) {
    num_objects_++;
    bool is_in_list = !levels_.empty() && levels_[0].opened == '[';
    size_t depth = levels_.size() - is_in_list;
    if (depth == 0)
      found_.emplace_back();
    if (depth != 2 || found_.empty() || levels_.back().opened != '[')
      return;
    if (levels_.back().key == "imports")
      found_.back().imports.push_back(line_of(offset));
    if (levels_.back().key == "exports")
      found_.back().exports.push_back(line_of(offset));
  }

  // Offsets come in their order.
  uint32_t line_of(size_t offset) {
    line_ += text_.slice(counted_, offset).count('\n');
    counted_ = offset;
    return line_;
  }

  StringRef text_;
  unsigned max_depth_, max_objects_;
  size_t counted_ = 0; // bytes whose ends of lines are counted
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

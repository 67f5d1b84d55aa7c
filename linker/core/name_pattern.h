// Names that users give, with or without wildcards.
#pragma once

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/GlobPattern.h"

#include <deque>
#include <optional>
#include <string>

namespace wald {

// A name, or a pattern with *, ? and [..].
class NamePattern {
public:
  explicit NamePattern(llvm::StringRef text) : text_(text) {
    // Names of Go have brackets and stars, so a pattern may be one, too.
    if (llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(text_))
      glob_ = std::move(*glob);
    else
      llvm::consumeError(glob.takeError());
  }
  NamePattern(const NamePattern &) = delete; // the pattern is a view of the text
  NamePattern &operator=(const NamePattern &) = delete;
  bool matches(llvm::StringRef name) const {
    return name == text_ || (glob_ && glob_->match(name));
  }

private:
  std::string text_;
  std::optional<llvm::GlobPattern> glob_;
};

class NamePatterns {
public:
  void add(llvm::StringRef text) { list_.emplace_back(text); }
  bool matches(llvm::StringRef name) const {
    return llvm::any_of(list_, [&](const NamePattern &each) { return each.matches(name); });
  }

private:
  std::deque<NamePattern> list_;
};

} // namespace wald

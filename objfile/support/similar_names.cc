// See the header.
#include "objfile/support/similar_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <vector>

namespace wald {

using llvm::StringRef;

std::string similar_names(StringRef wanted, llvm::ArrayRef<StringRef> known) {
  constexpr size_t kMost = 3, kLongestName = 200;
  if (wanted.size() > kLongestName)
    return "";
  // A third of the letters may differ. Upper and lower case and what stands around count less.
  unsigned limit = std::max<size_t>(1, wanted.size() / 3);
  std::vector<std::pair<unsigned, StringRef>> near;
  for (StringRef name : known) {
    if (name.size() > kLongestName)
      continue;
    unsigned distance = wanted.equals_insensitive(name)
                            ? 0
                            : wanted.edit_distance(name, /*AllowReplacements=*/true, limit);
    if (distance <= limit || name.ends_with(("/" + wanted).str()))
      near.push_back({distance, name});
  }
  llvm::sort(near);
  near.erase(std::unique(near.begin(), near.end()), near.end());
  if (near.size() > kMost)
    near.resize(kMost);
  if (near.empty())
    return "";
  return "did you mean " + llvm::join(llvm::make_second_range(near), ", ") + "?";
}

std::vector<std::string> similar_notes(StringRef wanted, llvm::ArrayRef<StringRef> known) {
  std::string text = similar_names(wanted, known);
  return text.empty() ? std::vector<std::string>() : std::vector{std::move(text)};
}

std::vector<std::string> similar_notes(StringRef wanted, llvm::ArrayRef<std::string> known) {
  return similar_notes(wanted, std::vector<StringRef>(known.begin(), known.end()));
}

// A longer name costs time and is nobody's misspelling.
constexpr size_t kLongestWanted = 64;

NearestName::NearestName(StringRef wanted)
    : wanted_(wanted), limit_(wanted.size() > kLongestWanted ? 0 : wanted.size() / 3) {}

bool NearestName::is_nearer(StringRef name) {
  unsigned distance = wanted_.edit_distance_insensitive(name, /*AllowReplacements=*/true, limit_);
  if (limit_ == 0 || distance > limit_)
    return false;
  limit_ = distance ? distance - 1 : 0;
  return true;
}

} // namespace wald

#include "linker/core/diagnostics.h"

#include "objfile/support/printable.h"
#include "objfile/system/color.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wald {

namespace {

constexpr size_t kLongestText = 8192;
constexpr unsigned kMostParties = 3;

// Keeps the first bytes of what is printed to it, without a copy of the rest.
class TextStart final : public llvm::raw_ostream {
public:
  explicit TextStart(size_t most) : llvm::raw_ostream(/*unbuffered=*/true), most_(most) {}
  std::string take() { return std::move(text_); }

private:
  void write_impl(const char *bytes, size_t size) override {
    text_.append(bytes, std::min(size, most_ - text_.size()));
  }
  uint64_t current_pos() const override { return text_.size(); }

  size_t most_;
  std::string text_;
};

bool is_before(const Problem &a, const Problem &b) {
  return std::tie(a.fact, a.notes) < std::tie(b.fact, b.notes);
}

size_t bytes_of(const Problem &problem) {
  size_t bytes = sizeof problem + problem.fact.size();
  for (const std::string &note : problem.notes)
    bytes += sizeof(std::string) + note.size();
  return bytes;
}

} // namespace

std::string cut_text(llvm::StringRef text, size_t most) {
  if (text.size() <= most)
    return text.str();
  constexpr llvm::StringLiteral kEllipsis = "…";
  size_t end = most - kEllipsis.size();
  // Not within a character.
  for (unsigned i = 0; i < 3 && (uint8_t(text[end]) & 0xc0) == 0x80; i++)
    end--;
  return (text.take_front(end) + kEllipsis).str();
}

void Diagnostics::add(List &list, size_t limit, const llvm::Twine &fact,
                      std::vector<std::string> notes) {
  TextStart start(kLongestText + 1);
  fact.print(start);
  Problem added = {cut_text(start.take(), kLongestText), std::move(notes)};
  for (std::string &note : added.notes)
    if (note.size() > kLongestText)
      note = cut_text(note, kLongestText);
  std::lock_guard lock(mutex_);
  list.num_bytes += bytes_of(added);
  list.entries.push_back(std::move(added));
  if (list.num_bytes > list.most_bytes)
    drop(list, limit);
}

// Keeps what printing needs: of as many messages as there is room for, those that come first, the
// notes of a few.
void Diagnostics::drop(List &list, size_t limit) {
  std::vector<Problem> &entries = list.entries;
  std::sort(entries.begin(), entries.end(), is_before);
  std::vector<Problem> kept;
  size_t num_messages = 0;
  unsigned num_parties = 0;
  list.num_bytes = 0;
  for (Problem &next : entries) {
    if (kept.empty() || kept.back().fact != next.fact) {
      if (num_messages++ > limit) {
        list.has_dropped = true;
        break;
      }
      num_parties = 0;
    } else if (num_parties == kMostParties || kept.back().notes == next.notes) {
      continue;
    }
    num_parties++;
    list.num_bytes += bytes_of(next);
    kept.push_back(std::move(next));
  }
  entries = std::move(kept);
  // Without a limit, or with few of each kind, there is nothing to drop for a while.
  list.most_bytes = std::max(list.most_bytes, 2 * list.num_bytes);
}

void Diagnostics::error(const llvm::Twine &fact, std::vector<std::string> notes) {
  add(errors_, limit_, fact, std::move(notes));
  num_errors_++;
}

void Diagnostics::fatal(const llvm::Twine &fact, std::vector<std::string> notes) {
  error(fact, std::move(notes));
  fatal_ = true;
}

void Diagnostics::warn(const llvm::Twine &fact, std::vector<std::string> notes) {
  add(warnings_, warning_limit_, fact, std::move(notes));
}

static void print(llvm::StringRef severity, Color color, const Problem &problem) {
  llvm::errs() << "wald: " << colored_for_stderr(severity, color) << ": "
               << wasm::printable(problem.fact) << '\n';
  for (const std::string &note : problem.notes)
    llvm::errs() << ">>> " << wasm::printable(note) << '\n';
}

// One diagnostic for each message, with the notes of a few: a symbol is undefined once, however
// many functions refer to it. In an order that does not depend on when threads found what.
static std::vector<Problem> merge(std::vector<Problem> list) {
  std::sort(list.begin(), list.end(), is_before);
  std::vector<Problem> merged;
  unsigned num_parties = 0;
  for (Problem &next : list) {
    if (merged.empty() || merged.back().fact != next.fact) {
      merged.push_back(std::move(next));
      num_parties = 1;
      continue;
    }
    std::vector<std::string> &notes = merged.back().notes;
    // What to do stands at the end of each, and then at the end of all.
    bool ends_alike =
        notes.size() > 1 && next.notes.size() > 1 && notes.back() == next.notes.back();
    bool is_new = false;
    for (std::string &note : next.notes)
      if (num_parties < kMostParties &&
          std::find(notes.begin(), notes.end(), note) == notes.end()) {
        notes.insert(notes.end() - ends_alike, std::move(note));
        is_new = true;
      }
    num_parties += is_new;
  }
  return merged;
}

bool Diagnostics::checkpoint() {
  List warnings = std::exchange(warnings_, {});
  for (const Problem &warning : merge(std::move(warnings.entries))) {
    print("warning", Color::kWarning, warning);
    num_warnings_++;
  }
  if (warnings.has_dropped)
    llvm::errs() << "wald: warning: too many warnings\n";
  for (const Problem &error : merge(std::exchange(errors_, {}).entries)) {
    if (num_printed_ < limit_)
      print("error", Color::kError, error);
    else if (num_printed_ == limit_)
      llvm::errs() << "wald: error: too many errors\n";
    num_printed_++;
  }
  return num_errors_ == 0;
}

} // namespace wald

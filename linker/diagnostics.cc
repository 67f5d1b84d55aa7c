#include "linker/diagnostics.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wald {

void Diagnostics::add(std::vector<Diagnostic> &list, const llvm::Twine &fact,
                      std::vector<std::string> notes) {
  std::lock_guard lock(mutex_);
  list.push_back({fact.str(), std::move(notes)});
}

void Diagnostics::error(const llvm::Twine &fact, std::vector<std::string> notes) {
  add(errors_, fact, std::move(notes));
  num_errors_++;
}

void Diagnostics::fatal(const llvm::Twine &fact, std::vector<std::string> notes) {
  error(fact, std::move(notes));
  fatal_ = true;
}

void Diagnostics::warn(const llvm::Twine &fact, std::vector<std::string> notes) {
  add(warnings_, fact, std::move(notes));
}

static void print(llvm::StringRef severity, const Diagnostic &diagnostic) {
  llvm::errs() << "wald: " << severity << ": " << diagnostic.message << '\n';
  for (const std::string &note : diagnostic.notes)
    llvm::errs() << ">>> " << note << '\n';
}

// One diagnostic for each message, with the notes of a few: a symbol is undefined once, however
// many functions refer to it. In an order that does not depend on when threads found what.
static std::vector<Diagnostic> merge(std::vector<Diagnostic> list) {
  constexpr unsigned kMostParties = 3;
  std::sort(list.begin(), list.end(), [](const Diagnostic &a, const Diagnostic &b) {
    return std::tie(a.message, a.notes) < std::tie(b.message, b.notes);
  });
  std::vector<Diagnostic> merged;
  unsigned num_parties = 0;
  for (Diagnostic &next : list) {
    if (merged.empty() || merged.back().message != next.message) {
      merged.push_back(std::move(next));
      num_parties = 1;
      continue;
    }
    std::vector<std::string> &notes = merged.back().notes;
    bool is_new = false;
    for (std::string &note : next.notes)
      if (num_parties < kMostParties &&
          std::find(notes.begin(), notes.end(), note) == notes.end()) {
        notes.push_back(std::move(note));
        is_new = true;
      }
    num_parties += is_new;
  }
  return merged;
}

bool Diagnostics::checkpoint() {
  for (const Diagnostic &warning : merge(std::exchange(warnings_, {})))
    print("warning", warning);
  for (const Diagnostic &error : merge(std::exchange(errors_, {}))) {
    if (num_printed_ < limit_)
      print("error", error);
    else if (num_printed_ == limit_)
      llvm::errs() << "wald: error: too many errors\n";
    num_printed_++;
  }
  return num_errors_ == 0;
}

} // namespace wald

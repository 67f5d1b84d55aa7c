#include "directives/source/build_constraint.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace wald::directives {

using llvm::StringRef;

namespace {

constexpr unsigned kMaxDepth = 100;

// ref: internal/syslist. Words that are tags of a target only, never of the user.
constexpr StringRef kOtherSystems[] = {
    "aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios",     "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "wasip1",  "windows", "zos"};
constexpr StringRef kOtherMachines[] = {
    "386",     "amd64",  "amd64p32", "arm",      "armbe",     "arm64",       "arm64be", "loong64",
    "mips",    "mipsle", "mips64",   "mips64le", "mips64p32", "mips64p32le", "ppc",     "ppc64",
    "ppc64le", "riscv",  "riscv64",  "s390",     "s390x",     "sparc",       "sparc64", "wasm"};
// Tags that no build for wasm has.
constexpr StringRef kNeverSet[] = {"unix", "cgo", "gccgo", "ignore", "race", "msan", "asan"};

class Constraint {
public:
  Constraint(StringRef text, StringRef goos, int go_minor)
      : rest_(text), goos_(goos), go_minor_(go_minor) {}

  Inclusion evaluate() {
    Inclusion result = read_or(0);
    return failed_ || !rest_.trim().empty() ? Inclusion::kMaybe : result;
  }

private:
  bool take(StringRef word) {
    rest_ = rest_.ltrim();
    return rest_.consume_front(word);
  }

  Inclusion read_or(unsigned depth) {
    Inclusion result = read_and(depth);
    while (!failed_ && take("||"))
      result = std::max(result, read_and(depth));
    return result;
  }

  Inclusion read_and(unsigned depth) {
    Inclusion result = read_not(depth);
    while (!failed_ && take("&&"))
      result = std::min(result, read_not(depth));
    return result;
  }

  Inclusion read_not(unsigned depth) {
    if (depth > kMaxDepth)
      failed_ = true;
    if (failed_)
      return Inclusion::kMaybe;
    if (take("!"))
      return Inclusion(2 - int(read_not(depth + 1)));
    if (take("(")) {
      Inclusion inner = read_or(depth + 1);
      failed_ |= !take(")");
      return inner;
    }
    StringRef tag = rest_.take_until([](char c) { return StringRef(" \t()!&|").contains(c); });
    rest_ = rest_.drop_front(tag.size());
    failed_ |= tag.empty();
    return is_set(tag);
  }

  Inclusion is_set(StringRef tag) const {
    if (tag == goos_ || tag == "wasm" || tag == "gc")
      return Inclusion::kYes;
    if (llvm::is_contained(kOtherSystems, tag) || llvm::is_contained(kOtherMachines, tag) ||
        llvm::is_contained(kNeverSet, tag))
      return Inclusion::kNo;
    int minor;
    if (StringRef version = tag; version.consume_front("go1.") && !version.getAsInteger(10, minor))
      return minor <= go_minor_ ? Inclusion::kYes : Inclusion::kNo;
    return Inclusion::kMaybe;
  }

  StringRef rest_, goos_;
  int go_minor_;
  bool failed_ = false;
};

// Of name_GOOS.go, name_GOARCH.go and name_GOOS_GOARCH.go.
bool fits_target(StringRef file, StringRef goos) {
  file.consume_back(".go");
  StringRef stem = file.take_until([](char c) { return c == '.'; });
  auto [front, last] = stem.rsplit('_');
  if (last.empty() || last == stem)
    return true;
  if (llvm::is_contained(kOtherMachines, last)) {
    if (last != "wasm")
      return false;
    auto [begin, system] = front.rsplit('_');
    last = system;
    if (begin == front)
      return true;
  }
  return !llvm::is_contained(kOtherSystems, last) || last == goos;
}

} // namespace

Inclusion is_built(StringRef file, StringRef constraint, StringRef goos, int go_minor) {
  if (file.ends_with("_test.go") || file.starts_with("_") || file.starts_with(".") ||
      !fits_target(file, goos))
    return Inclusion::kNo;
  return constraint.empty() ? Inclusion::kYes : Constraint(constraint, goos, go_minor).evaluate();
}

} // namespace wald::directives

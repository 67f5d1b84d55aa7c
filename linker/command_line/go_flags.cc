// See the header.
#include "linker/command_line/go_flags.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

#include "llvm/ADT/Twine.h"

namespace wald {

using llvm::StringRef;

namespace {

// The test binary calls its own "test.run" and the like; the go command takes that, too.
constexpr llvm::StringLiteral kWithValue[] = {
    "C",
    "asmflags",
    "bench",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "buildmode",
    "compiler",
    "count",
    "covermode",
    "coverpkg",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "debug-actiongraph",
    "debug-runtime-trace",
    "debug-trace",
    "exec",
    "f",
    "fuzz",
    "fuzzminimizetime",
    "fuzztime",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "list",
    "memprofile",
    "memprofilerate",
    "mod",
    "modfile",
    "mutexprofile",
    "mutexprofilefraction",
    "o",
    "outputdir",
    "overlay",
    "p",
    "parallel",
    "pgo",
    "pkgdir",
    "reuse",
    "run",
    "shuffle",
    "skip",
    "tags",
    "timeout",
    "toolexec",
    "trace",
    "vet",
    "vettool",
};
constexpr llvm::StringLiteral kWithoutValue[] = {
    "a",        "args",  "artifacts", "asan",      "benchmem",   "buildvcs", "c",
    "compiled", "cover", "deps",      "e",         "export",     "failfast", "find",
    "fullpath", "h",     "help",      "json",      "linkshared", "m",        "modcacherw",
    "msan",     "n",     "race",      "retracted", "short",      "test",     "trimpath",
    "u",        "v",     "versions",  "work",      "x",
};

bool is_any_of(StringRef word, llvm::ArrayRef<llvm::StringLiteral> names) {
  return llvm::any_of(names, [&](StringRef name) {
    return is_go_flag(word, name) || is_go_flag(word, ("test." + name).str());
  });
}

} // namespace

bool is_go_flag(StringRef word, StringRef name) {
  return word.consume_front("-") && (word.consume_front("-"), word.consume_front(name)) &&
         (word.empty() || word.starts_with("="));
}

bool is_known_go_flag(StringRef word) {
  return is_any_of(word, kWithValue) || is_any_of(word, kWithoutValue);
}

bool ends_go_flags(StringRef word) {
  return word.size() < 2 || word[0] != '-' || word == "--" || is_go_flag(word, "args");
}

size_t size_of_go_flag(llvm::ArrayRef<std::string> words) {
  bool has_next = is_any_of(words[0], kWithValue) && !StringRef(words[0]).contains('=');
  return has_next ? std::min<size_t>(2, words.size()) : 1;
}

} // namespace wald

// See the header.
#include "linker/command_line/wasm_opt_options.h"

#include "objfile/support/similar_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

namespace wald {

using llvm::StringRef;

namespace {

constexpr llvm::StringLiteral kDefaultLevel = "Oz";

constexpr StringRef kLevels[] = {"O0", "O1", "O2", "O3", "O4", "Os", "Oz"};

// Those of binaryen's passes that keep what a program does and need no argument. Some are not in
// every version. Others print, instrument, or change what a host sees.
constexpr StringRef kPasses[] = {
    "code-folding",
    "code-pushing",
    "coalesce-locals",
    "coalesce-locals-learning",
    "const-hoisting",
    "dae",
    "dae-optimizing",
    "dce",
    "directize",
    "duplicate-function-elimination",
    "duplicate-import-elimination",
    "flatten",
    "heap2local",
    "inlining",
    "inlining-optimizing",
    "licm",
    "local-cse",
    "memory-packing",
    "merge-blocks",
    "merge-locals",
    "merge-similar-functions",
    "once-reduction",
    "optimize-instructions",
    "pick-load-signs",
    "precompute",
    "precompute-propagate",
    "remove-unused-brs",
    "remove-unused-module-elements",
    "remove-unused-names",
    "reorder-functions",
    "reorder-globals",
    "reorder-locals",
    "rereloop",
    "rse",
    "simplify-globals",
    "simplify-globals-optimizing",
    "simplify-locals",
    "simplify-locals-nonesting",
    "simplify-locals-nostructure",
    "simplify-locals-notee",
    "simplify-locals-notee-nostructure",
    "ssa",
    "ssa-nomerge",
    "tuple-optimization",
    "untee",
    "vacuum",
};

} // namespace

// The last option given stands alone, as levels do for wasm-opt itself.
std::optional<Problem> set_wasm_opt(StringRef value, WasmOptOptions &options) {
  llvm::SmallVector<StringRef> words;
  if (value.empty())
    value = kDefaultLevel;
  value.split(words, ',');
  options.steps.clear();
  for (StringRef word : words) {
    if (llvm::is_contained(kLevels, word))
      options.steps.push_back(("-" + word).str());
    else if (llvm::is_contained(kPasses, word))
      options.steps.push_back(word.str());
    else
      return Problem{("--wasm-opt=" + value + ": '" + word +
                      "' is no level, O0 to O4, Os or Oz, and no pass that is known to keep what a "
                      "program does")
                         .str(),
                     similar_notes(word, kPasses)};
  }
  return std::nullopt;
}

std::optional<Problem> set_wasm_opt_limit(StringRef value, WasmOptOptions &options) {
  auto [seconds, mib] = value.split(',');
  constexpr uint32_t kMost = 1 << 24;
  if (seconds.getAsInteger(10, options.most_seconds) || options.most_seconds > kMost ||
      (value.contains(',') && (mib.getAsInteger(10, options.most_mib) || options.most_mib > kMost)))
    return Problem{("--wasm-opt-limit=" + value +
                    ": want SECONDS of processor time, or SECONDS,MIB; 0 is no limit")
                       .str(),
                   {}};
  return std::nullopt;
}

} // namespace wald

// The table agrees with the flags that the linkers of Go 1.24 to 1.27 list with -help; flags that
// only some of them have carry the first version.
#include "linker/command_line/link_flags.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <limits>

namespace wald {

namespace {

constexpr char kProfiling[] =
    "it profiles the Go linker itself; see wald's --stats and --time-trace";
constexpr char kDebugging[] = "it debugs the Go linker";
constexpr char kExternal[] = "there is no external linker for WebAssembly";

constexpr FlagType kBool = FlagType::kBool, kCount = FlagType::kCount, kInt = FlagType::kInt,
                   kString = FlagType::kString, kList = FlagType::kQuotedList;
constexpr FlagRole kUsed = FlagRole::kUsed, kIgnored = FlagRole::kIgnored,
                   kRefused = FlagRole::kRefused;

constexpr LinkFlag kFlags[] = {
    {"B", kString, kUsed, kEveryVersion, nullptr},
    {"D", kInt, kUsed, 26, nullptr},
    {"E", kString, kUsed, kEveryVersion, nullptr},
    {"H", kString, kUsed, kEveryVersion, nullptr},
    {"I", kString, kIgnored, kEveryVersion, nullptr},
    {"L", kString, kUsed, kEveryVersion, nullptr},
    {"R", kInt, kUsed, kEveryVersion, nullptr},
    {"T", kInt, kUsed, kEveryVersion, nullptr},
    {"V", kBool, kUsed, kEveryVersion, nullptr},
    {"X", kString, kUsed, kEveryVersion, nullptr},
    {"a", kBool, kIgnored, kEveryVersion, nullptr},
    {"asan", kBool, kRefused, kEveryVersion, kExternal},
    {"aslr", kBool, kUsed, kEveryVersion, nullptr},
    {"benchmark", kString, kUsed, kEveryVersion, kProfiling},
    {"benchmarkprofile", kString, kRefused, kEveryVersion, kProfiling},
    {"bindnow", kBool, kIgnored, kEveryVersion, nullptr},
    {"buildid", kString, kUsed, kEveryVersion, nullptr},
    {"buildmode", kString, kUsed, kEveryVersion, nullptr},
    {"c", kBool, kRefused, kEveryVersion, kDebugging},
    {"capturehostobjs", kString, kIgnored, kEveryVersion, nullptr},
    {"checklinkname", kBool, kUsed, kEveryVersion, nullptr},
    {"compressdwarf", kBool, kIgnored, kEveryVersion, nullptr},
    {"cpuprofile", kString, kRefused, kEveryVersion, kProfiling},
    {"d", kBool, kIgnored, kEveryVersion, nullptr},
    {"debugnosplit", kBool, kRefused, kEveryVersion, kDebugging},
    {"debugtextsize", kInt, kIgnored, kEveryVersion, nullptr},
    {"debugtramp", kInt, kIgnored, kEveryVersion, nullptr},
    {"dumpdep", kBool, kUsed, kEveryVersion, nullptr},
    {"e", kBool, kUsed, 25, nullptr},
    {"extar", kString, kIgnored, kEveryVersion, nullptr},
    {"extld", kList, kIgnored, kEveryVersion, nullptr},
    {"extldflags", kList, kIgnored, kEveryVersion, nullptr},
    {"f", kBool, kUsed, kEveryVersion, nullptr},
    {"fipso", kString, kIgnored, kEveryVersion, nullptr},
    {"funcalign", kInt, kUsed, 25, nullptr},
    {"g", kBool, kRefused, kEveryVersion, "with it no package counts as main"},
    {"h", kBool, kRefused, kEveryVersion, kDebugging},
    {"importcfg", kString, kUsed, kEveryVersion, nullptr},
    {"installsuffix", kString, kUsed, kEveryVersion, nullptr},
    {"k", kString, kIgnored, kEveryVersion, nullptr},
    {"libgcc", kString, kIgnored, kEveryVersion, nullptr},
    {"linkmode", kString, kUsed, kEveryVersion, kExternal},
    {"linkshared", kBool, kRefused, kEveryVersion, "WebAssembly has no shared libraries"},
    {"macos", kString, kUsed, 27, nullptr},
    {"macsdk", kString, kUsed, 27, nullptr},
    {"memprofile", kString, kRefused, kEveryVersion, kProfiling},
    {"memprofilerate", kInt, kIgnored, kEveryVersion, nullptr},
    {"msan", kBool, kRefused, kEveryVersion, kExternal},
    {"n", kBool, kIgnored, kEveryVersion, nullptr},
    {"o", kString, kUsed, kEveryVersion, nullptr},
    {"pluginpath", kString, kIgnored, kEveryVersion, nullptr},
    {"pruneweakmap", kBool, kUsed, kEveryVersion, nullptr},
    {"r", kString, kIgnored, kEveryVersion, nullptr},
    {"race", kBool, kUsed, kEveryVersion, nullptr},
    {"randlayout", kInt, kRefused, kEveryVersion, "wald lays functions out in one order only"},
    {"s", kBool, kUsed, kEveryVersion, nullptr},
    {"strictdups", kInt, kUsed, kEveryVersion, nullptr},
    {"tmpdir", kString, kIgnored, kEveryVersion, nullptr},
    {"v", kCount, kUsed, kEveryVersion, nullptr},
    {"w", kBool, kIgnored, kEveryVersion, nullptr},
};

// Go allows underscores only after a base prefix or between digits, and only with base 0.
bool underscores_are_placed_well(llvm::StringRef digits, bool behind_prefix) {
  char before = behind_prefix ? '0' : '_';
  for (char c : digits) {
    if (c == '_' && before == '_')
      return false;
    before = c;
  }
  return before != '_';
}

} // namespace

llvm::ArrayRef<LinkFlag> link_flags() {
  return kFlags;
}

const LinkFlag *find_link_flag(llvm::StringRef name) {
  const LinkFlag *flag = llvm::lower_bound(
      kFlags, name, [](const LinkFlag &f, llvm::StringRef n) { return f.name < n; });
  return flag != std::end(kFlags) && flag->name == name ? flag : nullptr;
}

std::optional<bool> parse_go_bool(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<bool>>(text)
      .Cases("1", "t", "T", "true", "TRUE", "True", true)
      .Cases("0", "f", "F", "false", "FALSE", "False", false)
      .Default(std::nullopt);
}

IntError parse_go_int(llvm::StringRef text, int64_t &value) {
  bool is_negative = text.consume_front("-");
  if (!is_negative)
    text.consume_front("+");
  unsigned radix = 10;
  bool has_prefix = text.size() > 1 && text[0] == '0';
  if (has_prefix) {
    radix = llvm::StringSwitch<unsigned>(text.take_front(2).lower())
                .Case("0x", 16)
                .Case("0b", 2)
                .Case("0o", 8)
                .Default(0);
    text = text.drop_front(radix == 0 ? 1 : 2);
    if (radix == 0)
      radix = 8;
  }
  if (text.empty() || !underscores_are_placed_well(text, has_prefix))
    return IntError::kSyntax;
  uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + is_negative;
  uint64_t magnitude = 0;
  bool overflows = false;
  for (char c : text) {
    if (c == '_')
      continue;
    unsigned digit = llvm::hexDigitValue(c);
    if (digit >= radix)
      return IntError::kSyntax;
    if (magnitude > (limit - digit) / radix)
      overflows = true;
    else
      magnitude = magnitude * radix + digit;
  }
  if (overflows)
    return IntError::kRange;
  value = static_cast<int64_t>(is_negative ? 0 - magnitude : magnitude);
  return IntError::kNone;
}

} // namespace wald

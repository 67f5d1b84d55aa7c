// The flags of `go tool link` as a table, and the value syntax of Go's flag package.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace wald {

enum class FlagType : uint8_t { kBool, kCount, kInt, kString, kQuotedList };

enum class FlagRole : uint8_t {
  kUsed,    // parse_link_options has a case for it
  kIgnored, // checked and without effect on a WebAssembly module
  kRefused, // wald does not do it; its default value (false, 0, "") is accepted
};

struct LinkFlag {
  llvm::StringLiteral name;
  FlagType type;
  FlagRole role;
  int first_minor;    // first Go 1.N with it; kEveryVersion: all supported ones
  const char *reason; // why it is refused
};

inline constexpr int kEveryVersion = 0;

// Sorted by name, as the usage text lists them.
llvm::ArrayRef<LinkFlag> link_flags();
const LinkFlag *find_link_flag(llvm::StringRef name);

// A boolean as strconv.ParseBool takes it.
std::optional<bool> parse_go_bool(llvm::StringRef text);

// An integer literal as strconv.ParseInt takes it with base 0: sign, 0x 0o 0b and 0 prefixes,
// underscores between digits where Go's syntax allows them.
enum class IntError : uint8_t { kNone, kSyntax, kRange };
IntError parse_go_int(llvm::StringRef text, int64_t &value);

} // namespace wald

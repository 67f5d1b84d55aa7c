// What the rules about directives find.
#pragma once

#include "directives/interface.h"

#include "llvm/ADT/ArrayRef.h"

namespace wald::directives {

enum class Severity : uint8_t { kNote, kWarning, kError };

// Where a rule applies without being asked for.
enum class RuleScope : uint8_t {
  kEveryLink, // wald link, toolexec, build, and wald check
  kCheckOnly, // wald check
};

struct Rule {
  const char *id; // "duplicate-export": for --allow, --deny and SARIF
  Severity severity;
  RuleScope scope;
  const char *summary;   // one line
  const char *reference; // what `go build` with Go's own linker does: one line
};

// All rules, sorted by id.
llvm::ArrayRef<Rule> all_rules();
const Rule *find_rule(llvm::StringRef id); // null: no such rule

struct Finding {
  const Rule *rule = nullptr;
  SourcePosition position; // of the directive; the file is empty for the module as a whole
  std::string package, function;
  std::string subject;            // the wasm name (MODULE.NAME for imports), for --allow=RULE=NAME
  std::string message;            // the fact, lower case, no full stop
  std::vector<std::string> notes; // printed after ">>> "; the last says what to do, where known
};

} // namespace wald::directives

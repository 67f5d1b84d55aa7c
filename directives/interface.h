// The interface of a program: what its packages import from the host and export to it.
#pragma once

#include "directives/signature.h"
#include "directives/types/go_type.h"
#include "objfile/entry_points.h"

#include <memory>
#include <string>
#include <vector>

namespace wald::directives {

// A place in a Go source file. Lines and columns (in bytes) count from 1; 0: not known.
struct SourcePosition {
  std::string file; // as the object names it, $GOROOT expanded
  uint32_t line = 0, column = 0;
};

enum class DirectiveKind : uint8_t { kImport, kExport };

// One Go parameter or result.
struct Parameter {
  std::string name;                                 // "_" or empty where the source has none
  const GoType *type = nullptr;                     // null: only its wasm types are known
  llvm::SmallVector<wasm::ValueType, 2> wasm_types; // two for a string
};

struct Directive {
  DirectiveKind kind = DirectiveKind::kImport;
  std::string module;          // of imports
  std::string name;            // in the wasm module
  std::string package;         // import path; "main" for the program
  std::string function;        // Go name within the package: "add", "(*T).m"
  std::string symbol;          // of imports: the function's symbol
  bool is_other_name = false;  // go:linkname gave it another symbol, and `function` is that
  bool is_chosen = false;      // an export of --export, without a directive in the source
  bool is_std = false;         // of a package of Go's own
  bool is_unlinked = false;    // an import that the program's link leaves out, as far as is known
  bool is_third_party = false; // of a package of another module, as far as that is known
  SourcePosition position;     // of the directive where the source was read, else of the function
  Signature signature;         // what the object says, which is what the module has
  bool has_go_types = false;   // the two below have names and types
  std::vector<Parameter> params, results;
  std::string why_no_go_types; // "cannot read adder.go: No such file or directory"
};

// Directives in load order: the main package's first, then as packages were loaded.
struct Interface {
  std::string goos;        // "wasip1" or "js"
  bool is_reactor = false; // -buildmode=c-shared
  std::vector<Directive> directives;
  std::shared_ptr<GoTypeStore> types = std::make_shared<GoTypeStore>(); // what `type` points into

  objfile::ModuleKind module_kind() const {
    using objfile::ModuleKind;
    return goos == "js" ? ModuleKind::kJs
           : is_reactor ? ModuleKind::kReactor
                        : ModuleKind::kCommand;
  }
};

} // namespace wald::directives

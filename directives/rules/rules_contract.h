// Rules that compare a program's interface with a contract, or with what it once was.
#pragma once

#include "directives/contracts/contract.h"
#include "directives/rules/rules_program.h"

namespace wald::directives {

struct CheckedInterface {
  std::string name; // of the program: import path or file
  const Interface *interface = nullptr;
  bool is_library = false; // part of a program: what others of its parts export is not known
  bool is_module = false;  // finished: it has the imports that are called, and no Go types
  llvm::ArrayRef<DroppedExport> dropped = {};
};

// Functions of which a contract or baseline has Go types and the program has none.
struct NotCompared {
  size_t num_functions = 0;
  std::string why; // of the first one; empty for a module, which never has any
};

// contract-missing-export, contract-unknown-import, contract-signature, contract-layout,
// contract-extra-export: against all contracts together, which must not be none.
//
// Imports from the system's modules count if a contract names the module, and only if the link has
// them.
NotCompared check_contracts(const CheckedInterface &program, llvm::ArrayRef<Contract> contracts,
                            FindingList &findings);

// baseline-breaking, baseline-compatible, baseline-system-import.
NotCompared check_baseline(const CheckedInterface &program, const Contract &baseline,
                           FindingList &findings);

} // namespace wald::directives

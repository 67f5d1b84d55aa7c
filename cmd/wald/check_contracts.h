// The contracts and the baseline that `wald check` compares programs with, and --update, which
// writes them.
#pragma once

#include "directives/rules/rules_contract.h"
#include "linker/command_line/own_options.h"

namespace wald {

struct ContractOptions {
  struct File {
    directives::ContractSide side;
    std::string module; // by which guests import what a host offers
    std::string path;
    bool is_baseline = false;
  };
  std::vector<File> files;
  std::string baseline;
  bool update = false;

  bool empty() const { return files.empty() && baseline.empty() && !update; }
};

// Takes --host, --guest, --baseline and --update; other options are left alone. What is wrong with
// it, if anything.
std::optional<Problem> apply_contract_option(const GivenOption &given, ContractOptions &options);

class ContractChecker {
public:
  explicit ContractChecker(const ContractOptions &options) : options_(options) {}

  // Reads the files, unless they are to be written. False after saying what is wrong.
  bool load();

  // Writes the files if they are to be, and compares. False after saying what is wrong.
  bool check(llvm::ArrayRef<directives::CheckedInterface> programs,
             directives::FindingList &findings);

private:
  bool read(const ContractOptions::File &file, llvm::StringRef text);
  bool update(llvm::ArrayRef<directives::CheckedInterface> programs);
  bool check_baseline(llvm::ArrayRef<directives::CheckedInterface> programs,
                      directives::FindingList &findings);
  // Of --host and --guest, and last of --baseline.
  std::vector<ContractOptions::File> all_files() const;

  const ContractOptions &options_;
  std::vector<directives::Contract> contracts_, baselines_;
};

} // namespace wald

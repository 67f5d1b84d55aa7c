// Contracts and baselines of `wald check`: JSON, modules in text and binary format.
#include "targets.h"

#include "directives/contracts/interface_json.h"
#include "directives/rules/rules_contract.h"

namespace wald::fuzz {

using namespace directives;
using llvm::StringRef;
using objfile::Bytes;

namespace {

constexpr StringRef kBetween = "\n====\n";

std::string as_json(const Interface &interface) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, 2);
  write_interface(json, interface, "p", "/");
  return text;
}

// `wald check --update` writes what a program has: it must be readable, and say the same then.
void write_and_read(const Contract &contract) {
  std::string text;
  llvm::raw_string_ostream out(text);
  write_wat(out, contract.guest);
  if (auto again = read_contracts("again.wat", text, ContractSide::kGuest, "env"); !again)
    llvm::consumeError(again.takeError()); // names may be any bytes
  std::string json = as_json(contract.guest);
  llvm::Expected<std::vector<ReadInterface>> again = read_interfaces(json);
  if (!again)
    llvm::consumeError(again.takeError()); // larger than allowed, for one
  else if (as_json(again->front().interface) != json)
    __builtin_trap();
}

void compare(const Contract &program, llvm::ArrayRef<Contract> contracts) {
  FindingList findings;
  CheckedInterface checked = {"p", &program.guest, /*is_library=*/false, program.is_module};
  (void)check_contracts(checked, contracts, findings);
  for (const Contract &baseline : contracts)
    (void)check_baseline(checked, baseline, findings);
}

} // namespace

// A contract and, after a line of its own, the program that is held against it. Alone, a contract
// is compared with itself.
void fuzz_contract(Bytes input) {
  auto [text, other] = objfile::to_string(input).split(kBetween);
  for (ContractSide side : {ContractSide::kHost, ContractSide::kGuest}) {
    auto contracts = read_contracts("c", text, side, "env");
    auto programs = read_contracts("p", other.empty() ? text : other, ContractSide::kGuest, "env");
    if (contracts && programs && !contracts->empty() && !programs->empty()) {
      compare(programs->front(), *contracts);
      write_and_read(contracts->front());
    }
    llvm::consumeError(contracts.takeError());
    llvm::consumeError(programs.takeError());
  }
}

} // namespace wald::fuzz

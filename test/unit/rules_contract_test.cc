// Programs beside contracts and baselines.
#include "directive_rules.h"

#include "directives/rules/rules_contract.h"

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Contract contract(std::vector<Directive> directives, const std::string &file = "c.wat") {
  Contract result;
  result.file = file;
  result.is_module = true;
  result.guest.directives = std::move(directives);
  for (size_t i = 0; i < result.guest.directives.size(); i++)
    result.lines.push_back(i + 1);
  return result;
}

FindingList found(const Interface &interface, const std::vector<Contract> &contracts,
                  bool is_library = false) {
  FindingList findings;
  check_contracts({"prog", &interface, is_library, false}, contracts, findings);
  return findings;
}

std::vector<std::string> contract_texts(const Interface &interface,
                                        const std::vector<Contract> &contracts) {
  return texts(found(interface, contracts));
}

std::vector<std::string> baseline_texts(const Interface &interface, const Contract &baseline) {
  FindingList findings;
  check_baseline({"prog", &interface, false, false}, baseline, findings);
  return texts(findings);
}

TEST(Contracts, HaveNothingAgainstWhatTheyDescribe) {
  std::vector<Directive> all = {imported("env", "log", "iI.f"), exported("add", "main", "i.F")};
  EXPECT_THAT(contract_texts(program(all), {contract(all)}), IsEmpty());
  // Nobody has to import what is offered.
  EXPECT_THAT(contract_texts(program({all[1]}), {contract(all)}), IsEmpty());
}

TEST(Contracts, FindWhatDiffers) {
  FindingList findings =
      found(program({imported("env", "log", "i"), imported("env", "time", ".I"),
                     exported("add", "main", "ii"), exported("extra")}),
            {contract({imported("env", "log", "I"), exported("add", "main", "II"),
                       exported("area", "main", "iF.f")})});
  EXPECT_THAT(
      texts(findings),
      ElementsAre("contract-signature: import env.log is declared as (i32) -> (), but c.wat offers "
                  "(i64) -> ()",
                  "contract-unknown-import: c.wat does not offer import env.time",
                  "contract-signature: export add is declared as (i32, i32) -> (), but c.wat wants "
                  "(i64, i64) -> ()",
                  "contract-extra-export: c.wat does not want export extra",
                  "contract-missing-export: prog lacks export area, which c.wat wants"));
  ASSERT_EQ(findings.size(), 5u);
  EXPECT_EQ(findings[0].position.file, "src/main.go");
  EXPECT_EQ(findings[0].notes[0], "the contract is at c.wat:1");
  EXPECT_EQ(findings[4].position.file, "c.wat");
  EXPECT_EQ(findings[4].position.line, 3u);
  EXPECT_THAT(findings[4].notes,
              ElementsAre("write //go:wasmexport area in front of a function like this:",
                          "func area(int32, float64) float32"));
}

TEST(Contracts, SayWhatMayBeMeant) {
  std::vector<Contract> contracts = {
      contract({imported("env", "log_line", "i"), exported("area")})};
  FindingList findings =
      found(program({imported("env", "log_lime", "i"), exported("areas")}), contracts);
  EXPECT_EQ(findings[0].notes.back(), "did you mean import env.log_line?");
  EXPECT_EQ(findings[2].notes.back(), "did you mean export areas of main.f (src/main.go:7)?");
  findings = found(program({imported("plugin", "log_line", "i"), exported("area")}), contracts);
  EXPECT_EQ(findings[0].notes.back(), "import env.log_line is offered; --host=MODULE=FILE says by "
                                      "which name guests import from a host");
}

TEST(Contracts, AddUp) {
  std::vector<Contract> contracts = {
      contract({imported("env", "log", "")}, "a.wat"),
      contract({imported("db", "get", ""), exported("run_it")}, "b.wat")};
  EXPECT_THAT(contract_texts(program({imported("env", "log", ""), imported("db", "get", ""),
                                      exported("run_it")}),
                             contracts),
              IsEmpty());
  EXPECT_THAT(contract_texts(program({imported("db", "put", ""), exported("run_it")}), contracts),
              ElementsAre("contract-unknown-import: a.wat and b.wat do not offer import db.put"));
}

TEST(Contracts, LeaveTheSystemAndTheLinkerAlone) {
  EXPECT_THAT(contract_texts(program({imported("wasi_snapshot_preview1", "fd_write", "iiii.i"),
                                      imported("gojs", "runtime.wasmExit", "i")}),
                             {contract({exported("_start")})}),
              IsEmpty());
  EXPECT_THAT(contract_texts(program({}, "js"), {contract({exported("run", "", "ii")})}),
              IsEmpty());
}

TEST(Contracts, CompareTheSystemsImportsIfTheyNameIt) {
  Directive unlinked = imported("wasi_snapshot_preview1", "fd_close", "i.i");
  unlinked.is_unlinked = true;
  Directive own = imported("wasi_snapshot_preview1", "fd_read", "i.i", "syscall");
  own.is_std = true;
  Interface interface =
      program({imported("wasi_snapshot_preview1", "fd_write", "iiii.i"), unlinked, own, own});
  EXPECT_THAT(contract_texts(interface, {contract({imported("env", "log", "i")})}), IsEmpty());
  EXPECT_THAT(
      contract_texts(interface,
                     {contract({imported("wasi_snapshot_preview1", "fd_write", "iiiI.i")})}),
      ElementsAre("contract-signature: import wasi_snapshot_preview1.fd_write is declared as (i32, "
                  "i32, i32, i32) -> (i32), but c.wat offers (i32, i32, i32, i64) -> (i32)",
                  "contract-unknown-import: c.wat does not offer import "
                  "wasi_snapshot_preview1.fd_read"));
  Contract none = contract({}); // of a host that offers nothing
  none.module = "wasi_snapshot_preview1";
  EXPECT_EQ(contract_texts(interface, {none}).size(), 2u);
}

TEST(Contracts, SayWhereADroppedExportIs) {
  DroppedExport dropped = {"area", {"area_linux.go", 3, 1}, "no build takes it"};
  Interface interface = program({});
  CheckedInterface checked = {"prog", &interface};
  checked.dropped = dropped;
  FindingList findings;
  check_contracts(checked, {contract({exported("area")})}, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].notes,
              ElementsAre("the directive for it has no effect (area_linux.go:3:1): no build takes "
                          "it"));
}

TEST(Contracts, KnowTheLinkersNamesByTheMode) {
  std::vector<Contract> wants = {contract({exported("run")})};
  EXPECT_THAT(contract_texts(program({exported("run")}), wants), IsEmpty());
  EXPECT_THAT(contract_texts(program({exported("run", "main", "i")}), wants),
              ElementsAre("contract-signature: export run is declared as (i32) -> (), but c.wat "
                          "wants () -> ()"));
  EXPECT_THAT(contract_texts(program({exported("resume"), exported("run")}), wants),
              ElementsAre("contract-extra-export: c.wat does not want export resume"));
  FindingList findings = found(program({}), wants);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].notes.back(), "func run()");
  wants[0].guest.goos = "js";
  EXPECT_EQ(found(program({}), wants)[0].notes.back(), "programs of GOOS=js have it");
  wants = {contract({exported("_start")})};
  EXPECT_EQ(found(program({}, "js"), wants)[0].notes.back(), "commands of GOOS=wasip1 have it");
}

TEST(Contracts, KnowTheEntryPointsOfModes) {
  std::vector<Contract> reactor = {contract({exported("_initialize")})};
  EXPECT_THAT(contract_texts(program({}, "wasip1", true), reactor), IsEmpty());
  FindingList findings = found(program({}), reactor);
  EXPECT_THAT(texts(findings), ElementsAre("contract-missing-export: prog lacks export "
                                           "_initialize, which c.wat wants"));
  EXPECT_EQ(findings[0].notes.back(), "reactors have it: build with -buildmode=c-shared");
  EXPECT_THAT(contract_texts(program({}), {contract({exported("_start", "", "i")})}),
              ElementsAre("contract-signature: export _start is () -> () in every program, but "
                          "c.wat wants (i32) -> ()"));
}

TEST(Contracts, WantOtherExportsThanFunctionsToo) {
  Contract wants = contract({});
  wants.others = {{"memory", wasm::ExternKind::kMemory, 4}};
  EXPECT_THAT(contract_texts(program({}), {wants}), IsEmpty());
  EXPECT_THAT(contract_texts(program({}, "js"), {wants}),
              ElementsAre("contract-missing-export: prog lacks export memory, which c.wat wants"));
  wants.others[0].kind = wasm::ExternKind::kTable;
  FindingList findings = found(program({}), {wants});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].position.line, 4u);
  EXPECT_EQ(findings[0].notes.back(),
            "want a table; a program of Go exports functions, and its memory as memory");
}

TEST(Contracts, DoNotWantAllExportsFromALibrary) {
  EXPECT_THAT(found(program({}), {contract({exported("add")})}, /*is_library=*/true), IsEmpty());
}

// A declaration with one Go parameter of the type.
Directive with_type(Directive directive, const GoType &type) {
  directive.has_go_types = true;
  directive.params = {{"p", &type, {wasm::ValueType::kI32}}};
  directive.signature = signature("i");
  return directive;
}

struct Types {
  GoType number, flag, wide, small, small_pointer, large, large_pointer;

  Types() {
    number.kind = GoKind::kInt32;
    number.name = "int32";
    number.size = 4;
    flag.kind = GoKind::kBool;
    flag.name = "bool";
    flag.size = 1;
    wide.kind = GoKind::kInt64;
    wide.name = "int64";
    wide.size = 8;
    small.kind = large.kind = GoKind::kStruct;
    small.package = large.package = "main";
    small.name = large.name = "Point";
    small.size = large.size = 16;
    small.fields = {{"X", &number, 0, false}, {"Y", &wide, 8, false}};
    large.fields = {{"X", &number, 0, false}, {"Y", &number, 8, false}};
    small_pointer.kind = large_pointer.kind = GoKind::kPointer;
    small_pointer.element = &small;
    large_pointer.element = &large;
  }
};

TEST(Contracts, CompareWhatPointersLeadTo) {
  Types types;
  Contract wants = contract({with_type(exported("move"), types.large_pointer)}, "c.json");
  EXPECT_THAT(contract_texts(program({with_type(exported("move"), types.large_pointer)}), {wants}),
              IsEmpty());
  EXPECT_THAT(contract_texts(program({with_type(exported("move"), types.small_pointer)}), {wants}),
              ElementsAre("contract-layout: parameter p of export move points to main.Point, and Y "
                          "is int64, not int32"));
  // Nothing is known of the program's, which is said.
  Interface unknown = program({exported("move", "main", "i")});
  unknown.directives[0].why_no_go_types = "gone";
  FindingList findings;
  NotCompared not_compared = check_contracts({"prog", &unknown, false, false}, {wants}, findings);
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_EQ(not_compared.num_functions, 1u);
  EXPECT_EQ(not_compared.why, "gone");
  EXPECT_THAT(contract_texts(program({exported("move", "main", "i")}), {wants}), IsEmpty());
}

TEST(Contracts, CompareWhereValuesLie) {
  Types types;
  GoType pair, pair_pointer = types.large_pointer, inner, outer, outer_pointer = pair_pointer;
  pair.kind = GoKind::kArray;
  pair.element = &types.number;
  pair.length = 2;
  pair.size = 8;
  pair_pointer.element = &pair;
  inner.kind = outer.kind = GoKind::kStruct;
  inner.size = outer.size = 8;
  inner.fields = {{"X", &types.number, 0, false}, {"Y", &types.number, 4, false}};
  outer.fields = {{"In", &inner, 0, false}};
  outer_pointer.element = &outer;
  Contract wants = contract({with_type(exported("move"), pair_pointer)});
  EXPECT_THAT(contract_texts(program({with_type(exported("move"), outer_pointer)}), {wants}),
              IsEmpty());
  inner.fields[1].type = &types.flag;
  EXPECT_THAT(
      contract_texts(program({with_type(exported("move"), outer_pointer)}), {wants}),
      ElementsAre(
          "contract-layout: parameter p of export move points to struct { In "
          "struct { X int32; Y bool } }, and it is struct { In struct { X int32; Y bool } }, "
          "not [2]int32"));
  // No value in very many places.
  inner.fields = {{"_", &types.number, 0, false}};
  pair.element = &inner;
  pair.length = UINT64_MAX;
  EXPECT_EQ(found(program({with_type(exported("move"), outer_pointer)}), {wants}).size(), 1u);
}

TEST(Contracts, TellTruthValuesFromNumbers) {
  Types types;
  EXPECT_THAT(contract_texts(program({with_type(imported("env", "f", "i"), types.flag)}),
                             {contract({with_type(imported("env", "f", "i"), types.number)})}),
              ElementsAre("contract-layout: parameter p of import env.f is bool, not int32"));
  EXPECT_THAT(contract_texts(program({with_type(exported("f"), types.number)}),
                             {contract({with_type(exported("f"), types.small_pointer)})}),
              IsEmpty()); // an address may go by as a number
}

TEST(Contracts, TakeAStringForAnAddressAndALength) {
  Types types;
  GoType text;
  text.kind = GoKind::kString;
  Directive with_string = exported("f", "main", "iii"), with_parts = with_string;
  with_string.has_go_types = with_parts.has_go_types = true;
  using wasm::ValueType;
  with_string.params = {{"s", &text, {ValueType::kI32, ValueType::kI32}},
                        {"on", &types.flag, {ValueType::kI32}}};
  with_parts.params = {{"p", &types.small_pointer, {ValueType::kI32}},
                       {"n", &types.number, {ValueType::kI32}},
                       {"on", &types.number, {ValueType::kI32}}};
  EXPECT_THAT(contract_texts(program({with_string}), {contract({with_parts})}),
              ElementsAre("contract-layout: parameter on of export f is bool, not int32"));
}

TEST(Baseline, IsBrokenByWhatHostsRelyOn) {
  Contract old = contract(
      {imported("env", "log", "i"), exported("add", "main", "ii.i"), exported("gone", "main")},
      "old.json");
  FindingList findings;
  Interface interface = program({imported("env", "log", "I"), imported("env", "more", ""),
                                 imported("env", "more", ""), exported("add", "main", "ii")});
  check_baseline({"prog", &interface, false, false}, old, findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("baseline-breaking: import env.log is (i64) -> (), and was (i32) -> ()",
                          "baseline-breaking: import env.more is new since old.json",
                          "baseline-breaking: export add is (i32, i32) -> (), and was (i32, i32) "
                          "-> (i32)",
                          "baseline-breaking: export gone was in old.json, and is gone from prog"));
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[0].position.file, "src/main.go");
  EXPECT_EQ(findings[3].position.file, "old.json");
  EXPECT_EQ(findings[3].position.line, 3u);
  EXPECT_EQ(findings[3].notes[0], "it was main.f (src/main.go:7)");
  // Of a module it is not known what it would have imported.
  EXPECT_EQ(findings[1].notes.size(), 2u);
  old.is_module = false;
  findings.clear();
  check_baseline({"prog", &interface, false, false}, old, findings);
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[1].notes.size(), 1u);
}

TEST(Baseline, HasNothingAgainstOtherChanges) {
  Contract old = contract({imported("env", "log", "i"), exported("add")}, "old.wasm");
  EXPECT_THAT(
      baseline_texts(program({exported("add"), exported("more"),
                              imported("wasi_snapshot_preview1", "fd_write", "iiii.i")}),
                     old),
      ElementsAre("baseline-compatible: import env.log was in old.wasm, and is gone from prog",
                  "baseline-compatible: export more is new since old.wasm"));
  EXPECT_EQ(find_rule("baseline-compatible")->severity, Severity::kNote);
}

TEST(Baseline, KnowsTheLinkersNamesByTheMode) {
  Contract old = contract({exported("run"), exported("_start")}, "old.wat");
  EXPECT_THAT(baseline_texts(program({}), old),
              ElementsAre("baseline-breaking: export run was in old.wat, and is gone from prog"));
  EXPECT_THAT(baseline_texts(program({exported("run")}), old), IsEmpty());
  EXPECT_THAT(baseline_texts(program({exported("run", "main", "i")}), old),
              ElementsAre("baseline-breaking: export run is (i32) -> (), and was () -> ()"));
}

TEST(Baseline, NotesNewImportsOfTheSystem) {
  auto wasi = [](const char *name, const char *package = "syscall") {
    return imported("wasi_snapshot_preview1", name, "i.i", package);
  };
  Directive unlinked = wasi("fd_close");
  unlinked.is_unlinked = true;
  Interface now = program({wasi("path_open"), wasi("path_open", "os"), wasi("fd_read"),
                           wasi("fd_write", "runtime"), unlinked});
  EXPECT_THAT(baseline_texts(now, contract({wasi("fd_read")})),
              ElementsAre("baseline-system-import: import wasi_snapshot_preview1.path_open is new "
                          "since c.wat"));
  Directive declared_only = wasi("path_open");
  declared_only.is_unlinked = true;
  EXPECT_EQ(baseline_texts(now, contract({wasi("fd_read"), declared_only})).size(), 1u);
  EXPECT_THAT(baseline_texts(now, contract({imported("env", "log", "i")})),
              ElementsAre("baseline-compatible: import env.log was in c.wat, and is gone from "
                          "prog"));
}

TEST(Baseline, ComparesModes) {
  Contract old = contract({exported("_initialize")}, "old.wasm");
  old.guest.goos = "wasip1";
  old.guest.is_reactor = true;
  EXPECT_THAT(baseline_texts(program({}, "wasip1", true), old), IsEmpty());
  EXPECT_THAT(baseline_texts(program({}), old),
              ElementsAre("baseline-breaking: prog is a command for GOOS=wasip1, and was a reactor "
                          "for GOOS=wasip1 in old.wasm"));
}

TEST(Baseline, ComparesLayouts) {
  Types types;
  EXPECT_THAT(baseline_texts(program({with_type(exported("move"), types.small_pointer)}),
                             contract({with_type(exported("move"), types.large_pointer)})),
              ElementsAre("baseline-breaking: parameter p of export move points to main.Point, and "
                          "Y is int64, not int32"));
}

} // namespace
} // namespace wald::directives::test

// Rules about the names of exports.
#include "directive_rules.h"
#include "fake_program.h"
#include "object_files.h"

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const Interface &interface) {
  FindingList findings;
  check_exports(interface, findings);
  return texts(findings);
}

TEST(RuleDuplicateExport, NamesTheOtherFunction) {
  FindingList findings;
  check_exports(program({exported("add"), exported("add", "lib", "i.i")}), findings);
  ASSERT_THAT(texts(findings),
              ElementsAre("duplicate-export: export name add is taken by another function"));
  EXPECT_EQ(findings[0].package, "lib");
  EXPECT_EQ(findings[0].subject, "add");
  EXPECT_EQ(findings[0].notes.front(), "the other one is main.f (src/main.go:7)");
}

TEST(RuleDuplicateExport, OffersOptionsForOtherModules) {
  Directive other = exported("add", "example.test/lib");
  FindingList findings;
  check_exports(program({exported("add"), other}), findings);
  EXPECT_EQ(findings[0].notes.size(), 2u);
  other.is_third_party = true;
  check_exports(program({exported("add"), other}), findings);
  EXPECT_EQ(findings[1].notes.back(),
            "without a change of the sources: wald build --no-export=add --export=main.f=add "
            "--export=example.test/lib.f=NAME");
  other.is_chosen = true;
  check_exports(program({exported("add"), other}), findings);
  EXPECT_EQ(findings[2].notes.back(), "--no-export=add leaves out the directive's");
  EXPECT_EQ(findings[2].notes[1], "choose another name: --export=example.test/lib.f=NAME");
}

TEST(RuleDuplicateExport, LeavesImportsAlone) {
  EXPECT_THAT(found(program({exported("add"), imported("env", "add", "i")})), IsEmpty());
}

TEST(RuleReservedExport, DependsOnTheTarget) {
  auto reserved = [](const std::string &goos, bool is_reactor) {
    std::string names;
    for (const char *name :
         {"memory", "mem", "_start", "_initialize", "run", "resume", "getsp", "main"}) {
      FindingList findings;
      check_exports(program({exported(name)}, goos, is_reactor), findings);
      for (const Finding &finding : findings)
        if (finding.rule == find_rule("reserved-export"))
          names += std::string(name) + " ";
    }
    return names;
  };
  EXPECT_EQ(reserved("wasip1", false), "memory _start ");
  EXPECT_EQ(reserved("wasip1", true), "memory _initialize ");
  EXPECT_EQ(reserved("js", false), "mem run resume getsp ");
}

TEST(RuleStartInReactor, IsAboutReactorsOfWasip1) {
  EXPECT_THAT(
      found(program({exported("_start")}, "wasip1", true)),
      ElementsAre("start-in-reactor: a reactor exports _start, which hosts call to run a command"));
  EXPECT_THAT(found(program({exported("_start")}, "js")), IsEmpty());
}

TEST(RuleInitializeInCommand, IsAboutCommandsOfWasip1) {
  EXPECT_THAT(
      found(program({exported("_initialize", "main", "i")})),
      ElementsAre("initialize-in-command: a command exports _initialize, which hosts call to "
                  "start a reactor"));
  EXPECT_THAT(found(program({exported("_initialize")}, "js")), IsEmpty());
}

std::vector<std::string> found_symbols(const std::string &name, llvm::StringRef yaml) {
  wald::test::ParsedObject object(yaml);
  FindingList findings;
  check_export_symbols(program({exported(name)}), ProgramObject{"lib", &*object.object}, findings);
  return texts(findings);
}

constexpr char kSymbols[] = R"(
version: go1.27.4
symbols:
  - { name: lib.f, kind: text, data: 000b }
  - { name: helper, group: nonpkg, kind: text, abi: static, data: 000b }
  - { name: linked, group: nonpkg, kind: text, flags: [ linkname ], data: 000b }
  - { name: add, group: nonpkg, kind: text, flags: [ wasmexport ], data: 000b }
  - { name: elsewhere, group: ref }
)";

TEST(RuleLinkerSymbolExport, LooksAtDefinitionsThatOthersSee) {
  EXPECT_THAT(found_symbols("lib.f", kSymbols),
              ElementsAre("linker-symbol-export: export name lib.f is reserved: package lib "
                          "defines a symbol of that name"));
  EXPECT_THAT(found_symbols("linked", kSymbols), testing::SizeIs(1));
  EXPECT_THAT(found_symbols("helper", kSymbols), IsEmpty()); // of the file alone
  EXPECT_THAT(found_symbols("add", kSymbols), IsEmpty());    // the export itself
  EXPECT_THAT(found_symbols("elsewhere", kSymbols), IsEmpty());
  EXPECT_THAT(found_symbols("lib.g", kSymbols), IsEmpty());
}

TEST(RuleLinkerSymbolExport, FindsNamesAsLongAsTheyGet) {
  std::string name(300, 'x');
  EXPECT_THAT(found_symbols(name, "version: go1.27.4\nsymbols: [ { name: " + name +
                                      ", group: nonpkg, kind: text, data: 000b } ]\n"),
              testing::SizeIs(1));
  EXPECT_THAT(found_symbols(name + "y", "version: go1.27.4\nsymbols: [ { name: " + name +
                                            ", group: nonpkg, kind: text, data: 000b } ]\n"),
              IsEmpty());
}

// What the rule calls the linker's cannot be linked by any version.
TEST(RuleLinkerSymbolExport, AgreesWithTheLinker) {
  const std::string main = wald::test::kFakeMain.str();
  int count = 0;
  for (const objfile::KnownSymbolInfo &info : objfile::kKnownSymbols) {
    if (info.reserved != objfile::Reserved::kYes)
      continue;
    llvm::StringRef name = info.name;
    count++;
    bool fails_somewhere = false;
    for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++) {
      wald::test::FakeProgram fake(minor);
      fake.set_package("main", main + "  - { name: '" + name.str() +
                                   "', group: nonpkg, kind: text, flags: [ wasmexport ], "
                                   "data: 00100b, relocs: [ { type: R_CALL, offset: 2, to: "
                                   "main.main } ] }\n");
      fails_somewhere |= fake.link() != LinkStatus::kOk;
    }
    EXPECT_TRUE(fails_somewhere) << name.str();
  }
  EXPECT_GT(count, 30);
}

} // namespace
} // namespace wald::directives::test

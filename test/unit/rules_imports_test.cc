// Rules about imports.
#include "directive_rules.h"

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const Interface &interface) {
  FindingList findings;
  check_imports(interface, findings);
  return texts(findings);
}

TEST(RuleConflictingImport, ComparesWithTheFirst) {
  FindingList findings;
  check_imports(program({imported("env", "f", "i"), imported("env", "f", "I.i", "lib"),
                         imported("env", "f", "i"), imported("env", "f", ".i", "x/y")}),
                findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("conflicting-import: import env.f is declared as (i64) -> (i32) and as "
                          "(i32) -> ()",
                          "conflicting-import: import env.f is declared as () -> (i32) and as "
                          "(i32) -> ()"));
  EXPECT_EQ(findings[0].subject, "env.f");
  EXPECT_EQ(findings[0].notes.front(), "the other one is main.f (src/main.go:7)");
}

TEST(RuleConflictingImport, TellsModulesApart) {
  EXPECT_THAT(found(program({imported("a", "b.c", "i"), imported("a.b", "c", "I"),
                             imported("env", "f", "i"), imported("env2", "f", "I"),
                             exported("f", "main", "f")})),
              IsEmpty());
}

TEST(RuleUnknownWasiImport, ProposesANameThatIsNear) {
  FindingList findings;
  check_imports(program({imported("wasi_snapshot_preview1", "fd_wrte", "iiii.i")}), findings);
  ASSERT_THAT(texts(findings), ElementsAre("unknown-wasi-import: WASI has no function fd_wrte"));
  EXPECT_THAT(findings[0].notes.front(), testing::HasSubstr("is it fd_write("));
  EXPECT_THAT(found(program({imported("env", "fd_wrte", "iiii.i")})), IsEmpty());
}

TEST(RuleWasiExtension, IsANoteAboutWhatWasmEdgeOffers) {
  FindingList findings;
  check_imports(program({imported("wasi_snapshot_preview1", "sock_open", "iii.i")}), findings);
  ASSERT_THAT(texts(findings),
              ElementsAre("wasi-extension: WASI has no function sock_open, it is an extension of "
                          "WasmEdge"));
  EXPECT_EQ(findings[0].rule->severity, Severity::kNote);
}

TEST(RuleConflictingImport, LeavesKnownFunctionsToTheirTable) {
  EXPECT_THAT(found(program({imported("wasi_snapshot_preview1", "random_get", "i.i"),
                             imported("wasi_snapshot_preview1", "random_get", "ii.i")})),
              testing::SizeIs(1));
}

TEST(RuleWasiSignature, TellsTheRightOne) {
  FindingList findings;
  check_imports(program({imported("wasi_snapshot_preview1", "fd_write", "iii.i"),
                         imported("wasi_snapshot_preview1", "random_get", "ii.i"),
                         imported("wasi_snapshot_preview1", "proc_exit", "i")}),
                findings);
  ASSERT_THAT(texts(findings),
              ElementsAre("wasi-signature: import wasi_snapshot_preview1.fd_write is declared as "
                          "(i32, i32, i32) -> (i32)"));
  EXPECT_THAT(findings[0].notes.front(), testing::HasSubstr("WASI has fd_write(fd i32"));
}

TEST(RuleGojsImport, IsAboutWasip1WithoutTheRuntime) {
  EXPECT_THAT(found(program({imported("gojs", "f", "i")})),
              ElementsAre("gojs-import: import gojs.f: only hosts of GOOS=js offer module gojs"));
  EXPECT_THAT(found(program({imported("gojs", "f", "i")}, "js")), IsEmpty());
  EXPECT_THAT(found(program({imported("gojs", "runtime.wasmExit", "i", "runtime")})), IsEmpty());
}

} // namespace
} // namespace wald::directives::test

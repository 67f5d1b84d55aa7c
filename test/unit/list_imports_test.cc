// Which functions call the host, and which have a signature of their own.
#include "pass_runner.h"

#include "linker/core/symbols.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

using test::FakeProgram;
using test::PassRunner;
using testing::ElementsAre;

// In the order of the text, which is that of their object, whoever calls whom.
TEST(ListImports, ListsFunctionsInOrderOfTheText) {
  FakeProgram program(objfile::kNewestGoMinor);
  program.set_package("main", R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
symbols:
  - name: main.main
    kind: text
    data: 0010100b
    relocs: [ { type: R_CALL, offset: 2, to: main.second }, { type: R_CALL, offset: 3, to: main.first } ]
    aux: [ { kind: wasmtype, to: type } ]
  - { name: main.first, kind: text, data: 000b, aux: [ { kind: wasmimport, to: import } ] }
  - { name: main.second, kind: text, data: 000b, aux: [ { kind: wasmimport, to: import } ] }
  - { name: main.dead, kind: text, data: 000b, aux: [ { kind: wasmimport, to: import } ] }
  - { name: import, kind: noptrdata, data: '03000000656e7602000000696d0000000000000000' }
  - { name: type, kind: noptrdata, data: '0000000000000000' }
)");
  PassRunner runner(program);
  runner.run_through(list_imports);
  Context &ctx = runner.ctx;
  std::vector<std::string> imports;
  for (SymId id : ctx.import_wrappers)
    imports.push_back(name_of(ctx, id).str());
  EXPECT_THAT(imports, ElementsAre("main.first", "main.second"));
  ASSERT_EQ(ctx.typed_functions.size(), 1u);
  EXPECT_EQ(name_of(ctx, ctx.text[number(ctx.typed_functions[0])]), "main.main");
}

} // namespace
} // namespace wald

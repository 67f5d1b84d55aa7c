// Directives as they are read from objects and modules.
#include "directives/gather.h"

#include "object_files.h"
#include "wat.h"

#include "gmock/gmock.h"

namespace wald::directives {
namespace {

using testing::HasSubstr;

// The exported function's first file is the second one of the object: the first is of a function
// that was inlined.
constexpr char kObject[] = R"(
version: go1.27.4
files: [ $GOROOT/src/inlined.go, gofile../src/lib.go ]
symbols:
  - name: x/lib%2ego.Add
    kind: text
    data: 000b
    aux: [ { kind: funcinfo, to: add.info }, { kind: pcfile, to: add.pcfile } ]
  - name: x/lib%2ego.log
    kind: text
    data: 000b
    aux: [ { kind: funcinfo, to: log.info }, { kind: wasmimport, to: log.import } ]
  - { name: add.info, kind: rodata, data: '0000000000000000000000000900000002000000000000000100000000000000' }
  - { name: add.pcfile, kind: rodata, data: '040100' }
  - { name: log.info, kind: rodata, data: '00000000000000000000000003000000010000000000000000000000' }
  - { name: log.import, kind: rodata, data: '03000000656e76030000006c6f67010000000400000000000000000000000' }
  - { name: add.type, kind: rodata, data: '010000000100000000000000000000000' }
  - name: add
    group: nonpkg
    kind: text
    flags: [ wasmexport ]
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: runtime.notInitialized },
              { type: R_CALL, offset: 2, to: x/lib%2ego.Add } ]
    aux: [ { kind: wasmtype, to: add.type } ]
  - { name: runtime.notInitialized, group: ref }
)";

std::string object_yaml() {
  std::string text = kObject;
  // Hexadecimal data above is cut before its last zeros, for the width of the page.
  auto fill = [&](llvm::StringRef begin, size_t size) {
    size_t at = text.find(begin.str()), end = text.find('\'', at);
    text.insert(end, std::string(size - (end - at), '0'));
  };
  fill("03000000656e76", 2 * (4 + 3 + 4 + 3 + 4 + 9 + 4));
  fill("0100000001", 2 * (4 + 9 + 4));
  return text;
}

TEST(Gather, ReadsImportsAndExports) {
  test::ParsedObject object(object_yaml());
  std::vector<Directive> found;
  llvm::Error error = gather_directives({"x/lib.go", &*object.object}, "/go", found);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, DirectiveKind::kImport);
  EXPECT_EQ(found[0].module + "|" + found[0].name + "|" + found[0].function, "env|log|log");
  EXPECT_EQ(found[0].position.file, "/go/src/inlined.go");
  EXPECT_EQ(found[0].position.line, 3u);
  EXPECT_EQ(signature_text(found[0].signature), "(i32) -> ()");
  EXPECT_EQ(found[1].kind, DirectiveKind::kExport);
  EXPECT_EQ(found[1].name + "|" + found[1].package + "|" + found[1].function, "add|x/lib.go|Add");
  EXPECT_EQ(found[1].position.file, "/src/lib.go");
  EXPECT_EQ(found[1].position.line, 9u);
  EXPECT_EQ(signature_text(found[1].signature), "(i64) -> ()");
}

TEST(Gather, RefusesBrokenRecords) {
  std::string yaml = object_yaml();
  yaml.replace(yaml.find("'03000000656e76"), 3, "'ff"); // the length of the module's name
  test::ParsedObject object(yaml);
  std::vector<Directive> found;
  llvm::Error error = gather_directives({"x/lib.go", &*object.object}, "", found);
  ASSERT_TRUE(bool(error));
  EXPECT_THAT(llvm::toString(std::move(error)),
              HasSubstr("broken import record of x/lib%2ego.log"));
}

TEST(Gather, KnowsTheKindOfAModule) {
  auto gathered = [](const char *wat) {
    std::vector<uint8_t> bytes = test::assemble(wat);
    llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
    EXPECT_TRUE(bool(module));
    llvm::Expected<Interface> interface = gather_module(*module);
    if (!interface)
      ADD_FAILURE() << llvm::toString(interface.takeError());
    return interface ? *interface : Interface();
  };
  Interface command = gathered(R"((module (import "env" "f" (func (param i64)))
    (memory (export "memory") 1) (func (export "_start")) (func $add (export "add"))))");
  EXPECT_EQ(command.goos, "wasip1");
  EXPECT_FALSE(command.is_reactor);
  ASSERT_EQ(command.directives.size(), 2u);
  EXPECT_EQ(signature_text(command.directives[0].signature), "(i64) -> ()");
  EXPECT_EQ(command.directives[1].name + "|" + command.directives[1].function, "add|add");
  Interface reactor = gathered("(module (func (export \"_initialize\")) (func (export \"x\")))");
  EXPECT_TRUE(reactor.is_reactor);
  EXPECT_EQ(reactor.directives.size(), 1u);
  Interface js = gathered("(module (memory (export \"mem\") 1) (func (export \"resume\"))"
                          "(func (export \"run\") (param i32 i32)))");
  EXPECT_EQ(js.goos, "js");
  EXPECT_TRUE(js.directives.empty());
  Interface twice =
      gathered("(module (func $a (export \"_start\")) (func $b (export \"_start\")))");
  ASSERT_EQ(twice.directives.size(), 1u);
  EXPECT_EQ(twice.directives[0].function, "b");
}

TEST(Gather, RefusesToMultiplyALargeType) {
  wasm::Module module;
  module.types.emplace_back().params.assign(1000, wasm::ValueType::kI32);
  wasm::Import import = {};
  module.imports.assign(60000, import);
  EXPECT_THAT(llvm::toString(gather_module(module).takeError()),
              HasSubstr("too many parameters up to function"));
}

} // namespace
} // namespace wald::directives

// Options about what a module asks its host for and brings along: its memory, functions in the
// place of imports, which imports it may have, custom sections, names.
#include "linker/command_line/import_list.h"
#include "linker/command_line/interface_options.h"
#include "pass_runner.h"
#include "wasm/memory_image.h"
#include "wasm/module_reader.h"

#include "gmock/gmock.h"

#include <deque>
#include <fstream>

namespace wald {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wasm::ExternKind;
using wasm::Module;

std::string text_of(const std::optional<Problem> &problem) {
  return problem ? message_of(*problem) : "";
}

TEST(MemoryOptions, ReadSizes) {
  MemoryOptions options;
  auto initial = [&](llvm::StringRef value) { return text_of(set_initial_memory(value, options)); };
  for (auto [value, bytes] :
       {std::pair("0", 0ull), std::pair("65536", 65536ull), std::pair("64K", 65536ull),
        std::pair("64KiB", 65536ull), std::pair("3M", 3ull << 20), std::pair("4G", 4ull << 30)}) {
    EXPECT_EQ(initial(value), "") << value;
    EXPECT_EQ(options.initial, bytes) << value;
  }
  for (const char *value :
       {"", "x", "-1", "1T", "1 M", "1MB", "0x10000", "99999999999999999999", "99999999999999G"})
    EXPECT_THAT(initial(value), HasSubstr(": want a number of bytes")) << value;
  EXPECT_EQ(initial("5G"), "--initial-memory=5G: a memory has at most 4 GiB, 4294967296");
  EXPECT_EQ(initial("65537"), "--initial-memory=65537: want a multiple of 64 KiB, the size of a "
                              "page\n>>> the next ones are 65536 and 131072");
}

TEST(MemoryOptions, BeginWithNoMoreThanTheMost) {
  for (bool is_initial_first : {true, false}) {
    MemoryOptions options;
    std::optional<Problem> first =
        is_initial_first ? set_initial_memory("2M", options) : set_max_memory("1M", options);
    EXPECT_FALSE(first);
    EXPECT_EQ(text_of(is_initial_first ? set_max_memory("1M", options)
                                       : set_initial_memory("2M", options)),
              "--initial-memory=2097152 is more than --max-memory=1048576");
  }
}

TEST(MemoryOptions, NameAnImport) {
  MemoryOptions options;
  EXPECT_EQ(text_of(import_memory("", options)), "");
  EXPECT_EQ(options.module + " " + options.name, "env memory");
  EXPECT_EQ(text_of(import_memory("a.b.mem", options)), "");
  EXPECT_EQ(options.module + " " + options.name, "a.b mem");
  for (const char *value : {"env", ".mem", "env."})
    EXPECT_THAT(text_of(import_memory(value, options)), HasSubstr("want --import-memory="));
}

TEST(ImportStubs, HaveAnErrorOfTheirOwn) {
  std::vector<ImportStub> stubs;
  EXPECT_EQ(text_of(add_import_stub("env.f", stubs)), "");
  EXPECT_EQ(text_of(add_import_stub("env.g=0", stubs)), "");
  EXPECT_EQ(text_of(add_import_stub("env.f=g=65535", stubs)), "");
  EXPECT_EQ(stubs[0].result(), 52);
  EXPECT_EQ(stubs[1].result(), 0);
  EXPECT_EQ(stubs[2].import, "env.f=g");
  EXPECT_EQ(stubs[2].result(), 65535);
  for (const char *value : {"env.f=x", "env.f=65536", "env.f=-1", "env.f="})
    EXPECT_THAT(text_of(add_import_stub(value, stubs)), HasSubstr("want an errno of WASI"))
        << value;
  for (const char *value : {"f", "f=1", ".f", "env."})
    EXPECT_THAT(text_of(add_import_stub(value, stubs)), HasSubstr("want --stub-import=")) << value;
  EXPECT_EQ(text_of(add_import_stub("env.g=8", stubs)), "another --stub-import names env.g");
}

TEST(ImportList, HasImportsAndWholeModules) {
  ImportList list;
  EXPECT_EQ(text_of(list.read("# of the host\n env.log # prints\r\n\n\twasi.*\na.b.c#d\nlast.one",
                              "list")),
            "");
  for (auto [module, name] : {std::pair("env", "log"), std::pair("wasi", "fd.read"),
                              std::pair("a.b", "c#d"), std::pair("last", "one")})
    EXPECT_TRUE(list.allows(module, name)) << module;
  for (auto [module, name] : {std::pair("env", "log2"), std::pair("env", "*"),
                              std::pair("wasi2", "f"), std::pair("# of", "f")})
    EXPECT_FALSE(list.allows(module, name)) << module;
  EXPECT_FALSE(ImportList().allows("env", "log"));
}

TEST(ImportList, SaysWhichLineIsNone) {
  for (const char *line :
       {"log", "env.", ".log", "env.l*", "*.log", "*.*", "env .log", "env.a env.b"})
    EXPECT_EQ(text_of(ImportList().read(std::string("a.b\n\n") + line, "list")),
              std::string("list:3: want an import, MODULE.NAME or MODULE.*: ") + line);
}

TEST(AddedSections, HaveANameThatNobodyElseNeeds) {
  std::vector<SectionFile> sections;
  EXPECT_EQ(text_of(add_section("a=b=c", sections)), "");
  EXPECT_EQ(text_of(add_section("sourceMappingURL=f", sections)), "");
  EXPECT_EQ(sections[0].name + " " + sections[0].file, "a b=c");
  EXPECT_EQ(text_of(add_section("a=d", sections)), "another --add-section names a");
  for (const char *value : {"a", "=f", "a="})
    EXPECT_THAT(text_of(add_section(value, sections)), HasSubstr("want --add-section=NAME=FILE"));
  for (const char *name : {"name", "producers", "go:buildid", "go:buildinfo", "linking", "dylink",
                           "dylink.0", "reloc.CODE"})
    EXPECT_THAT(text_of(add_section(std::string(name) + "=f", sections)),
                HasSubstr(": the name is reserved"));
  EXPECT_THAT(text_of(add_section("a\xff=f", sections)), HasSubstr("the name is not UTF-8"));
}

// -- Links of a program that calls env.log, which takes an i32, and env.get, which returns one, the
// latter by two declarations.

constexpr llvm::StringLiteral kMain = R"(
main: true
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 004100101a4100101a4100100b
    relocs: [ { type: R_CALL, offset: 4, to: main.f }, { type: R_CALL, offset: 8, to: main.g },
              { type: R_CALL, offset: 12, to: main.h } ]
    aux: [ { kind: funcinfo, to: f.info } ]
  - name: main.f
    kind: text
    data: 0041071041000b
    relocs: [ { type: R_WASMIMPORT, offset: 4, to: main.f } ]
    aux: [ { kind: funcinfo, to: f.info }, { kind: wasmimport, to: f.import } ]
  - name: main.g
    kind: text
    data: 00100b
    relocs: [ { type: R_WASMIMPORT, offset: 2, to: main.g } ]
    aux: [ { kind: funcinfo, to: f.info }, { kind: wasmimport, to: g.import } ]
  - name: main.h
    kind: text
    data: 00100b
    relocs: [ { type: R_WASMIMPORT, offset: 2, to: main.h } ]
    aux: [ { kind: funcinfo, to: f.info }, { kind: wasmimport, to: h.import } ]
  - { name: f.info, kind: rodata, data: FUNCINFO(12) }
  - { name: f.import, kind: rodata, data: '03000000656e76030000006c6f670100000000000000000000000000000000' }
  - { name: g.import, kind: rodata, data: '03000000656e76030000006765740000000001000000000000000000000000' }
  - { name: h.import, kind: rodata, data: '03000000656e76030000006765740000000001000000000000000000000000' }
)";

class ModuleInterface : public testing::TestWithParam<std::tuple<int, unsigned>> {
protected:
  ModuleInterface() : program_(std::get<0>(GetParam())) {
    program_.options.threads = std::get<1>(GetParam());
    program_.set_package("runtime", test::with_valid_bodies(test::kFakeRuntime));
    program_.set_package("main", llvm::StringRef(kMain).str());
  }

  LinkOptions &options() { return program_.options; }

  Module link() {
    EXPECT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
    // Modules are views of them.
    bytes_.push_back(program_.output());
    llvm::Expected<Module> module = wasm::read_module(llvm::arrayRefFromStringRef(bytes_.back()));
    if (module)
      return std::move(*module);
    ADD_FAILURE() << llvm::toString(module.takeError());
    return {};
  }
  std::string error() {
    ::unlink(options().output.c_str());
    EXPECT_EQ(program_.link_in_vain(), LinkStatus::kError);
    return program_.messages;
  }

  static std::vector<std::string> imports(const Module &module) {
    std::vector<std::string> names;
    for (const wasm::Import &import : module.imports)
      names.push_back((import.module + "." + import.name).str());
    return names;
  }
  static std::string body(const Module &module, llvm::StringRef name) {
    uint32_t num_imported = module.num_imported_functions();
    for (uint32_t i = 0; i < module.bodies.size(); i++)
      if (module.function_name(num_imported + i) == name)
        return llvm::toHex(module.bodies[i].contents, /*LowerCase=*/true);
    return "none";
  }
  static std::string index_of(const Module &module, llvm::StringRef name) {
    for (uint32_t i = 0; i < module.num_functions(); i++)
      if (module.function_name(i) == name) {
        const uint8_t byte = i;
        return llvm::toHex(llvm::ArrayRef(byte), /*LowerCase=*/true);
      }
    return "none";
  }

  test::FakeProgram program_;
  std::deque<std::string> bytes_; // of all links
};

TEST_P(ModuleInterface, IsWithoutOptionsAsItWas) {
  Module module = link();
  EXPECT_THAT(imports(module), ElementsAre("env.log", "env.get", "env.get"));
  ASSERT_EQ(module.memories.size(), 1u);
  EXPECT_EQ(module.memories[0].maximum, std::nullopt);
}

TEST_P(ModuleInterface, PutsFunctionsInThePlaceOfImports) {
  Module before = link();
  options().stubs = {{"env.get", 8}};
  Module module = link();
  EXPECT_EQ(program_.messages, "");
  EXPECT_THAT(imports(module), ElementsAre("env.log"));
  EXPECT_EQ(module.num_functions(), before.num_functions() - 1); // one for both
  EXPECT_EQ(module.functions.size(), before.functions.size() + 1);
  EXPECT_EQ(module.function_name(module.num_functions() - 1), "env.get.stub");
  EXPECT_EQ(body(module, "env.get.stub"), "0041080b");
  std::string stub = index_of(module, "env.get.stub");
  EXPECT_EQ(body(module, "main.f"), "0041071000"
                                    "41000b"); // calls import 0
  EXPECT_EQ(body(module, "main.g"), "0010" + stub + "0b");
  EXPECT_EQ(body(module, "main.h"), "0010" + stub + "0b");
  EXPECT_EQ(body(module, "main.main"), "00410010" + index_of(module, "main.f") + "1a410010" +
                                           index_of(module, "main.g") + "1a410010" +
                                           index_of(module, "main.h") + "0b");
  // The table has the same functions: their numbers in it stay.
  ASSERT_EQ(module.table_functions.size(), before.table_functions.size());
  for (size_t i = 0; i < module.table_functions.size(); i++)
    EXPECT_EQ(module.function_name(module.table_functions[i]),
              before.function_name(before.table_functions[i]));

  options().stubs = {{"env.log", {}}, {"env.get", {}}};
  module = link();
  EXPECT_THAT(imports(module), ElementsAre());
  EXPECT_EQ(body(module, "env.get.stub"), "0041340b");
  EXPECT_EQ(body(module, "env.log.stub"), "000b");

  options().optimized.code = true;
  Module optimized = link();
  EXPECT_THAT(imports(optimized), ElementsAre());
  EXPECT_EQ(body(optimized, "env.get.stub"), "0041340b");
  EXPECT_GE(optimized.functions.size(), module.functions.size());
  options().strip_names = true;
  EXPECT_EQ(link().functions.size(), optimized.functions.size());
}

TEST_P(ModuleInterface, HasStubsOnlyForWhatIsImported) {
  options().stubs = {{"env.gut", {}}};
  EXPECT_EQ(error(), "wald: error: --stub-import=env.gut: the program imports no such function\n"
                     ">>> did you mean env.get?\n");
  options().stubs = {{"env.log", 5}};
  EXPECT_THAT(error(), HasSubstr("--stub-import=env.log=5: the import does not return one value of "
                                 "type i32, which an errno is"));
}

TEST_P(ModuleInterface, HasTheMemoryThatIsAskedFor) {
  uint64_t pages = link().memories[0].minimum;
  options().memory.initial = 100 * kMemoryPage;
  Module module = link();
  EXPECT_EQ(module.memories[0].minimum, 100u);
  EXPECT_EQ(module.memories[0].maximum, std::nullopt);
  options().memory.most = 200 * kMemoryPage;
  module = link();
  EXPECT_EQ(module.memories[0].minimum, 100u);
  EXPECT_EQ(module.memories[0].maximum, 200u);
  options().memory.initial = std::nullopt;
  EXPECT_EQ(link().memories[0].minimum, pages);
  options().memory.most = (pages - 1) * kMemoryPage; // there is still room for the data
  module = link();
  EXPECT_EQ(module.memories[0].minimum, pages - 1);
  EXPECT_EQ(module.memories[0].maximum, pages - 1);

  options().memory = MemoryOptions();
  options().memory.initial = 0;
  EXPECT_THAT(error(), HasSubstr("--initial-memory=0 is less than the program's data take\n"
                                 ">>> they need "));
  options().memory = MemoryOptions();
  options().memory.most = 0;
  EXPECT_THAT(error(), HasSubstr("--max-memory=0 is less than the program's data take"));
}

TEST_P(ModuleInterface, ImportsItsMemory) {
  Module before = link();
  options().memory.most = 4096 * kMemoryPage;
  options().memory.is_imported = true;
  Module module = link();
  EXPECT_THAT(imports(module), ElementsAre("env.log", "env.get", "env.get", "env.memory"));
  const wasm::Import &import = module.imports.back();
  EXPECT_EQ(import.kind, ExternKind::kMemory);
  EXPECT_EQ(import.limits.minimum, before.memories[0].minimum);
  EXPECT_EQ(import.limits.maximum, 4096u);
  EXPECT_TRUE(module.memories.empty());
  EXPECT_EQ(module.sections.size() + 1, before.sections.size());
  EXPECT_EQ(body(module, "main.main"), body(before, "main.main"));
  llvm::Expected<wasm::MemoryImage> image = wasm::MemoryImage::build(module);
  ASSERT_TRUE(bool(image)) << llvm::toString(image.takeError());
  EXPECT_EQ(image->size(), before.memories[0].minimum * kMemoryPage);
}

TEST_P(ModuleInterface, HasNoImportThatIsNotAllowed) {
  std::string file = program_.path("imports");
  auto allow = [&](const char *text) {
    std::ofstream(file) << text;
    options().allow_imports = file;
  };
  Module before = link();
  allow("env.log\nenv.get\n");
  EXPECT_EQ(imports(link()), imports(before));
  allow("env.*");
  EXPECT_EQ(imports(link()), imports(before));
  // A broken list, and none at all.
  allow("env.log\nenv");
  EXPECT_EQ(error(), "wald: error: --allow-imports: imports:2: want an import, MODULE.NAME or "
                     "MODULE.*: env\n");
  options().allow_imports = program_.path("none");
  EXPECT_THAT(error(), HasSubstr("--allow-imports: cannot read none: No such file"));

  allow("env.get");
  EXPECT_EQ(error(), "wald: error: the module imports env.log, and imports does not list it\n"
                     ">>> declared by main.f (package main, src/main.go:12)\n"
                     ">>> called by main.main (package main, src/main.go:12)\n"
                     ">>> called by _rt0_wasm_wasip1 (package runtime)\n"
                     ">>> root: the program's entry\n");
  // Two declarations of one.
  allow("env.log");
  std::string both = error();
  EXPECT_THAT(both, HasSubstr("declared by main.g"));
  EXPECT_THAT(both, HasSubstr("declared by main.h"));
  options().stubs = {{"env.get", {}}};
  EXPECT_THAT(imports(link()), ElementsAre("env.log"));
  options().memory.is_imported = true;
  EXPECT_EQ(error(), "wald: error: the module imports its memory, env.memory, and imports does not "
                     "list it\n>>> --import-memory asks for it\n");
}

// What lies between has no name, so nobody may find it when the list is held against it; when the
// module is planned it is found.
TEST_P(ModuleInterface, HasNoImportThatIsNotAllowedByAnotherWay) {
  test::PassRunner runner(program_);
  runner.run_through(list_imports);
  runner.ctx.plan.allowed_imports.emplace();
  runner.run_through(plan_module);
  testing::internal::CaptureStderr();
  EXPECT_FALSE(runner.ctx.diag.checkpoint());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("the module imports env.log, which --allow-imports does not allow"));
}

TEST_P(ModuleInterface, HasTheSectionsThatAreAdded) {
  std::string contents(200'000, 'x');
  std::ofstream(program_.path("big")) << contents;
  std::ofstream(program_.path("empty"));
  Module before = link();
  options().sections = {{"first", program_.path("big")}, {"other", program_.path("empty")}};
  options().embed_build_info = true;
  options().string_values = {
      {"runtime.modinfo",
       std::string("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6"
                   "path\tmain\n"
                   "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2",
                   16 + 10 + 16)}};
  Module module = link();
  auto text = [&](llvm::StringRef name) {
    const wasm::Section *section = module.find_custom(name);
    return section ? objfile::to_string(section->payload).str() : "none";
  };
  EXPECT_EQ(text("first"), contents);
  EXPECT_EQ(text("other"), "");
  EXPECT_EQ(text("go:buildinfo"), "go\t" + program_.version() + "\npath\tmain\n");
  EXPECT_EQ(module.sections.size(), before.sections.size() + 3);
  EXPECT_EQ(module.sections.back().custom_name, "name");
  options().sections = {{"first", program_.path("none")}};
  EXPECT_THAT(error(), HasSubstr("--add-section: cannot read none: No such file"));
}

TEST_P(ModuleInterface, HasGosOwnNames) {
  Module before = link();
  options().full_names = true;
  Module module = link();
  EXPECT_EQ(module.function_name(0), "env.log");
  EXPECT_EQ(before.function_name(0), "");
  EXPECT_EQ(module.sections.size(), before.sections.size());
  ASSERT_EQ(module.names.size(), before.names.size());
  std::string changed;
  for (uint32_t i = 0; i < module.names.size(); i++) {
    std::string plain = module.names[i].str();
    for (char &c : plain)
      c = llvm::isAlnum(c) || c == '.' || c == '_' ? c : '_';
    if (i >= module.num_imported_functions()) {
      EXPECT_EQ(plain, before.names[i]);
    }
    changed += plain != module.names[i] ? module.names[i].str() + " " : "";
  }
  EXPECT_EQ(changed, "go:buildid ");
  std::string names = objfile::to_string(module.find_custom("name")->payload).str();
  EXPECT_THAT(names, HasSubstr(std::string("\7\x2d\x08\0\2SP", 6)));
  EXPECT_THAT(names, HasSubstr("runtime.firstmoduledata"));
  options().strip_names = true;
  EXPECT_EQ(error(), "wald: error: --names=full, and -s or --strip=names leaves all names out\n");
}

TEST_P(ModuleInterface, HasJavaScriptOnlyWhereGoHas) {
  options().emit_js = program_.path("js");
  EXPECT_EQ(error(), "wald: error: --emit-js: the program is for GOOS=wasip1\n"
                     ">>> only modules of GOOS=js need JavaScript of Go's\n");
}

INSTANTIATE_TEST_SUITE_P(VersionsAndThreads, ModuleInterface,
                         testing::Combine(testing::Values(24, 25, 26, 27), testing::Values(1, 2)));

} // namespace
} // namespace wald

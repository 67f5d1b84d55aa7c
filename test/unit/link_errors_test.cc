// What a failing link says, its status, and that it leaves nothing behind and nothing changed.
#include "fake_program.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

using test::FakeProgram;
using testing::HasSubstr;

class LinkErrors : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, LinkErrors,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

TEST_P(LinkErrors, AreNotFoundInASoundProgram) {
  FakeProgram program(GetParam());
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
  EXPECT_EQ(program.output().substr(0, 8), std::string("\0asm\1\0\0\0", 8));
}

// -- Symbols

TEST_P(LinkErrors, NameAnUndefinedFunctionOnceWithItsCallers) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 0010100b
    relocs: [ { type: R_CALL, offset: 2, to: main.gone }, { type: R_CALL, offset: 3, to: main.gone },
              { type: R_CALL, offset: 3, to: main.f } ]
    aux: [ { kind: funcinfo, to: main.main.info } ]
  - name: main.f
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: main.gone } ]
    aux: [ { kind: funcinfo, to: main.f.info } ]
  - { name: main.main.info, kind: rodata, data: FUNCINFO(7) }
  - { name: main.f.info, kind: rodata, data: FUNCINFO(12) }
  - { name: main.gone, group: ref }
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: undefined symbol: main.gone\n"
                              ">>> referenced by main.f (src/main.go:12)\n"
                              ">>> referenced by main.main (src/main.go:7)\n"
                              ">>> a function without a body: is a //go:wasmimport MODULE NAME "
                              "missing in front of its declaration?\n");
}

TEST_P(LinkErrors, NameAnUndefinedFunctionWhoseValueIsTaken) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 00410b
    relocs: [ { type: R_ADDR, offset: 2, to: main.table } ]
  - name: main.table
    kind: noptrdata
    size: 16
    relocs: [ { type: R_ADDR, offset: 0, size: 8, to: main.gone },
              { type: R_ADDR, offset: 8, size: 8, to: main.gone } ]
  - { name: main.gone, group: ref }
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: undefined symbol: main.gone\n"
                                          ">>> referenced by main.table (main.a(_go_.o))\n"));
}

// The function gets the size of the variable, for which it is copied early.
TEST_P(LinkErrors, DoNotComeFromAFunctionUnderTheNameOfALargerVariable) {
  FakeProgram program(GetParam());
  program.set_package("runtime", test::kFakeRuntime.str() +
                                     "  - { name: runtime.newobject, kind: text, data: 000b }\n");
  program.set_package("lib", R"(
symbols:
  - name: shared.f
    group: nonpkg
    kind: text
    data: 00100b
    flags: [ linkname ]
    relocs: [ { type: R_CALL, offset: 2, builtin: runtime.newobject } ]
)");
  std::string main = test::kFakeMain.str();
  main.replace(main.find("autolibs: ["), 11, "autolibs: [ { path: lib },");
  program.set_package("main", main + "  - { name: shared.f, group: nonpkg, kind: noptrbss, "
                                     "size: 100, flags: [ linkname ] }\n");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
}

TEST_P(LinkErrors, NameAnUndefinedBuiltin) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, builtin: runtime.libfuzzerTraceCmp8 } ]
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_EQ(program.messages,
            "wald: error: undefined symbol: runtime.libfuzzerTraceCmp8, a builtin function\n"
            ">>> referenced by package main\n");
}

TEST_P(LinkErrors, StopAtTwenty) {
  FakeProgram program(GetParam());
  std::string calls, references;
  for (int i = 10; i < 40; i++) {
    std::string name = "main.gone" + std::to_string(i);
    calls += "      - { type: R_CALL, offset: 2, to: " + name + " }\n";
    references += "  - { name: " + name + ", group: ref }\n";
  }
  program.set_package("main", "\nmain: true\nsymbols:\n  - name: main.main\n    kind: text\n"
                              "    data: 00100b\n    relocs:\n" +
                                  calls + references);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(llvm::StringRef(program.messages).count("undefined symbol"), 20u);
  EXPECT_THAT(program.messages, HasSubstr("undefined symbol: main.gone29\n"));
  EXPECT_THAT(program.messages, testing::EndsWith("wald: error: too many errors\n"));
  program.options.no_error_limit = true;
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_EQ(llvm::StringRef(program.messages).count("undefined symbol"), 30u);
}

// main and lib, each with a function in line 7 and 9, under one name.
void define_twice(FakeProgram &program, const std::string &name, const std::string &more) {
  std::string function = "  - { name: '" + name + "', group: nonpkg, kind: text, data: 000b" + more;
  std::string main = test::kFakeMain.str();
  main.replace(main.find("autolibs: ["), 11, "autolibs: [ { path: lib },");
  program.set_package("main",
                      main + function + ", aux: [ { kind: funcinfo, to: main.main.info } ] }\n");
  program.set_package("lib", "\nfiles: [ src/lib.go ]\nsymbols:\n" + function +
                                 ", aux: [ { kind: funcinfo, to: info } ] }\n"
                                 "  - { name: info, kind: rodata, data: FUNCINFO(9) }\n");
}

TEST_P(LinkErrors, NameBothPlacesOfADuplicate) {
  FakeProgram program(GetParam());
  define_twice(program, "example.f", ", flags: [ linkname ]");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_EQ(program.messages, "wald: error: duplicate definition of symbol example.f\n"
                              ">>> defined in package main (src/main.go:7)\n"
                              ">>> defined in package lib (src/lib.go:9)\n");
}

TEST_P(LinkErrors, NameTheFunctionsThatExportTheSameName) {
  FakeProgram program(GetParam());
  std::string main = test::kFakeMain.str();
  main.replace(main.find("autolibs: ["), 11, "autolibs: [ { path: lib },");
  const char *kWrapper =
      "  - { name: add, group: nonpkg, kind: text, flags: [ wasmexport ], data: 00100b,"
      " relocs: [ { type: R_CALL, offset: 2, to: FUNCTION } ] }\n";
  std::string wrapper = kWrapper;
  program.set_package("main", main + wrapper.replace(wrapper.find("FUNCTION"), 8, "main.main"));
  wrapper = kWrapper;
  program.set_package(
      "lib",
      "\nfiles: [ src/lib.go ]\nsymbols:\n"
      "  - { name: lib.Add, kind: text, data: 000b, aux: [ { kind: funcinfo, to: info } ] }\n"
      "  - { name: info, kind: rodata, data: FUNCINFO(9) }\n" +
          wrapper.replace(wrapper.find("FUNCTION"), 8, "lib.Add"));
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_EQ(program.messages,
            "wald: error: duplicate definition of symbol add, which is an export name\n"
            ">>> defined in main.main (src/main.go:7)\n"
            ">>> defined in lib.Add (src/lib.go:9)\n");
}

TEST_P(LinkErrors, ComeFromDifferingDuplicatesOnRequestOnly) {
  FakeProgram program(GetParam());
  std::string main = test::kFakeMain.str();
  main.replace(main.find("autolibs: ["), 11, "autolibs: [ { path: lib },");
  program.set_package(
      "main",
      main + "  - { name: gen.f, group: nonpkg, kind: rodata, flags: [ dupok ], data: '01' }\n");
  program.set_package("lib", "\nsymbols:\n  - { name: gen.f, group: nonpkg, kind: rodata, flags: [ "
                             "dupok ], data: '02' }\n");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "");
  program.options.strict_dups = 1;
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  const char *kText = "duplicate symbol gen.f with different contents\n"
                      ">>> defined in package main (main.a(_go_.o))\n"
                      ">>> defined in package lib (lib.a(_go_.o))\n";
  EXPECT_EQ(program.messages, std::string("wald: warning: ") + kText);
  unlink(program.options.output.c_str());
  program.options.strict_dups = 2;
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, std::string("wald: error: ") + kText);
}

TEST_P(LinkErrors, ProtectTheLinkersOwnNames) {
  for (const char *name :
       {"go:buildid", "runtime.text", "runtime.etext", "type:*", "runtime.pclntab", "go:buildinfo",
        "runtime.erodata", "runtime.gcdata", "runtime.firstmoduledata", "runtime.lastmoduledatap",
        "runtime.runtime_inittasks", "runtime.tlsg", "go:plugin.tabs"}) {
    FakeProgram program(GetParam());
    program.set_package("main",
                        test::kFakeMain.str() + "  - { name: '" + name +
                            "', group: nonpkg, kind: text, flags: [ wasmexport ], data: 00100b, "
                            "relocs: [ { type: R_CALL, offset: 2, to: main.main } ] }\n");
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError) << name;
    EXPECT_EQ(program.messages, std::string("wald: error: export name ") + name +
                                    " is reserved: the linker defines a symbol of that name\n"
                                    ">>> defined in main.main (src/main.go:7)\n"
                                    ">>> choose another name in the go:wasmexport directive\n");
  }
}

// Without -buildid the linker makes no such symbol, but the code would still be taken for it.
TEST_P(LinkErrors, ProtectTheBuildIdEvenIfThereIsNone) {
  FakeProgram program(GetParam());
  program.options.build_id.clear();
  program.set_package("main", test::kFakeMain.str() +
                                  "  - { name: 'go:buildid', group: nonpkg, kind: text, "
                                  "flags: [ wasmexport ], data: 000b }\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: export name go:buildid is reserved"));
}

TEST_P(LinkErrors, NameTheUserOfARefusedLinkname) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 00410b
    relocs: [ { type: R_ADDR, offset: 2, to: crypto/rand.fatal } ]
    aux: [ { kind: funcinfo, to: info } ]
  - { name: info, kind: rodata, data: FUNCINFO }
  - { name: crypto/rand.fatal, group: ref, flags: [ linkname ] }
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_EQ(program.messages, "wald: error: main: invalid reference to crypto/rand.fatal\n"
                              ">>> only these packages may refer to it: crypto/rand\n"
                              ">>> in main.main (src/main.go:7)\n"
                              ">>> -checklinkname=0 turns this check off\n");
}

TEST_P(LinkErrors, ProtectWhatTheStandardLibraryDoesNotOffer) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: runtime.mapinitnoop } ]
  - { name: runtime.mapinitnoop, group: ref, flags: [ linkname ] }
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_THAT(program.messages,
              HasSubstr("main: invalid reference to runtime.mapinitnoop\n"
                        ">>> the standard library does not offer it for use by linkname\n"));
  program.options.check_linkname = false;
  EXPECT_EQ(program.link(), LinkStatus::kOk);
}

// What the linker of Go 1.24 makes of the variable then is its own affair.
TEST_P(LinkErrors, LeaveExportsNamedLikeTheLinkersStringsToGo24) {
  FakeProgram program(GetParam());
  program.set_package("main", (test::kFakeMain + R"(
  - name: runtime.modinfo
    group: nonpkg
    kind: text
    flags: [ wasmexport ]
    data: 000b
    aux: [ { kind: funcinfo, to: main.main.info } ]
)")
                                  .str());
  if (GetParam() == 24) {
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
    EXPECT_THAT(program.messages, HasSubstr("export name runtime.modinfo is reserved"));
    program.options.rules.allowed = {{"linker-symbol-export", "runtime.modinfo"}};
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kHandOver);
    EXPECT_THAT(program.hand_over_reason, HasSubstr("an export named runtime.modinfo"));
  } else {
    EXPECT_EQ(program.link(), LinkStatus::kOk);
  }
}

TEST_P(LinkErrors, LeaveVariablesLinkedToTablesToTheGoLinker) {
  for (const char *name : {"runtime.pclntab", "runtime.functab", "runtime.types"}) {
    FakeProgram program(GetParam());
    program.set_package("main", test::kFakeMain.str() + "  - { name: " + name +
                                    ", group: nonpkg, kind: noptrbss, size: 8 }\n");
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kHandOver);
    EXPECT_EQ(program.hand_over_reason,
              "a variable is linked to " + std::string(name) + ", which the linker makes");
  }
}

TEST_P(LinkErrors, ProtectAVariableFromALargerOneOfItsName) {
  FakeProgram program(GetParam());
  program.set_package("runtime", test::kFakeRuntime.str() +
                                     "  - { name: runtime.secret, kind: noptrdata, data: '01' }\n");
  program.set_package("main", test::kFakeMain.str() +
                                  "  - { name: runtime.secret, group: nonpkg, kind: noptrbss, "
                                  "size: 100, flags: [ linkname ] }\n");
  if (GetParam() == 24) {
    EXPECT_EQ(program.link(), LinkStatus::kOk);
    return;
  }
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_THAT(program.messages, HasSubstr("main: invalid reference to runtime.secret\n"));
}

TEST_P(LinkErrors, AskForAMainFunction) {
  FakeProgram program(GetParam());
  program.set_package("main",
                      "\nmain: true\nsymbols: [ { name: main.mayn, kind: text, data: 000b } ]\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: function main is undeclared in the main package\n"
                              ">>> add a func main() to package main\n");
}

TEST_P(LinkErrors, RefuseAMainThatIsNone) {
  FakeProgram program(GetParam());
  program.set_package("main", "\nsymbols: [ { name: main.main, kind: text, data: 000b } ]\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: main.a: not package main\n");
}

TEST_P(LinkErrors, RefuseValuesForVariablesThatAreNoStrings) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 00410b
    relocs: [ { type: R_ADDR, offset: 2, to: main.number } ]
  - { name: main.number, kind: noptrbss, size: 8, aux: [ { kind: gotype, to: 'type:int' } ] }
  - { name: 'type:int', group: nonpkg, kind: rodata, flags: [ dupok, gotype ], size: 48 }
)");
  program.options.string_values = {{"main.number", "1"}};
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: cannot set main.number with -X: it is a variable of "
                              "type int, not string\n");
  program.options.string_values = {{"main.gone", "1"}, {"main.main", "1"}};
  EXPECT_EQ(program.link(), LinkStatus::kOk) << "silently ignored, as by the reference";
  EXPECT_EQ(program.messages, "");
}

// -- Packages

TEST_P(LinkErrors, NameAMissingPackageAndItsImporter) {
  FakeProgram program(GetParam());
  program.set_package("main", "\nmain: true\nautolibs: [ { path: lib } ]\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: cannot find package lib\n"
                              ">>> imported by main\n"
                              ">>> there is no packagefile line for it in importcfg\n");
  program.options.have_importcfg = false;
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr(">>> searched the -L directories and GOROOT/pkg\n"));
}

TEST_P(LinkErrors, NameTheMissingRuntime) {
  FakeProgram program(GetParam());
  program.set_package("main", "\nmain: true\n");
  program.forget_package("runtime");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: cannot find package runtime"));
}

// No toolchain has it for wasm; the reference mentions that and goes on.
TEST_P(LinkErrors, DoNotComeFromAMissingRaceDetector) {
  FakeProgram program(GetParam());
  program.options.race = true;
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_THAT(program.messages, HasSubstr("wald: warning: cannot find package runtime/race"));
}

TEST_P(LinkErrors, ComeFromAnEnvironmentWithOtherExperiments) {
  FakeProgram program(GetParam());
  program.options.goexperiment = "arenas";
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages,
              HasSubstr("main.a(_go_.o): object of other experiments than GOEXPERIMENT=arenas\n"));
  program.options.goexperiment = "nope";
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("GOEXPERIMENT=nope names an experiment"));
  program.options.goexperiment = "regabi,noarenas";
  EXPECT_EQ(program.link(), LinkStatus::kOk);
}

TEST_P(LinkErrors, AreSwitchedOffByFlagFFromGo27On) {
  FakeProgram program(GetParam());
  program.options.goexperiment = "arenas";
  program.options.ignore_header_mismatch = true;
  EXPECT_EQ(program.link(), GetParam() >= 27 ? LinkStatus::kOk : LinkStatus::kError);
}

TEST_P(LinkErrors, NameAFileThatCannotBeRead) {
  FakeProgram program(GetParam());
  unlink(program.path("runtime.a").c_str());
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: cannot open runtime.a: No such file or directory\n"
                              ">>> package runtime\n");
  mkdir(program.path("runtime.a").c_str(), 0777);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_EQ(program.messages, "wald: error: cannot open runtime.a: Is a directory\n"
                              ">>> package runtime\n");
}

TEST_P(LinkErrors, NameAFileThatIsNoObject) {
  FakeProgram program(GetParam());
  program.set_file("runtime", "");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: runtime.a: truncated object file"));
  program.set_file("runtime", "\x7f"
                              "ELF\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: runtime.a: not a Go object file: it starts with "
                              "\"\\177ELF\"\n>>> package runtime\n");
  program.set_file("runtime", "!<arch>\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kFatal);
  EXPECT_THAT(program.messages, HasSubstr("wald: error: no Go object in archive runtime.a\n"
                                          ">>> package runtime\n"));
}

// A third of the lengths for each version, so that all have their turn.
TEST_P(LinkErrors, ComeFromTruncation) {
  for (const char *package : {"main", "runtime"}) {
    FakeProgram program(GetParam());
    std::string whole = program.file(package);
    for (size_t size = GetParam() % 3; size < whole.size() - 1; size += 3) {
      program.set_file(package, whole.substr(0, size));
      EXPECT_NE(program.link(), LinkStatus::kOk) << package << " cut to " << size;
      ASSERT_THAT(program.messages, HasSubstr(std::string(package) + ".a")) << size;
    }
    EXPECT_EQ(program.output_files(), std::vector<std::string>());
  }
}

// Whatever is in a byte: the link goes well or reports, but never crashes. The sanitizers watch.
TEST_P(LinkErrors, SurviveBrokenBytes) {
  FakeProgram program(GetParam());
  std::string whole = program.file("runtime");
  for (size_t at = 68 + GetParam() % 3; at < whole.size(); at += 3) {
    std::string broken = whole;
    broken[at] ^= at % 2 ? 0x01 : 0xff;
    program.set_file("runtime", broken);
    if (program.link() == LinkStatus::kOk) {
      ASSERT_EQ(program.output_files().size(), 1u) << at;
      unlink(program.options.output.c_str());
    } else {
      ASSERT_FALSE(program.messages.empty() && program.hand_over_reason.empty()) << at;
      ASSERT_EQ(program.output_files(), std::vector<std::string>()) << at;
    }
  }
}

TEST_P(LinkErrors, NameBothSidesOfAFingerprintMismatch) {
  FakeProgram program(GetParam());
  std::string main = test::kFakeMain.str();
  main.replace(main.find("'5255'"), 6, "'beef'");
  program.set_package("main", main);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: fingerprint mismatch: runtime has 5255000000000000, but "
            "main was compiled against beef000000000000\n"
            ">>> package file runtime.a\n"
            ">>> rebuild main\n");
}

TEST_P(LinkErrors, ComeFromObjectsOfAnotherToolchain) {
  FakeProgram program(GetParam());
  program.set_package("runtime", "version: go1.26.77" + test::kFakeRuntime.str());
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages,
              HasSubstr("wald: error: runtime.a(_go_.o): object of another toolchain or target\n"
                        ">>> it has   go object wasip1 wasm go1.26.77"));
  EXPECT_THAT(program.messages,
              HasSubstr(">>> main has go object wasip1 wasm " + program.version()));
}

TEST_P(LinkErrors, ComeFromOtherTargets) {
  FakeProgram program(GetParam());
  program.set_package("main", "version: " + program.version() + "\ngoos: linux\ngoarch: amd64" +
                                  test::kFakeMain.str());
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: main.a(_go_.o): object for linux/amd64, wald links for "
            "wasip1/wasm and js/wasm\n"
            ">>> set GOARCH=wasm and GOOS=wasip1 or GOOS=js for the whole build\n");
  program.set_package("main", test::kFakeMain);
  program.options.goos = "js";
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: main.a(_go_.o): object for GOOS=wasip1, but the "
                              "environment says GOOS=js\n");
}

TEST_P(LinkErrors, RefuseAReactorForJs) {
  FakeProgram program(GetParam());
  program.set_package("main",
                      "version: " + program.version() + "\ngoos: js" + test::kFakeMain.str());
  program.options.goos = "js";
  program.options.build_mode = BuildMode::kCShared;
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: -buildmode=c-shared is not supported on js/wasm\n");
}

TEST_P(LinkErrors, NameAMissingEntryPoint) {
  FakeProgram program(GetParam());
  program.options.build_mode = BuildMode::kCShared;
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("_rt0_wasm_wasip1_lib"));
}

TEST(LinkOfAnUnknownVersion, IsHandedOver) {
  FakeProgram program(objfile::kNewestGoMinor);
  std::string main = program.file("main"), version = program.version();
  main.replace(main.find(version), version.size(), "go1.99.1");
  program.set_file("main", main);
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kHandOver);
  EXPECT_EQ(program.messages, "");
  EXPECT_THAT(program.hand_over_reason,
              HasSubstr("was compiled by go1.99.1, wald knows go1.24 to go1."));
}

TEST_P(LinkErrors, ReportImportCycles) {
  FakeProgram program(GetParam());
  program.set_package("main", "\nmain: true\nautolibs: [ { path: a } ]\n"
                              "symbols: [ { name: main.main, kind: text, data: 000b } ]\n");
  program.set_package("a", "\nautolibs: [ { path: b } ]\n");
  program.set_package("b", "\nautolibs: [ { path: a } ]\n");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: import cycle through package a\n");
}

// -- Broken objects

TEST_P(LinkErrors, ReportBrokenRelocations) {
  struct {
    const char *relocs, *message;
  } cases[] = {
      {"{ type: R_CALL, offset: 9, to: main.main }",
       "broken object: relocations of code are out of order or outside it\n"
       ">>> in main.main (main.a(_go_.o))\n"},
      {"{ type: R_CALL, offset: 3, to: main.main }, { type: R_CALL, offset: 2, to: main.main }",
       "broken object: relocations of code are out of order or outside it\n"},
      {"{ type: R_CALL, offset: -1, to: main.main }", "out of order or outside it\n"},
      {"{ type: R_CALL, offset: 2, pkgindex: 2147483646, index: 99 }",
       "main.a(_go_.o): broken object file: reference to a symbol that does not exist\n"},
      {"{ type: R_CALL, offset: 2, pkgindex: 2147483644, index: 9999 }",
       "main.a(_go_.o): broken object file: reference to a builtin symbol that does not exist\n"},
      {"{ type: R_WASMIMPORT, offset: 2, to: main.main }", "no import record for main.main\n"},
  };
  for (auto &expected : cases) {
    FakeProgram program(GetParam());
    program.set_package("main",
                        std::string("\nmain: true\nsymbols: [ { name: main.main, kind: text, "
                                    "data: 00100b, relocs: [ ") +
                            expected.relocs + " ] } ]\n");
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError) << expected.relocs;
    EXPECT_THAT(program.messages, HasSubstr(expected.message)) << expected.relocs;
  }
}

TEST_P(LinkErrors, ReportRelocationsOutsideTheirData) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - { name: main.main, kind: text, data: 00410b, relocs: [ { type: R_ADDR, offset: 2, to: main.x } ] }
  - { name: main.x, kind: noptrdata, data: '0102030405060708',
      relocs: [ { type: R_ADDR, offset: 4, size: 8, to: main.main } ] }
)");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: broken object: relocation outside its symbol\n"
                              ">>> in main.x (main.a(_go_.o))\n");
}

// The numbers of functions start high here, which stands for many of them.
TEST_P(LinkErrors, LimitTheSizeOfAllVariables) {
  FakeProgram program(GetParam());
  for (bool is_too_large : {false, true}) {
    program.set_package("main", std::string(R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 0010100b
    relocs: [ { type: R_ADDR, offset: 2, to: main.a }, { type: R_ADDR, offset: 3, to: main.b } ]
  - { name: main.a, kind: noptrbss, size: 1900000000 }
  - { name: main.b, kind: noptrbss, size: )") +
                                    (is_too_large ? "100000000 }\n" : "99990000 }\n"));
    if (!is_too_large) {
      EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
      unlink(program.options.output.c_str());
      continue;
    }
    EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
    EXPECT_THAT(program.messages, HasSubstr("wald: error: the program has too much data: 2000"));
  }
}

TEST_P(LinkErrors, WarnOfMoreFunctionsThanTheTableHolds) {
  FakeProgram program(GetParam());
  program.options.text_start = 0xf0000000;
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  if (GetParam() == 24)
    EXPECT_THAT(program.messages, HasSubstr("too many for Go 1.24: its runtime will not start\n"));
  else
    EXPECT_EQ(program.messages, "");
}

// -- The output

TEST_P(LinkErrors, NameAnOutputThatCannotBeWritten) {
  FakeProgram program(GetParam());
  std::string good = program.options.output;
  program.options.output = program.path("gone/program.wasm");
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: cannot create gone/program.wasm: No such file or directory\n");
  program.options.output = program.path("out");
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: cannot create out: Is a directory\n");
  program.options.output = "/dev/full";
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_EQ(program.messages, "wald: error: cannot write /dev/full: No space left on device\n");
  EXPECT_EQ(program.output_files(), std::vector<std::string>());
}

TEST_P(LinkErrors, DoNotComeFromATraceThatCannotBeWritten) {
  FakeProgram program(GetParam());
  program.options.time_trace = "/dev/full";
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.messages, "wald: warning: cannot write /dev/full: No space left on device\n");
}

TEST_P(LinkErrors, DoNotComeFromALinkOrAnInputAsOutput) {
  FakeProgram program(GetParam());
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  std::string whole = program.output();
  // Through a symbolic link, which stays one.
  ASSERT_EQ(symlink("program.wasm", program.path("out/link").c_str()), 0);
  program.write_output("old");
  program.options.output = program.path("out/link");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(program.path("out/link")));
  EXPECT_EQ(program.output(), whole);
  // Over the main archive, which is mapped while it is read.
  program.options.output = program.path("main.a");
  EXPECT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.output(), whole);
}

// -- The finished module

TEST_P(LinkErrors, NameTheFunctionOfAnInvalidBody) {
  FakeProgram program(GetParam());
  program.options.validate = true;
  program.set_package("runtime", test::with_valid_bodies(test::kFakeRuntime));
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages,
              testing::MatchesRegex(
                  "wald: error: the module is not valid WebAssembly: type mismatch in implicit "
                  "return, expected \\[i32\\] but got \\[\\] at offset [0-9]+\n"
                  ">>> in main.main \\(src/main.go:7\\)\n"
                  ">>> an object file is damaged, or -E, -T or -D ask for such a module; if "
                  "neither, this is an error in wald\n"));
  program.options.strip_names = true;
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr(">>> in main.main (src/main.go:7)\n"));
  std::string main = test::kFakeMain.str();
  main.replace(main.find("000b"), 4, "0041000b");
  program.set_package("main", main);
  EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  EXPECT_EQ(program.messages, "");
}

} // namespace
} // namespace wald

// From declarations to types: names, constants, what does not fit the object, and the rules about
// types on objects that no compiler wrote.
#include "directives/rules/rules.h"
#include "directives/source/build_constraint.h"
#include "directives/types/go_types.h"
#include "steps.h"

#include "directive_rules.h"
#include "type_object.h"

namespace wald::directives {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wald::test::TypeObject;

constexpr uint8_t kI32 = 0, kI64 = 1;

Field field(uint8_t kind, uint64_t offset) {
  return {kind, kind == kI64 ? wasm::ValueType::kI64 : wasm::ValueType::kI32, offset};
}

// A program of one package x/p, whose files are in memory. Function f is in line 3.
struct Program {
  std::map<std::string, std::string> files;
  TypeObject object;

  // What is known of the import f with that signature; the findings of all rules about types.
  void resolve(Signature signature) {
    object.add_import("f", 3, signature);
    parsed.emplace(object.yaml());
    ASSERT_TRUE(parsed->object) << parsed->error;
    ProgramObject from = {"x/p", &*parsed->object};
    FileAccess access;
    access.read = [&](llvm::StringRef path) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
      auto found = files.find(path.str());
      if (found == files.end())
        return std::make_error_code(std::errc::no_such_file_or_directory);
      return llvm::MemoryBuffer::getMemBuffer(found->second, path, false);
    };
    access.list = [&](llvm::StringRef directory) {
      std::vector<std::string> names;
      for (const auto &[path, text] : files)
        if (llvm::StringRef name = path; name.consume_front((directory + "/").str()))
          names.push_back(name.str());
      return names;
    };
    SourceFiles sources(access);
    TypeResolver resolver(from, sources, [](llvm::StringRef) { return PackageFiles(); }, "", store);
    Interface interface;
    ASSERT_FALSE(gather_directives(from, "", interface.directives));
    ASSERT_EQ(interface.directives.size(), 1u);
    for (Directive &each : interface.directives) {
      resolver.resolve(each);
      check_signature(each, parsed->object->version(), findings);
    }
    check_types(interface, findings);
    directive = interface.directives[0];
  }

  std::optional<wald::test::ParsedObject> parsed;
  GoTypeStore store;
  Directive directive;
  FindingList findings;
};

// The Go signature of f as the rest of line 3 has it, or why there is none.
std::string types_of(const std::string &rest, Signature signature, const std::string &before = "",
                     std::map<std::string, std::string> others = {}) {
  Program program;
  program.files = std::move(others);
  program.files["/src/p/p.go"] = "package p;" + before + "\n//go:wasmimport env f\nfunc f" + rest;
  program.resolve(std::move(signature));
  return program.directive.has_go_types ? go_signature_text(program.directive)
                                        : program.directive.why_no_go_types;
}

TEST(GoTypes, OfParametersAndResults) {
  EXPECT_EQ(types_of("(a, _ int32, b *[2]byte) (ok bool)",
                     {{field(kI32, 0), field(kI32, 4), field(4, 8)}, {field(6, 16)}}),
            "func(a int32, _ int32, b *[2]uint8) (ok bool)");
  EXPECT_EQ(types_of("(string) uint64", {{field(4, 0), field(4, 8)}, {field(kI64, 16)}}),
            "func(string) uint64");
  EXPECT_EQ(types_of("(p unsafe.Pointer)", {{field(4, 0)}, {}}, "import \"unsafe\""),
            "func(p unsafe.Pointer)");
  EXPECT_EQ(types_of("(p u.Pointer)", {{field(4, 0)}, {}}, "import u \"unsafe\""),
            "func(p unsafe.Pointer)");
}

TEST(GoTypes, OfAliasesAndInstancesComeFromOtherFiles) {
  EXPECT_EQ(types_of("(p *Pair[A])", {{field(4, 0)}, {}}, "",
                     {{"/src/p/a.go", "package p; type A = [N]int8; const N = M << 1"},
                      {"/src/p/b.go", "package p; type Pair[T any] struct { X, Y T }"},
                      {"/src/p/c.go", "package p; const (_ = iota; M)"},
                      {"/src/p/d_linux.go", "package p; const M = 7"},
                      {"/src/p/e_test.go", "package p; const M = 8"},
                      {"/src/p/f.go", "//go:build !wasm\npackage p; const M = 9"}}),
            "func(p *x/p.Pair[[2]int8])");
  // Which of two files a build takes may depend on tags that nobody knows.
  EXPECT_THAT(types_of("(p *A)", {{field(4, 0)}, {}}, "",
                       {{"/src/p/a.go", "//go:build custom\npackage p; type A = int8"},
                        {"/src/p/b.go", "//go:build !custom\npackage p; type A = int16"}}),
              HasSubstr("A is declared in /src/p/a.go and in /src/p/b.go"));
}

TEST(GoTypes, PreferDescriptors) {
  Program program;
  program.files["/src/p/p.go"] = "package p\n//go:wasmimport env f\nfunc f(p *T)";
  program.files["/src/p/t.go"] = "package p; type T = int8"; // not what was compiled
  program.object.add({"x/p.T", 25, 4, 4, true, "", 0, {{"X", "builtin int32", 0}}});
  program.resolve({{field(4, 0)}, {}});
  ASSERT_TRUE(program.directive.has_go_types) << program.directive.why_no_go_types;
  EXPECT_EQ(program.directive.params[0].type->element->fields.at(0).name, "X");
  EXPECT_EQ(program.directive.position.line, 2u);
  EXPECT_EQ(program.directive.position.column, 1u);
}

std::string length_of(const std::string &expr, const std::string &declarations = "") {
  return types_of("(p *[" + expr + "]int8)", {{field(4, 0)}, {}}, declarations);
}

TEST(GoTypes, EvaluateLengths) {
  auto length = [](int n) { return "func(p *[" + std::to_string(n) + "]int8)"; };
  EXPECT_EQ(length_of("7"), length(7));
  EXPECT_EQ(length_of("0x_1F &^ 017 + 0b1"), length(17));
  EXPECT_EQ(length_of("'a' - 'A' + '\\x01' - '\\u0001' + 'é' - 'è'"), length(33));
  EXPECT_EQ(length_of("1<<70>>68"), length(4));
  EXPECT_EQ(length_of("-7 / 2 + 5 - -7 % 2"), length(3));
  EXPECT_EQ(length_of("^uint8(0) >> 4"), length(15));
  EXPECT_EQ(length_of("len(\"é\\n\" + S)", "const S = `ab`"), length(5));
  EXPECT_EQ(length_of("^X & 7", "const X uint16 = 2"), length(5));
  EXPECT_EQ(length_of("B", "const (A = iota * 3; B; C)"), length(3));
  EXPECT_EQ(length_of("unsafe.Sizeof(K(0))", "import \"unsafe\"; type K int64"), length(8));
}

TEST(GoTypes, RefuseLengths) {
  for (const char *expr : {"1 / 0", "-1", "\"a\"", "N", "1.5", "len(x)", "1 << 1000000000000",
                           "1 << 200", "99999999999999999999999999999999999999999999"})
    EXPECT_THAT(length_of(expr), testing::Not(testing::StartsWith("func"))) << expr;
  EXPECT_THAT(length_of("A", "const (A = B; B = A)"), HasSubstr("not understood"));
  // Each constant names the one before twice.
  std::string many = "const (C0 = 1;";
  for (int i = 1; i < 50; i++)
    many += "C" + std::to_string(i) + " = C" + std::to_string(i - 1) + " * C" +
            std::to_string(i - 1) + ";";
  EXPECT_EQ(length_of("C49", many + ")"), "func(p *[1]int8)");
}

TEST(GoTypes, RefuseNumbersBeyond512Bits) {
  for (const char *expr :
       {"-(-1 << 512)", "(-1 << 512) - 1", "(-1 << 512) * -1", "(-1 << 512) / -1", "-1 << 513",
        "(1 << 511) * 2", "(1 << 511) + (1 << 511)"})
    EXPECT_THAT(length_of(expr), HasSubstr("is not understood")) << expr;
  EXPECT_EQ(length_of("2 + (-1 << 512 >> 512) - (-1 << 512) % -1"), "func(p *[1]int8)");
  EXPECT_EQ(length_of("1 << 500 / (1 << 499)"), "func(p *[2]int8)");
  EXPECT_EQ(length_of("0x1" + std::string(50, '0') + " >> 198"), "func(p *[4]int8)");
}

// Each of many types has the fields that only one of them spells.
TEST(GoTypes, DoNotMultiplyFields) {
  std::string declarations = "type T0 struct {", params;
  for (int i = 0; i < 10000; i++)
    declarations += "f,";
  declarations += "f int8 };";
  for (int i = 1; i < 150; i++) {
    declarations += "type T" + std::to_string(i) + " T0;";
    params += "*T" + std::to_string(i) + ", ";
  }
  Signature pointer = {{field(4, 0)}, {}};
  EXPECT_EQ(types_of("(*T1)", pointer, declarations), "func(*x/p.T1)");
  EXPECT_THAT(types_of("(" + params + ")", pointer, declarations), HasSubstr("too many fields"));
}

// Each of many constants has the text that only one of them spells.
TEST(GoTypes, DoNotMultiplyTexts) {
  std::string declarations = "const C0 = \"" + std::string(60000, 'x') + "\";", fields;
  for (int i = 1; i < 2000; i++) {
    std::string name = "C" + std::to_string(i);
    declarations += "const " + name + " = C0 + \"a\";";
    fields += name + " [len(" + name + ")]int8;";
  }
  EXPECT_EQ(length_of("len(C1) + len(C2)", declarations), "func(p *[120002]int8)");
  EXPECT_THAT(
      types_of("(p *T)", {{field(4, 0)}, {}}, declarations + "type T struct {" + fields + "};"),
      HasSubstr("too much text"));
}

// The time would grow with the square of their number.
TEST(GoTypes, FindNamesAmongMany) {
  auto steps = [](int count) {
    std::string imports = "import (", declarations, fields;
    for (int i = 0; i < count; i++) {
      std::string number = std::to_string(i);
      imports += "\"x/a" + number + "\";";
      declarations += "type T" + number + " int8;const C" + number + " = 1;";
      fields +=
          "a" + number + " [C" + number + "]T" + number + ";b" + number + " p.T" + number + ";";
    }
    return wald::test::steps_of([&] {
      EXPECT_EQ(types_of("(p *T)", {{field(4, 0)}, {}},
                         imports + "\"x/p\");" + declarations + "type T struct {" + fields + "};"),
                "func(p *x/p.T)");
    });
  };
  EXPECT_IN_PROPORTION(steps(4000 / 8), steps(4000));
}

TEST(GoTypes, AreCutWhereTheyAreLong) {
  GoTypeStore store;
  GoType type;
  type.kind = GoKind::kInt32;
  const GoType *int32 = &store.emplace_back(type);
  type.kind = GoKind::kStruct;
  for (int i = 0; i < 10000; i++)
    type.fields.push_back({"_", int32, 0});
  std::string text = type_text(type);
  EXPECT_LT(text.size(), 1100u);
  EXPECT_TRUE(llvm::StringRef(text).ends_with("; … }")) << text;
}

TEST(GoTypes, OfWhatContainsItselfAreRefused) {
  Signature pointer = {{field(4, 0)}, {}};
  EXPECT_THAT(types_of("(p *T)", pointer, "type T T"), HasSubstr("declared by itself"));
  EXPECT_THAT(types_of("(p *T)", pointer, "type T = T"), HasSubstr("declared by itself"));
  EXPECT_THAT(types_of("(p *T)", pointer, "type T struct { a [2]T }"),
              HasSubstr("contains itself"));
  EXPECT_THAT(types_of("(p *T[int8])", pointer, "type T[P any] struct { a *T[[2]P] }"),
              HasSubstr("too"));
  EXPECT_EQ(types_of("(p *T)", pointer, "type T struct { a *T }"), "func(p *x/p.T)");
  // 2^60 parts.
  std::string wide = "type T0 = int8;";
  for (int i = 1; i < 60; i++)
    wide += "type T" + std::to_string(i) + " = struct { a, b *T" + std::to_string(i - 1) + " };";
  EXPECT_THAT(types_of("(p *T59)", pointer, wide), HasSubstr("func(p *struct { a *struct"));
}

TEST(GoTypes, AreHeldAgainstTheObject) {
  EXPECT_THAT(types_of("(a int64)", {{field(kI32, 0)}, {}}), HasSubstr("not the one"));
  EXPECT_THAT(types_of("(a int32)", {{field(kI32, 0)}, {field(kI32, 8)}}),
              HasSubstr("not the one"));
  EXPECT_THAT(types_of("(a bool, b int32)", {{field(6, 0), field(kI32, 8)}, {}}),
              HasSubstr("not the one"));
  EXPECT_THAT(types_of("(a int32", {{field(kI32, 0)}, {}}), HasSubstr("not understood"));
  EXPECT_THAT(types_of("(a U)", {{field(kI32, 0)}, {}}), HasSubstr("no declaration of type U"));
  EXPECT_THAT(types_of("2(a int32)", {{field(kI32, 0)}, {}}),
              HasSubstr("not in line 3 of /src/p/p.go"));
  Program program;
  program.resolve({{field(kI32, 0)}, {}});
  EXPECT_THAT(program.directive.why_no_go_types, HasSubstr("cannot read /src/p/p.go"));
}

std::vector<std::string> rules_of(const std::string &rest, Signature signature,
                                  const std::string &before = "") {
  Program program;
  program.files["/src/p/p.go"] = "package p;" + before + "\n//go:wasmimport env f\nfunc f" + rest;
  program.resolve(std::move(signature));
  return test::texts(program.findings);
}

// None of these comes from a compiler.
TEST(GoTypes, AndRecordsThatAreForbiddenAreFound) {
  Signature pointer = {{field(4, 0)}, {}};
  EXPECT_THAT(rules_of("(a int)", {{field(kI64, 0)}, {}}),
              ElementsAre("type-by-value: parameter a: int cannot be passed by value"));
  EXPECT_THAT(rules_of("(...int32)", pointer),
              ElementsAre("type-by-value: parameter 1: []int32 cannot be passed by value"));
  EXPECT_THAT(rules_of("() (r map[int]int)", {{}, {field(4, 0)}}),
              ElementsAre("type-by-value: result r: map cannot be passed by value"));
  EXPECT_THAT(
      rules_of("() string", {{}, {field(4, 0), field(4, 8)}}),
      ElementsAre("several-results: a function has at most one result",
                  "string-result: the result: a string cannot be a result, only a parameter"));
  EXPECT_THAT(rules_of("(p **int8)", pointer),
              ElementsAre("type-in-memory: parameter p: *int8 has no fixed meaning in memory for "
                          "the host"));
  EXPECT_THAT(
      rules_of("(p *T)", pointer, "type T struct { A int32 }"),
      ElementsAre("host-layout: parameter p: x/p.T has no field of type structs.HostLayout"));
  EXPECT_THAT(rules_of("(a, b int64)", {{field(kI64, 0), field(kI64, 4)}, {}}),
              ElementsAre("frame-offsets: values overlap or are not aligned in the argument "
                          "frame"));
  EXPECT_THAT(rules_of("() (a, b int32)", {{}, {field(kI32, 0), field(kI32, 4)}}),
              ElementsAre("several-results: a function has at most one result"));
  EXPECT_THAT(rules_of("(a int32)", {{field(kI32, 0)}, {}}), ElementsAre());
}

TEST(BuildConstraint, KnowsNamesAndTags) {
  auto answer = [](const char *file, const char *constraint) {
    return "nmy"[int(is_built(file, constraint, "wasip1", 26))];
  };
  EXPECT_EQ(answer("a.go", ""), 'y');
  EXPECT_EQ(answer("a_wasip1.go", ""), 'y');
  EXPECT_EQ(answer("a_wasm.go", ""), 'y');
  EXPECT_EQ(answer("a_wasip1_wasm.go", ""), 'y');
  EXPECT_EQ(answer("wasip1.go", ""), 'y');
  EXPECT_EQ(answer("linux.go", ""), 'y');
  EXPECT_EQ(answer("a_js.go", ""), 'n');
  EXPECT_EQ(answer("a_js_wasm.go", ""), 'n');
  EXPECT_EQ(answer("a_amd64.go", ""), 'n');
  EXPECT_EQ(answer("a_test.go", ""), 'n');
  EXPECT_EQ(answer("_a.go", ""), 'n');
  EXPECT_EQ(answer("a.go", "wasm && !js"), 'y');
  EXPECT_EQ(answer("a.go", "!(unix || wasip1)"), 'n');
  EXPECT_EQ(answer("a.go", "go1.26 && !go1.27"), 'y');
  EXPECT_EQ(answer("a.go", "ignore"), 'n');
  EXPECT_EQ(answer("a.go", "tinygo"), 'm');
  EXPECT_EQ(answer("a.go", "tinygo || wasip1"), 'y');
  EXPECT_EQ(answer("a.go", "tinygo && js"), 'n');
  EXPECT_EQ(answer("a.go", "a b"), 'm');
  EXPECT_EQ(answer("a.go", "("), 'm');
  EXPECT_EQ(answer("a.go", (std::string(100000, '!') + "js").c_str()), 'm');
  EXPECT_EQ(answer("a.go", (std::string(100000, '(')).c_str()), 'm');
}

} // namespace
} // namespace wald::directives

// Reading declarations and directive comments of Go source text.
#include "directives/source/go_declarations.h"
#include "steps.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::directives {
namespace {

using llvm::StringRef;
using testing::ElementsAre;

// As short text that shows the structure: "name *[4]geo.T".
std::string text(const ConstExpr *expr) {
  switch (expr->kind) {
  case ConstExpr::kBad:
    return "?";
  case ConstExpr::kInteger:
  case ConstExpr::kString:
  case ConstExpr::kName:
    return (expr->qualifier.empty() ? "" : expr->qualifier.str() + ".") + expr->text.str();
  case ConstExpr::kUnary:
    return "(" + expr->op.str() + text(expr->left) + ")";
  case ConstExpr::kBinary:
    return "(" + text(expr->left) + expr->op.str() + text(expr->right) + ")";
  case ConstExpr::kCall:
    return text(expr->left) + "(" + text(expr->right) + ")";
  }
  return "";
}

std::string text(const TypeExpr *type) {
  std::string result;
  switch (type->kind) {
  case TypeExpr::kBad:
    return "?";
  case TypeExpr::kName:
    result = (type->qualifier.empty() ? "" : type->qualifier.str() + ".") + type->name.str();
    for (const TypeExpr *argument : type->arguments)
      result += "<" + text(argument) + ">";
    return result;
  case TypeExpr::kPointer:
    return "*" + text(type->element);
  case TypeExpr::kArray:
    return "[" + text(type->length) + "]" + text(type->element);
  case TypeExpr::kSlice:
    return "[]" + text(type->element);
  case TypeExpr::kStruct:
    result = "{";
    for (const FieldDecl &field : type->fields)
      result += (field.is_embedded ? "<" + field.name.str() + ">" : field.name.str() + " ") +
                text(field.type) + ";";
    return result + "}";
  case TypeExpr::kFunc:
    return "func";
  case TypeExpr::kInterface:
    return "interface";
  case TypeExpr::kMap:
    return "map";
  case TypeExpr::kChan:
    return "chan";
  }
  return "";
}

std::string text(const std::vector<ParameterDecl> &params) {
  std::string result;
  for (const ParameterDecl &param : params)
    result += (result.empty() ? "" : ", ") + (param.name.empty() ? "" : param.name.str() + " ") +
              (param.is_variadic ? "..." : "") + text(param.type);
  return result;
}

std::string text(const FunctionDecl &function) {
  std::string result = "func ";
  if (function.is_method())
    result += "(" + text(function.receiver) + ") ";
  result += function.name.str();
  if (function.is_generic())
    result += "[" + text(function.type_params) + "]";
  result += "(" + text(function.params) + ")";
  if (!function.results.empty())
    result += " (" + text(function.results) + ")";
  return result + (function.has_body ? " {}" : "");
}

std::vector<std::string> functions(StringRef source) {
  std::string whole = ("package p\n" + source).str();
  SourceFile file = read_declarations(whole);
  std::vector<std::string> result;
  for (const FunctionDecl &function : file.functions)
    result.push_back(text(function));
  return result;
}

std::string function(StringRef source) {
  std::vector<std::string> all = functions(source);
  return all.size() == 1 ? all[0] : std::to_string(all.size()) + " functions";
}

TEST(GoDeclarations, ReadsParametersOfEveryShape) {
  EXPECT_EQ(function("func f()"), "func f()");
  EXPECT_EQ(function("func f(a int32, b, c *T) (r, s bool)"),
            "func f(a int32, b *T, c *T) (r bool, s bool)");
  EXPECT_EQ(function("func f(int32, *T, geo.P) bool"), "func f(int32, *T, geo.P) (bool)");
  EXPECT_EQ(function("func f(a, b)"), "func f(a, b)");
  EXPECT_EQ(function("func f(G[int], H[a.T, []int])"), "func f(G<int>, H<a.T><[]int>)");
  EXPECT_EQ(function("func f(a [N]int, g G[int], q geo.G[int])"),
            "func f(a [N]int, g G<int>, q geo.G<int>)");
  EXPECT_EQ(function("func f(_ int32, args ...string)"), "func f(_ int32, args ...string)");
  EXPECT_EQ(function("func f(...string)"), "func f(...string)");
  EXPECT_EQ(function("func f(a (int32), b *(T))"), "func f(a int32, b *T)");
  EXPECT_EQ(function("func f(\n\ta int32,\n\tb int64,\n)"), "func f(a int32, b int64)");
  EXPECT_EQ(
      function("func f(cb func(a int) (b, c int), m map[string]int, c <-chan int, d chan<- T, "
               "e interface{ M(int) })"),
      "func f(cb func, m map, c chan, d chan, e interface)");
  EXPECT_EQ(function("func f() func() bool { return nil }"), "func f() (func) {}");
  EXPECT_EQ(function("func f() struct { a, b int } {}"), "func f() ({a int;b int;}) {}");
  EXPECT_EQ(function("func (t *T[P]) m(a P)"), "func (t *T<P>) m(a P)");
  EXPECT_EQ(function("func f[P any, Q, R interface{ ~int | ~[]byte }](a P) Q"),
            "func f[P interface, Q interface, R interface](a P) (Q)");
  EXPECT_EQ(
      function("func f(a struct { geo.P; *Q; R[int]; S \"tag\"; x, y [2]T; z [N*2]int; _ T })"),
      "func f(a {<P>geo.P;<Q>*Q;<R>R<int>;<S>S;x [2]T;y [2]T;z [(N*2)]int;_ T;})");
}

TEST(GoDeclarations, FindsTheEndOfEveryBody) {
  EXPECT_THAT(
      functions("func a() { if x { y() } }\n"
                "func b() { s := \"}\" + `}\n}` ; r := '}'; q := '\\'' }\n"
                "func c() { // }\n /* } */ }\n"
                "func d() { type t struct { f func() }; var _ = map[int]T{1: {2}} }; func e()\n"
                "var f = func() { func() {}() }\n"
                "func g()"),
      ElementsAre("func a() {}", "func b() {}", "func c() {}", "func d() {}", "func e()",
                  "func g()"));
}

TEST(GoDeclarations, GoesOnBehindWhatItDoesNotUnderstand) {
  EXPECT_THAT(
      functions("func a(!) { x }\nnonsense ) } here\nfunc b()\ntype T struct { 1 }\nfunc c()"),
      ElementsAre("func a(?) {}", "func b()", "func c()"));
  EXPECT_EQ(read_declarations("no Go").functions.size(), 0u);
  EXPECT_EQ(read_declarations("").directives.size(), 0u);
}

TEST(GoDeclarations, GivesDeepNestingUp) {
  for (const char *piece : {"*", "[1]", "(", "struct{a ", "chan ", "[", "G[", "func(a ", "[1+("}) {
    std::string source = "package p\nfunc f(a ";
    for (int i = 0; i < 100000; i++)
      source += piece;
    SourceFile file = read_declarations(source);
    for (const FunctionDecl &function : file.functions)
      EXPECT_LE(text(function).size(), 1000u) << piece;
  }
}

TEST(GoDeclarations, ReadsTypesConstantsAndImports) {
  SourceFile file =
      read_declarations("//go:build wasip1 && !x\n"
                        "package geo\n"
                        "import \"structs\"\n"
                        "import (\n\tm \"x/math\"\n\t. `y/z`\n\t_ \"side\"\n)\n"
                        "type A = m.T\n"
                        "type (\n\tP struct {\n\t\t_ structs.HostLayout\n\t}\n"
                        "\tV [N]P\n\tW [N * 2]P\n\tG[T any] struct{ v T }\n"
                        "\tH[T *int,] T\n\tL [(N)]int\n)\n"
                        "const N, M = 1 << 4, len(\"abc\")\n"
                        "const (\n\tc0 uint8 = iota + 1\n\tc1\n\tc2\n\tc3 = 1.5\n)\n");
  EXPECT_EQ(file.package, "geo");
  EXPECT_EQ(file.build_constraint, "wasip1 && !x");
  std::vector<std::string> imports, types, constants;
  for (const ImportDecl &import : file.imports)
    imports.push_back(import.name.str() + " " + import.path);
  EXPECT_THAT(imports, ElementsAre(" structs", "m x/math", ". y/z", "_ side"));
  for (const TypeDecl &type : file.types)
    types.push_back(type.name.str() + (type.is_alias ? " = " : " ") +
                    (type.type_params.empty() ? "" : "[" + text(type.type_params) + "] ") +
                    text(type.type));
  EXPECT_THAT(types, ElementsAre("A = m.T", "P {_ structs.HostLayout;}", "V [N]P", "W [(N*2)]P",
                                 "G [T interface] {v T;}", "H [T interface] T", "L [N]int"));
  for (const ConstDecl &constant : file.constants)
    constants.push_back(constant.name.str() + " " + (constant.value ? text(constant.value) : "") +
                        " " + std::to_string(constant.iota));
  EXPECT_THAT(constants, ElementsAre("N (1<<4) 0", "M len(\"abc\") 0", "c0 (iota+1) 0",
                                     "c1 (iota+1) 1", "c2 (iota+1) 2", "c3 ? 3"));
}

// "FORM PLACEMENT FUNCTION WORDS LINE:COLUMN" of each.
std::vector<std::string> directives(StringRef source) {
  constexpr const char *kForms[] = {"exact", "bare", "tab", "blank", "block", "spelling"};
  constexpr const char *kPlacements[] = {"front", "in",  "package", "import", "const",
                                         "type",  "var", "behind",  "nothing"};
  SourceFile file = read_declarations(source);
  std::vector<std::string> result;
  for (const DirectiveComment &directive : file.directives) {
    std::string line = kForms[int(directive.form)];
    line += std::string(" ") + kPlacements[int(directive.placement)];
    if (directive.function)
      line += " " + file.functions[*directive.function].name.str();
    line += directive.kind == DirectiveKind::kImport ? " import" : " export";
    for (StringRef word : directive.words)
      line += " " + word.str();
    result.push_back(line + " " + std::to_string(directive.place.line) + ":" +
                     std::to_string(directive.place.column));
  }
  return result;
}

TEST(GoDeclarations, TellsWhatADirectiveStandsInFrontOf) {
  EXPECT_THAT(directives("//go:wasmexport p\n"
                         "package p\n"
                         "//go:wasmexport i\n"
                         "import \"x\"\n"
                         "//go:wasmimport env f\n"
                         "\n"
                         "// Doc.\n"
                         "//go:wasmexport f\r\n"
                         "func f() {\n"
                         "\t//go:wasmexport in\n"
                         "}\n"
                         "//go:wasmexport c\n"
                         "const c = 1\n"
                         "//go:wasmexport t\n"
                         "type (\n//go:wasmexport u\nt int)\n"
                         "//go:wasmexport v\n"
                         "var v = `\n//go:wasmexport text\n`\n"
                         "var w = \"//go:wasmexport text\"\n"
                         "func g() //go:wasmexport behind\n"
                         "func h(a, //go:wasmexport behind2\n"
                         "//go:wasmexport inside\n"
                         "b int)\n"
                         "//go:wasmexport end\n"),
              ElementsAre("exact package export p 1:1", "exact import export i 3:1",
                          "exact front f import env f 5:1", "exact front f export f 8:1",
                          "exact in f export in 10:2", "exact const export c 12:1",
                          "exact type export t 14:1", "exact type export u 16:1",
                          "exact var export v 18:1", "exact behind export behind 23:10",
                          "exact behind export behind2 24:11", "exact in h export inside 25:1",
                          "exact nothing export end 27:1"));
}

TEST(GoDeclarations, TellsHowADirectiveIsWritten) {
  EXPECT_THAT(directives("package p\n"
                         "//go:wasmexport\n"
                         "//go:wasmexport \n"
                         "//go:wasmexport\tf\n"
                         "// go:wasmexport f\n"
                         "//\tgo:wasmimport a b\n"
                         "/*go:wasmimport a b*/\n"
                         "/* go:wasmimport\na b */\n"
                         "//go:WasmExport f\n"
                         "//go:wasm_export f\n"
                         "//go: wasmexport f\n"
                         "  //go:wasmexport  a\tb \n"
                         "/*x*/ //go:wasmexport f\n"
                         "//go:wasmexports f\n"
                         "// The go:wasmexport directive\n"
                         "func f()\n"),
              ElementsAre("bare front f export 2:1", "exact front f export 3:1",
                          "tab front f export f 4:1", "blank front f export f 5:1",
                          "blank front f import a b 6:1", "block front f import a b 7:1",
                          "block front f import 8:1", "spelling front f export f 10:1",
                          "spelling front f export f 11:1", "spelling front f export f 12:1",
                          "exact front f export a b 13:3", "exact behind export f 14:7",
                          "spelling front f export f 15:1"));
}

// What each comment is, in front of a function; empty where it is prose. A "?" marks what is prose
// unless it has the function's name.
std::vector<std::string> readings(llvm::ArrayRef<const char *> comments) {
  std::vector<std::string> result;
  for (const char *comment : comments) {
    std::string text = "package p\n" + std::string(comment) + "\nfunc f()\n";
    SourceFile file = read_declarations(text);
    std::string line;
    for (const DirectiveComment &directive : file.directives) {
      line += directive.kind == DirectiveKind::kImport ? "import" : "export";
      for (StringRef word : directive.words)
        line += " " + word.str();
      line += directive.needs_name ? "?" : "";
      line += directive.trailing.empty() ? "" : " | " + directive.trailing.str();
    }
    EXPECT_TRUE(line.empty() || may_have_directives(text));
    result.push_back(line);
  }
  return result;
}

TEST(GoDeclarations, KnowsMisspeltWords) {
  EXPECT_THAT(readings({"//go:wasmexprot f", "//go:wasmexport: f", "//go:wasmexport. f",
                        "//go:wasm:export f", "//go:wasm.export f", "//go.wasmexport f",
                        "//go::wasmexport f", "//og:wasmexport f", "//go:wsamexport f",
                        "//go:wasmmexport f", "//go:wasmexpor f", "//go wasmexport f",
                        "//go:wasm export f", "//wasmexport f", "// wasmexport f",
                        "//go:wasmexport:f", "//go:wasmexport(f)", "//go:wasmexport=f"}),
              ElementsAre("export f", "export f", "export f", "export f", "export f", "export f",
                          "export f", "export f", "export f", "export f", "export f", "export f",
                          "export f", "export f?", "export f?", "export f", "export f",
                          "export f"));
  EXPECT_THAT(
      readings({"//go:wasmimprot env f", "//go:wasmimports env f", "//go:wasmimport:env f",
                "//go:wasmimport.env.f", "//go:wasmimport(env, f)", "// go:waslimport env f"}),
      ElementsAre("import env f", "import env f", "import env f", "import env f", "import env f",
                  "import env f?"));
}

TEST(GoDeclarations, KnowsProseAboutDirectives) {
  EXPECT_THAT(readings({"// Go wasmexport functions", "// go:wasmexported function",
                        "// go:wasmexport's function", "// a go:wasmexport function",
                        "// It is for the\n// go:wasmexport directive", "//go:wasm-module env",
                        "// go:wasmexport functions\n// are not generic", "////go:wasmexport f",
                        "//go:embed f", "// gossip is export"}),
              ElementsAre("export functions?", "export function?", "", "", "export directive?", "",
                          "export functions?", "", "", ""));
}

TEST(GoDeclarations, SeparatesTrailingComments) {
  EXPECT_THAT(
      readings({"//go:wasmexport f // the first", "// go:wasmexport f /* one */",
                "//go:wasmimport env f // text"}),
      ElementsAre("export f | // the first", "export f | /* one */", "import env f | // text"));
}

TEST(GoDeclarations, TellsBodiesThatDoNothing) {
  auto does_nothing = [](const char *body) {
    std::string text = "package main\nfunc main() " + std::string(body) + "\nfunc other() {}\n";
    return read_declarations(text).functions[0].does_nothing;
  };
  EXPECT_TRUE(does_nothing("{}"));
  EXPECT_TRUE(does_nothing("{ // nothing\n}"));
  EXPECT_TRUE(does_nothing("{ select {} }"));
  EXPECT_TRUE(does_nothing("{ return }"));
  EXPECT_TRUE(does_nothing("{ panic(\"a reactor\") }"));
  EXPECT_TRUE(does_nothing("{ println(\"a\", f()); fmt.Println((1)); os.Exit(1) }"));
  EXPECT_FALSE(does_nothing("{ f() }"));
  EXPECT_FALSE(does_nothing("{ println(1)\nf() }"));
  EXPECT_FALSE(does_nothing("{ os.Remove(\"x\") }"));
  EXPECT_FALSE(does_nothing("{ println("));
  EXPECT_FALSE(does_nothing("{ select { case <-c: } }"));
  EXPECT_FALSE(does_nothing(""));
}

TEST(GoDeclarations, ReadsTheModuleOfTinyGo) {
  std::string text = "package p\n//go:wasm-module env\n//export f\nfunc f()\nfunc g()\n";
  SourceFile file = read_declarations(text);
  EXPECT_EQ(file.functions[0].tinygo_module, "env");
  EXPECT_EQ(file.functions[1].tinygo_module, "");
}

// The time would grow with the square of their number: minutes.
TEST(GoDeclarations, ReadsManyCommentsAndStringsInOneLine) {
  auto steps = [](int count) {
    std::string text = "package p; var x = ";
    for (int i = 0; i < count; i++)
      text += "/**/``+";
    return test::steps_of([&] { EXPECT_EQ(read_declarations(text).package, "p"); });
  };
  EXPECT_IN_PROPORTION(steps(200000 / 8), steps(200000));
}

// Each bracket would be followed to the end of the file.
TEST(GoDeclarations, ReadsManyBracketsThatNeverClose) {
  auto steps = [](unsigned count) {
    std::string text = "package p\n";
    for (unsigned i = 0; i < count; i++)
      text += "func f(a [0\n";
    return test::steps_of([&] { EXPECT_EQ(read_declarations(text).functions.size(), count); });
  };
  EXPECT_IN_PROPORTION(steps(20000 / 8), steps(20000));
}

TEST(GoDeclarations, GivesPlacesOfFunctions) {
  SourceFile file =
      read_declarations("\xef\xbb\xbfpackage p\n\nfunc\n  f()\nvar x = `\n`; func g() {}\n");
  ASSERT_EQ(file.functions.size(), 2u);
  EXPECT_EQ(file.functions[0].place.line, 4u);
  EXPECT_EQ(file.functions[0].place.column, 3u);
  EXPECT_EQ(file.functions[1].place.line, 6u);
  EXPECT_EQ(file.functions[1].place.column, 9u);
  EXPECT_FALSE(file.has_line_directives);
  EXPECT_TRUE(read_declarations("package p\n//line x.y:1\n").has_line_directives);
}

} // namespace
} // namespace wald::directives

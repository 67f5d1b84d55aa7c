// Imports and exports of modules, binary and text, and that broken ones are errors.
#include "wasm/externs.h"

#include "wat.h"

#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

constexpr const char kHost[] = R"((module
  (import "guest" "add" (func (param i32 i64) (result f32)))
  (import "guest" "memory" (memory 1))
  (type $log (func (param f64)))
  (func $log (export "log") (type $log))
  (export "again" (func $log))))";

std::string describe(const Extern &item) {
  std::string text = item.module + "." + item.name + " " + extern_kind_name(item.kind);
  return text + " " + signature_text(item.type.params, item.type.results);
}

void expect_host(const Externs &externs) {
  ASSERT_EQ(externs.imports.size(), 2u);
  EXPECT_EQ(describe(externs.imports[0]), "guest.add function (i32, i64) -> (f32)");
  EXPECT_EQ(externs.imports[1].kind, ExternKind::kMemory);
  EXPECT_EQ(externs.imports[1].name, "memory");
  ASSERT_EQ(externs.exports.size(), 2u);
  EXPECT_EQ(externs.exports[0].name, "log");
  EXPECT_EQ(signature_text(externs.exports[1].type.params, {}), "(f64) -> ()");
}

std::string text_error_of(llvm::StringRef text) {
  llvm::Expected<Externs> externs = read_text_externs(text);
  return externs ? "" : llvm::toString(externs.takeError());
}

TEST(Externs, AreTheSameOfTextAndModule) {
  llvm::Expected<Externs> text = read_text_externs(kHost);
  ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
  expect_host(*text);
  std::vector<uint8_t> bytes = test::assemble(kHost);
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  llvm::Expected<Externs> binary = externs_of(*module);
  ASSERT_TRUE(bool(binary)) << llvm::toString(binary.takeError());
  expect_host(*binary);
}

TEST(Externs, OfTextHaveLines) {
  llvm::Expected<Externs> text = read_text_externs(kHost);
  ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
  EXPECT_EQ(text->imports[0].line, 2u);
  EXPECT_EQ(text->exports[1].line, 6u);
}

TEST(Externs, OfTextBeginWithAModuleOrItsFields) {
  const char *const kModules[] = {"(module)", "(module $a-b.c (memory 1))", "(func)",
                                  " ;; (\n(; module ;) ( module (; ( ;) $x )"};
  for (const char *text : kModules)
    EXPECT_EQ(text_error_of(text), "") << text;
  const char *const kOthers[] = {"",
                                 "module",
                                 "(",
                                 "(module",
                                 "(module $x",
                                 "(what)",
                                 "(component)",
                                 "(\"a\")",
                                 "\"(func)\"",
                                 "(; (module)",
                                 "(module binary \"\")",
                                 "(module $x quote \"(func)\")"};
  for (const char *text : kOthers)
    EXPECT_EQ(text_error_of(text), "1:1: no module in the text format") << text;
}

TEST(Externs, OfBrokenTextAreErrorsWithAPlace) {
  EXPECT_EQ(text_error_of("(module\n  (func (param i33)))").substr(0, 2), "2:");
  EXPECT_NE(text_error_of("(module (export \"f\" (func 7)))"), "");
  EXPECT_NE(text_error_of("(module (export \"f\" (func $missing)))"), "");
  EXPECT_NE(text_error_of(llvm::StringRef("\0asm\1\0\0\0", 8)), "");
  EXPECT_NE(text_error_of(std::string(kMaxTextSize + 1, ' ')), "");
}

TEST(Externs, OfTextWithDeepBlocksAreRefused) {
  std::string words, parens;
  for (int i = 0; i < 100000; i++) {
    words += "block ";
    parens += "(block ";
  }
  EXPECT_NE(text_error_of("(module\n(func " + words + "))").find("nest deeper"), std::string::npos);
  EXPECT_NE(text_error_of("(module (func " + parens + "))").find("nest deeper"), std::string::npos);
}

TEST(Externs, OfTextWithManyBlocksThatDoNotNestAreRead) {
  std::string body;
  for (int i = 0; i < 2000; i++)
    body += "block end (block) (; ( ;) ;; (\n";
  EXPECT_EQ(text_error_of("(module (func " + body + "))"), "");
}

// wabt's lexer goes on after these mistakes, with a string of negative length or in its own way.
TEST(Externs, OfTextWithoutTokensAreRefused) {
  for (const char *text : {"(@\"a\n\")", "\"\n\"", "\"", "\"\\\"", "\"\\", "\"\\u\"", "\"\\u{1\"",
                           "\"\\u{}\"", "\"\\1g\"", "\"\x7f\"", "\x80", "\x01", "\r("}) {
    std::string error = text_error_of(std::string("(module (func)\n ") + text);
    EXPECT_NE(error.find("nothing of the text format begins here"), std::string::npos)
        << text << ": " << error;
    EXPECT_EQ(error.find("2:"), 0u) << error;
  }
  EXPECT_EQ(text_error_of(std::string("(module)\n;; \0", 13)),
            "2:4: nothing of the text format begins here");
  EXPECT_EQ(
      text_error_of(
          "(module (; (; \x80 ;) ;)\r\n (import \"\\t\\n\\r\\\"\\'\\\\\\7f\\u{10aF}\xc3\xa4\" \"\" "
          "(func)))\t;; \x80\r\n"),
      "");
  EXPECT_NE(text_error_of("(module (@\"id\"))").find("annotations not enabled"), std::string::npos);
}

// At these, wabt's parser would stop the process.
TEST(Externs, OfTextDoNotDependOnElements) {
  for (const char *elements :
       {"(elem funcref (fnc 0))", "(elem $e (i32.const 0) $f (item (elem)) (; ) ;) \")\")",
        "( ;; )\n elem (table 0) (offset (i32.const 0)) func $f)",
        "(elem funcref (item (table 0)))", "(table $t (export \"t\") funcref (elem $f (table 0)))",
        "(table 1 funcref) (elem declare func $f)"}) {
    std::string text = std::string("(module (func $f (export \"f\") (param i32))\n") + elements +
                       " (func (export \"last\")))";
    llvm::Expected<Externs> externs = read_text_externs(text);
    ASSERT_TRUE(bool(externs)) << llvm::toString(externs.takeError()) << "\n" << text;
    EXPECT_EQ(externs->exports.back().name, "last");
    EXPECT_EQ(externs->exports.back().line,
              2 + (std::string(elements).find('\n') != std::string::npos));
  }
  EXPECT_NE(text_error_of("(module (elem funcref (fnc 0))").find("unexpected"), std::string::npos);
}

Import function_import(uint32_t type_index) {
  Import import = {};
  import.module = "m";
  import.name = "f";
  import.type_index = type_index;
  return import;
}

TEST(Externs, RefuseAFunctionWhoseTypeIsMissing) {
  Module module;
  module.imports.push_back(function_import(3));
  llvm::Expected<Externs> externs = externs_of(module);
  ASSERT_FALSE(bool(externs));
  EXPECT_EQ(llvm::toString(externs.takeError()), "the module lacks the type of function f");
}

TEST(Externs, RefuseToMultiplyALargeSharedType) {
  Module module;
  module.types.emplace_back().params.assign(1000, ValueType::kI32);
  module.imports.assign(2000, function_import(0));
  EXPECT_NE(llvm::toString(externs_of(module).takeError()).find("too many parameters"),
            std::string::npos);
}

} // namespace
} // namespace wald::wasm

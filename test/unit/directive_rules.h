// Interfaces written by hand, for tests of rules.
#pragma once

#include "directives/rules/rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::directives::test {

// "iIfF" as i32, i64, f32, f64; results after a dot.
inline Signature signature(llvm::StringRef letters) {
  Signature result;
  auto [params, results] = letters.split('.');
  auto field = [](char letter) {
    return Field{0,
                 letter == 'i'   ? wasm::ValueType::kI32
                 : letter == 'I' ? wasm::ValueType::kI64
                 : letter == 'f' ? wasm::ValueType::kF32
                                 : wasm::ValueType::kF64,
                 0};
  };
  for (char letter : params)
    result.params.push_back(field(letter));
  for (char letter : results)
    result.results.push_back(field(letter));
  return result;
}

inline Directive exported(const std::string &name, const std::string &package = "main",
                          llvm::StringRef letters = "") {
  Directive directive;
  directive.kind = DirectiveKind::kExport;
  directive.name = name;
  directive.package = package;
  directive.function = "f";
  directive.position = {"src/" + package + ".go", 7, 0};
  directive.signature = signature(letters);
  return directive;
}

inline Directive imported(const std::string &module, const std::string &name,
                          llvm::StringRef letters, const std::string &package = "main") {
  Directive directive = exported(name, package, letters);
  directive.kind = DirectiveKind::kImport;
  directive.module = module;
  return directive;
}

inline Interface program(std::vector<Directive> directives, const std::string &goos = "wasip1",
                         bool is_reactor = false) {
  Interface interface;
  interface.goos = goos;
  interface.is_reactor = is_reactor;
  interface.directives = std::move(directives);
  return interface;
}

// "RULE: MESSAGE" of each, in order.
inline std::vector<std::string> texts(llvm::ArrayRef<Finding> findings) {
  std::vector<std::string> lines;
  for (const Finding &finding : findings)
    lines.push_back(std::string(finding.rule->id) + ": " + finding.message);
  return lines;
}

} // namespace wald::directives::test

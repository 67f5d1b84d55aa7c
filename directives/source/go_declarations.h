// What the declarations of a Go source file say as far as directives need it: functions with their
// parameters, types, constants, imports, and every comment that is a go:wasmimport or go:wasmexport
// directive or looks like one, also where Go drops it without a word.
//
// The text is not trusted: what cannot be understood becomes an expression of kind kBad, and the
// reader goes on with the next declaration. Nesting beyond kMaxNesting is not understood.
#pragma once

#include "directives/source/directive_comments.h"

#include "llvm/ADT/StringRef.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace wald::directives {

inline constexpr unsigned kMaxNesting = 100;

// Constant expressions, for the lengths of arrays.
struct ConstExpr {
  enum Kind : uint8_t {
    kBad,     // anything else
    kInteger, // `text` is a literal of digits: 12, 0x_ff, 'a'
    kString,  // `text` is a string literal
    kName,    // `text`; `qualifier` of another package's
    kUnary,   // `op` left
    kBinary,  // left `op` right
    kCall,    // left(right): a conversion or len("text")
  };
  Kind kind = kBad;
  llvm::StringRef qualifier, text;
  llvm::StringRef op; // "+", "<<"
  const ConstExpr *left = nullptr, *right = nullptr;
};

struct TypeExpr;

// A parameter, result, receiver or type parameter; `name` is empty where there is none.
struct ParameterDecl {
  llvm::StringRef name;
  const TypeExpr *type = nullptr; // of a type parameter the constraint; never null
  bool is_variadic = false;
};

struct FieldDecl {
  llvm::StringRef name; // of an embedded field the type's
  const TypeExpr *type = nullptr;
  bool is_embedded = false;
};

struct TypeExpr {
  enum Kind : uint8_t {
    kBad,
    kName,    // `name`, `qualifier` of another package's, `arguments` of an instance
    kPointer, // to `element`
    kArray,   // `length` of `element`
    kSlice,   // of `element`
    kStruct,  // `fields`
    kFunc,    // the last four are not looked into
    kInterface,
    kMap,
    kChan,
  };
  Kind kind = kBad;
  llvm::StringRef qualifier, name;
  const TypeExpr *element = nullptr;
  const ConstExpr *length = nullptr;
  std::vector<FieldDecl> fields;
  std::vector<const TypeExpr *> arguments;
};

struct ImportDecl {
  llvm::StringRef name; // as given, "." and "_" too; empty: the package's own
  std::string path;
};

struct TypeDecl {
  llvm::StringRef name;
  bool is_alias = false;
  std::vector<ParameterDecl> type_params;
  const TypeExpr *type = nullptr;
};

struct ConstDecl {
  llvm::StringRef name;
  const TypeExpr *type = nullptr;   // null: none is given
  const ConstExpr *value = nullptr; // null: none
  uint64_t iota = 0;
};

struct FunctionDecl {
  llvm::StringRef name; // "_" for a blank one
  std::vector<ParameterDecl> receiver, type_params, params, results;
  bool has_body = false;
  bool does_nothing = false;     // a body that only waits, ends or prints
  llvm::StringRef tinygo_module; // of a "//go:wasm-module MODULE" in front; empty: none
  SourcePlace place;             // of the name
  // The directives that take effect, the last of each kind: indices in SourceFile::directives.
  std::optional<size_t> import_directive, export_directive;

  std::optional<size_t> directive(DirectiveKind kind) const {
    return kind == DirectiveKind::kImport ? import_directive : export_directive;
  }
  bool is_method() const { return !receiver.empty(); }
  bool is_generic() const { return !type_params.empty(); }
};

struct SourceFile {
  llvm::StringRef package;
  llvm::StringRef build_constraint; // the expression of the //go:build line; empty: none
  bool has_line_directives = false; // objects then name other lines, maybe other files
  std::vector<ImportDecl> imports;
  std::vector<TypeDecl> types;
  std::vector<ConstDecl> constants;
  std::vector<FunctionDecl> functions;      // in source order
  std::vector<DirectiveComment> directives; // in source order
  // What the pointers above point to.
  std::deque<TypeExpr> type_exprs;
  std::deque<ConstExpr> const_exprs;
};

// Reads the declarations. Names are views into `text`. Never fails; a file that is no Go source has
// no declarations.
SourceFile read_declarations(llvm::StringRef text);

} // namespace wald::directives

// The Go types of directives: which parameter has which type stands only in the function's
// declaration, which is read from its source file; what the named types are, the descriptors in the
// objects say, and for what has none (aliases, instances of generic types, lengths of arrays) the
// declarations in the sources of other packages.
//
// The result is held against the object's record. If they disagree, or something cannot be read,
// the directive keeps its wasm types only, and says why.
#pragma once

#include "directives/source/package_scope.h"
#include "directives/types/type_descriptors.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <optional>

namespace wald::directives {

// The parameters of a function, a method's receiver first, and its results, without wasm types.
struct FunctionTypes {
  std::vector<Parameter> params, results;
};

// Names of type parameters and what they stand for in an instance.
using TypeArguments = std::vector<std::pair<llvm::StringRef, const GoType *>>;

// An integer constant, or the text of a string constant.
struct ConstValue {
  llvm::APInt number;
  unsigned unsigned_bits = 0;              // of a typed constant of an unsigned type
  std::shared_ptr<const std::string> text; // null: an integer

  bool is_string() const { return text != nullptr; }
};

class TypeResolver {
public:
  // Types go to `store`, which lives longer, as do the objects' bytes.
  TypeResolver(llvm::ArrayRef<ProgramObject> objects, SourceFiles &sources, PackageFilesFn files_of,
               llvm::StringRef goroot, GoTypeStore &store);

  // Sets types, names and what depends on them; the position becomes that of the directive itself.
  void resolve(Directive &directive);

  // The types of a function that an object names, declared at the position.
  llvm::Expected<FunctionTypes> read_function(llvm::StringRef package, llvm::StringRef name,
                                              const SourcePosition &position);

  // The types of a function in a source file of the package.
  llvm::Expected<FunctionTypes> read_declaration(llvm::StringRef package, llvm::StringRef file,
                                                 const FunctionDecl &function);

private:
  // Where an expression stands.
  struct Scope {
    const FileScope *file = nullptr;
    const TypeArguments *arguments = nullptr; // null outside of generic types
  };
  struct FunctionPlace {
    const FunctionDecl *decl = nullptr;
    const FileScope *file = nullptr;
  };

  llvm::Expected<FunctionPlace> find_function(llvm::StringRef package, llvm::StringRef name,
                                              const SourcePosition &position);
  std::optional<FunctionPlace> find_remapped(llvm::StringRef package, llvm::StringRef name);
  const FunctionDecl *find_declaration(const FileScope &file, llvm::StringRef name, uint32_t line);
  llvm::Expected<FunctionTypes> read(const FunctionPlace &place);
  llvm::Error append(llvm::ArrayRef<ParameterDecl> declarations, const FileScope &file,
                     std::vector<Parameter> &to);

  // -- Types. Null without an error: there is no such name.
  using Result = llvm::Expected<const GoType *>;
  Result resolve_type(const TypeExpr &expr, Scope scope, unsigned depth);
  Result resolve_name(const TypeExpr &expr, Scope scope, unsigned depth);
  Result resolve_plain_name(const TypeExpr &expr, Scope scope,
                            llvm::ArrayRef<const GoType *> arguments, unsigned depth);
  Result resolve_qualified(const TypeExpr &expr, Scope scope,
                           llvm::ArrayRef<const GoType *> arguments, unsigned depth);
  Result resolve_struct(const TypeExpr &expr, Scope scope, unsigned depth);
  Result resolve_array(const TypeExpr &expr, Scope scope, unsigned depth);
  Result find_declared(llvm::StringRef package, llvm::StringRef name,
                       llvm::ArrayRef<const GoType *> arguments, const FileScope *own_file,
                       unsigned depth);
  Result make_declared(const Declared<TypeDecl> &declared, llvm::StringRef package,
                       const std::string &name, llvm::ArrayRef<const GoType *> arguments,
                       unsigned depth);
  Result make(GoType type);
  llvm::Error count_fields(size_t count);
  bool is_complete(const GoType *type) const { return !unfinished_.contains(type); }

  // -- Packages
  // The paths of a file's imports without a name.
  struct UnnamedImports {
    std::vector<std::string> paths;
    objfile::NameMap<std::vector<std::string>> likely; // by what the path says of the name
    bool has_own_names = false;                        // only then:
    objfile::NameMap<std::string> by_own_name;
    std::vector<std::string> unknown; // their names are
  };
  UnnamedImports &unnamed_imports(const FileScope &file);
  void find_own_names(UnnamedImports &unnamed);
  // The import paths that the qualifier may mean in the file, the likeliest first.
  std::vector<std::string> imports_named(const FileScope &file, llvm::StringRef qualifier);
  bool is_std(const FileScope &file) const;
  std::string real_path(const FileScope &file, const std::string &path) const;
  std::string package_name(const std::string &path);

  // -- Constants (go_constants.cc)
  using ConstResult = llvm::Expected<ConstValue>;
  ConstResult evaluate(const ConstExpr &expr, Scope scope, uint64_t iota, unsigned depth);
  ConstResult make_text(size_t most_bytes,
                        llvm::function_ref<std::optional<std::string>()> make_it);
  ConstResult evaluate_name(const ConstExpr &expr, Scope scope, uint64_t iota, unsigned depth);
  ConstResult evaluate_call(const ConstExpr &expr, Scope scope, uint64_t iota, unsigned depth);
  ConstResult evaluate_declared(const Declared<ConstDecl> &declared, unsigned depth);
  ConstResult convert(ConstValue value, const TypeExpr &type, Scope scope, unsigned depth);

  PackageScopes scopes_;
  // By the names that their symbols have.
  llvm::DenseMap<const FileScope *, objfile::NameMap<std::vector<const FunctionDecl *>>> functions_;
  PackageFilesFn files_of_;
  std::string goroot_;
  GoTypeStore &store_;
  TypeDescriptors descriptors_;
  const objfile::GoVersion *version_ = nullptr; // null without objects

  // By import path and name with arguments; null: an alias that is being resolved.
  objfile::NameMap<const GoType *> made_;
  llvm::DenseSet<const GoType *> unfinished_;
  llvm::DenseMap<const ConstDecl *, std::optional<ConstValue>> constants_; // empty: being evaluated
  llvm::DenseMap<const FileScope *, std::unique_ptr<UnnamedImports>> unnamed_imports_;
  uint64_t num_made_ = 0, num_fields_ = 0, num_text_bytes_ = 0;
};

} // namespace wald::directives

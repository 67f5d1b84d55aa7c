// See the header. Understood are the predeclared types, unsafe.Pointer, pointers to what may lie in
// memory that host and guest share, and types declared in the same file from these; everything else
// is refused. What is understood is held against the size of the arguments in the object, so that a
// source file that has changed since is noticed.
#include "linker/export_types.h"

#include "directives/export_signature.h"
#include "directives/gather.h"
#include "directives/go_declarations.h"
#include "linker/func_info.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace wald {

namespace {

using directives::FunctionDecl;
using directives::GoKind;
using directives::GoType;
using directives::GoTypeStore;
using directives::Signature;
using directives::SourceFile;
using directives::TypeExpr;

llvm::Error refuse(const llvm::Twine &fact) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), fact);
}

struct Predeclared {
  GoKind kind = GoKind::kInvalid;
  uint64_t size = 0, alignment = 1; // in bytes
};

Predeclared find_predeclared(StringRef name) {
  return llvm::StringSwitch<Predeclared>(name)
      .Case("bool", {GoKind::kBool, 1, 1})
      .Case("int", {GoKind::kInt, 8, 8})
      .Case("uint", {GoKind::kUint, 8, 8})
      .Case("int8", {GoKind::kInt8, 1, 1})
      .Cases("uint8", "byte", {GoKind::kUint8, 1, 1})
      .Case("int16", {GoKind::kInt16, 2, 2})
      .Case("uint16", {GoKind::kUint16, 2, 2})
      .Cases("int32", "rune", {GoKind::kInt32, 4, 4})
      .Case("uint32", {GoKind::kUint32, 4, 4})
      .Case("int64", {GoKind::kInt64, 8, 8})
      .Case("uint64", {GoKind::kUint64, 8, 8})
      .Case("float32", {GoKind::kFloat32, 4, 4})
      .Case("float64", {GoKind::kFloat64, 8, 8})
      .Case("uintptr", {GoKind::kUintptr, 8, 8})
      .Case("string", {GoKind::kString, 16, 8})
      .Default({});
}

bool may_lie_in_shared_memory(GoKind kind) {
  switch (kind) {
  case GoKind::kBool:
  case GoKind::kInt8:
  case GoKind::kInt16:
  case GoKind::kInt32:
  case GoKind::kInt64:
  case GoKind::kUint8:
  case GoKind::kUint16:
  case GoKind::kUint32:
  case GoKind::kUint64:
  case GoKind::kFloat32:
  case GoKind::kFloat64:
    return true;
  default:
    return false;
  }
}

class TypeReader {
public:
  explicit TypeReader(const SourceFile &file) : file_(file) {}

  // Types of parameters or results; what they point into lives as long as the reader.
  llvm::Expected<std::vector<const GoType *>>
  read(llvm::ArrayRef<directives::ParameterDecl> declarations, bool are_results) {
    std::vector<const GoType *> types;
    for (const directives::ParameterDecl &declaration : declarations) {
      if (declaration.is_variadic)
        return refuse("a function with a variable number of arguments cannot be exported");
      llvm::Expected<const GoType *> type = resolve(*declaration.type, 0);
      if (!type)
        return type.takeError();
      if (are_results && (*type)->kind == GoKind::kString)
        return refuse("a result of type string cannot be exported");
      types.push_back(*type);
    }
    return types;
  }

private:
  llvm::Expected<const GoType *> resolve(const TypeExpr &expr, unsigned depth) {
    constexpr unsigned kDeepest = 100; // types that refer to each other
    if (depth > kDeepest)
      return refuse("a type that is declared by itself");
    if (expr.kind == TypeExpr::kPointer)
      return resolve_pointer(expr, depth);
    if (expr.kind != TypeExpr::kName || !expr.arguments.empty())
      return refuse("a parameter or result has a type that cannot be exported\n"
                    "numbers of 32 or 64 bits, bool, pointers and, for parameters, string can");
    if (!expr.qualifier.empty())
      return resolve_qualified(expr);
    for (const directives::TypeDecl &declaration : file_.types)
      if (declaration.name == expr.name) {
        if (!declaration.type_params.empty() || !declaration.type)
          return refuse("type " + expr.name + " is generic");
        return resolve(*declaration.type, depth + 1);
      }
    Predeclared known = find_predeclared(expr.name);
    if (known.kind == GoKind::kInvalid)
      return refuse("type " + expr.name +
                    " is not known: it is not declared in the same file\n"
                    "--export understands types of the function's own file only");
    return make(known.kind, known.size, known.alignment);
  }

  llvm::Expected<const GoType *> resolve_qualified(const TypeExpr &expr) {
    for (const directives::ImportDecl &import : file_.imports)
      if (import.path == "unsafe" && expr.name == "Pointer" &&
          (import.name.empty() ? StringRef("unsafe") : import.name) == expr.qualifier)
        return make(GoKind::kUnsafePointer, 8, 8);
    return refuse("type " + expr.qualifier + "." + expr.name + " is not known\n" +
                  "--export understands types of the function's own file only");
  }

  llvm::Expected<const GoType *> resolve_pointer(const TypeExpr &expr, unsigned depth) {
    llvm::Expected<const GoType *> element = resolve(*expr.element, depth + 1);
    if (!element)
      return element.takeError();
    if (!may_lie_in_shared_memory((*element)->kind))
      return refuse("a pointer to " + expr.element->name + " cannot be exported\n" +
                    "host and guest share numbers of a fixed size, not Go's int or pointers");
    return make(GoKind::kPointer, 8, 8, *element);
  }

  const GoType *make(GoKind kind, uint64_t size, uint64_t alignment,
                     const GoType *element = nullptr) {
    GoType &type = types_.emplace_back();
    type.kind = kind;
    type.size = size;
    type.alignment = alignment;
    type.element = element;
    return &type;
  }

  const SourceFile &file_;
  GoTypeStore types_;
};

const FunctionDecl *find_function(const SourceFile &file, StringRef name, uint32_t line) {
  for (const FunctionDecl &function : file.functions)
    if (function.name == name && !function.is_method() && function.place.line == line)
      return &function;
  return nullptr;
}

// What the compiler says that parameters and results take; it rounds up to whole words.
uint64_t argument_size(const objfile::Object &obj, uint32_t local) {
  for (objfile::AuxRecord aux : obj.auxes(local))
    if (std::optional<uint32_t> info = obj.local_index(aux.target());
        aux.kind() == objfile::AuxKind::kFuncInfo && info && *info < obj.num_defs())
      return objfile::Cursor(obj.data(*info)).read<uint32_t>();
  return 0;
}

uint64_t frame_size(llvm::ArrayRef<const GoType *> params, llvm::ArrayRef<const GoType *> results) {
  uint64_t offset = 0;
  for (llvm::ArrayRef<const GoType *> types : {params, results}) {
    for (const GoType *type : types)
      offset = llvm::alignTo(offset, type->alignment) + type->size;
    offset = llvm::alignTo(offset, 8);
  }
  return offset;
}

} // namespace

llvm::Expected<Signature> read_export_signature(const Context &ctx, uint32_t library,
                                                uint32_t local) {
  const Library &from = ctx.libraries[library];
  const objfile::Object &obj = ctx.objects[from.objects.front()]->obj;
  directives::SourcePosition position =
      directives::function_position(obj, local, ctx.options.goroot);
  auto buffer = llvm::MemoryBuffer::getFile(position.file);
  if (!buffer)
    return refuse("its types are not known: cannot read " + position.file + ": " +
                  buffer.getError().message() + "\nbuild without -trimpath, where the sources are");
  SourceFile file = directives::read_declarations((*buffer)->getBuffer());
  StringRef name = obj.name(local).drop_front(from.prefix.size() + 1);
  const FunctionDecl *function = find_function(file, name, position.line);
  if (!function)
    return refuse("its declaration is not where the object says\nthe source may have changed");
  TypeReader reader(file);
  llvm::Expected<std::vector<const GoType *>> params = reader.read(function->params, false);
  if (!params)
    return params.takeError();
  llvm::Expected<std::vector<const GoType *>> results = reader.read(function->results, true);
  if (!results)
    return results.takeError();
  if (uint64_t said = argument_size(obj, local), read = frame_size(*params, *results); said != read)
    return refuse("its declaration does not fit the object: " + llvm::Twine(read) +
                  " bytes of parameters and results, not " + llvm::Twine(said) +
                  "\nthe source may have changed");
  return directives::export_signature(*params, *results, *ctx.version);
}

} // namespace wald

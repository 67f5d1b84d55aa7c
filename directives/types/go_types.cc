#include "directives/types/go_types.h"

#include "directives/export_signature.h"
#include "directives/types/go_layout.h"
#include "directives/types/type_rules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

constexpr unsigned kMaxDepth = 200;
constexpr uint64_t kMostTypes = 1 << 20;  // made from sources
constexpr uint64_t kMostFields = 1 << 20; // of all of these, which have their own each
constexpr size_t kLongestName = 800;      // bytes of an instance's name; type_text cuts beyond
// Of imports without a name, of packages whose names nobody knows.
constexpr size_t kMostGuesses = 16, kMostLikelyGuesses = 8;

llvm::Error refuse(const llvm::Twine &fact) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), fact);
}

// What a package is most likely called: the last element of its path that is no version.
StringRef likely_name(StringRef path) {
  auto [front, last] = path.rsplit('/');
  unsigned number;
  if (StringRef version = last; !front.empty() && front != path && version.consume_front("v") &&
                                !version.getAsInteger(10, number))
    last = front.rsplit('/').second.empty() ? front : front.rsplit('/').second;
  return last.empty() ? path : last.take_until([](char c) { return c == '.'; });
}

// "(*T).m" and "T.m" of methods.
std::string name_in_symbols(const FunctionDecl &function) {
  if (!function.is_method())
    return function.name.str();
  const TypeExpr *receiver = function.receiver[0].type;
  bool is_pointer = receiver->kind == TypeExpr::kPointer;
  if (is_pointer)
    receiver = receiver->element;
  std::string type = receiver->name.str();
  return (is_pointer ? "(*" + type + ")" : type) + "." + function.name.str();
}

// The wasm types that parameters are, in order.
void set_wasm_types(std::vector<Parameter> &params, llvm::ArrayRef<Field> fields) {
  size_t next = 0;
  for (Parameter &param : params) {
    size_t count = param.type->kind == GoKind::kString ? 2 : 1;
    for (size_t i = 0; i < count && next < fields.size(); i++)
      param.wasm_types.push_back(fields[next++].type);
  }
}

bool same_fields(llvm::ArrayRef<Field> a, llvm::ArrayRef<Field> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Field &x, const Field &y) {
    return x.raw_kind == y.raw_kind && x.frame_offset == y.frame_offset;
  });
}

std::vector<const GoType *> types_of(llvm::ArrayRef<Parameter> params) {
  std::vector<const GoType *> types;
  for (const Parameter &param : params)
    types.push_back(param.type);
  return types;
}

bool is_allowed(const FunctionTypes &types) {
  auto is_good = [](TypeUse use) {
    return [use](const Parameter &param) { return !type_violation(*param.type, use); };
  };
  return llvm::all_of(types.params, is_good(TypeUse::kParameter)) &&
         llvm::all_of(types.results, is_good(TypeUse::kResult));
}

} // namespace

TypeResolver::TypeResolver(llvm::ArrayRef<ProgramObject> objects, SourceFiles &sources,
                           PackageFilesFn files_of, StringRef goroot, GoTypeStore &store)
    : scopes_(objects, sources, files_of, goroot), files_of_(std::move(files_of)), goroot_(goroot),
      store_(store), descriptors_(objects, store),
      version_(objects.empty() ? nullptr : &objects.front().object->version()) {}

void TypeResolver::resolve(Directive &directive) {
  auto give_up = [&](llvm::Error error) {
    directive.why_no_go_types = llvm::toString(std::move(error));
  };
  llvm::Expected<FunctionPlace> place =
      find_function(directive.package, directive.function, directive.position);
  if (!place)
    return give_up(place.takeError());
  if (directive.is_other_name) {
    directive.function = name_in_symbols(*place->decl);
    directive.is_other_name = false;
  }
  llvm::Expected<FunctionTypes> types = read(*place);
  if (!types)
    return give_up(types.takeError());
  // The host of gojs gets the stack pointer, whatever the types are. Types that no compiler takes
  // are for the rules to refuse.
  bool is_gojs = directive.kind == DirectiveKind::kImport && directive.module == "gojs";
  if (!is_gojs) {
    std::optional<Signature> declared =
        frame_signature(types_of(types->params), types_of(types->results), *version_);
    if (is_allowed(*types) &&
        (!declared || !same_fields(declared->params, directive.signature.params) ||
         !same_fields(declared->results, directive.signature.results)))
      return give_up(refuse("the declaration in " + place->file->file->path +
                            " is not the one that was compiled"));
    set_wasm_types(types->params, directive.signature.params);
    set_wasm_types(types->results, directive.signature.results);
  }
  directive.params = std::move(types->params);
  directive.results = std::move(types->results);
  directive.has_go_types = true;
  const SourceFile &source = place->file->declarations();
  if (std::optional<size_t> index = place->decl->directive(directive.kind)) {
    const SourcePlace &comment = source.directives[*index].place;
    directive.position = {place->file->file->path, comment.line, comment.column};
  }
}

llvm::Expected<FunctionTypes> TypeResolver::read_function(StringRef package, StringRef name,
                                                          const SourcePosition &position) {
  llvm::Expected<FunctionPlace> place = find_function(package, name, position);
  if (!place)
    return place.takeError();
  return read(*place);
}

llvm::Expected<FunctionTypes> TypeResolver::read_declaration(StringRef package, StringRef file,
                                                             const FunctionDecl &function) {
  return read({&function, &scopes_.file(package, file)});
}

llvm::Expected<TypeResolver::FunctionPlace>
TypeResolver::find_function(StringRef package, StringRef name, const SourcePosition &position) {
  if (position.file.empty())
    return refuse("the object does not say where it is declared");
  std::vector<std::string> files = files_of_(package).files;
  // With //line comments the object names another file, which may even have a function of the name.
  bool is_own = files.empty() || llvm::is_contained(files, position.file);
  if (!is_own)
    if (std::optional<FunctionPlace> place = find_remapped(package, name))
      return *place;
  const FileScope *file = &scopes_.file(package, position.file);
  // With -trimpath the object names a file that is not there.
  if (!file->file->text)
    for (const std::string &other : files)
      if (llvm::sys::path::filename(other) == llvm::sys::path::filename(position.file))
        file = &scopes_.file(package, other);
  if (const FunctionDecl *found =
          file->file->text ? find_declaration(*file, name, position.line) : nullptr)
    return FunctionPlace{found, file};
  if (is_own)
    if (std::optional<FunctionPlace> place = find_remapped(package, name))
      return *place;
  if (!file->file->text)
    return refuse(file->file->error);
  return refuse("the declaration is not in line " + llvm::Twine(position.line) + " of " +
                file->file->path + ", where it was compiled");
}

// The one function of the name in files of the package that have //line comments.
std::optional<TypeResolver::FunctionPlace> TypeResolver::find_remapped(StringRef package,
                                                                       StringRef name) {
  std::optional<FunctionPlace> found;
  for (const FileScope *file : scopes_.package(package).files)
    if (file->declarations().has_line_directives)
      if (const FunctionDecl *function = find_declaration(*file, name, 0)) {
        if (found)
          return std::nullopt;
        found = {function, file};
      }
  return found;
}

// Null if there is none. Of several the last.
const FunctionDecl *TypeResolver::find_declaration(const FileScope &file, StringRef name,
                                                   uint32_t line) {
  const SourceFile &source = file.declarations();
  auto [known, is_new] = functions_.try_emplace(&file);
  if (is_new)
    for (const FunctionDecl &function : source.functions)
      known->second[name_in_symbols(function)].push_back(&function);
  // Lines do not descend, here and below.
  if (auto named = known->second.find(name); named != known->second.end()) {
    llvm::ArrayRef<const FunctionDecl *> functions = named->second;
    const FunctionDecl *last = functions.back();
    // The compiler has the line of the receiver, which may be one before.
    if (source.has_line_directives || (last->is_method() && last->place.line > line))
      return last;
    auto after = llvm::partition_point(
        functions, [&](const FunctionDecl *function) { return function->place.line <= line; });
    if (after != functions.begin() && after[-1]->place.line == line)
      return after[-1];
  }
  // A symbol under another name, from go:linkname, has a path in front.
  auto first = llvm::partition_point(
      source.functions, [&](const FunctionDecl &function) { return function.place.line < line; });
  bool is_there = first != source.functions.end() && first->place.line == line;
  return is_there && name.contains('.') ? &*first : nullptr;
}

llvm::Expected<FunctionTypes> TypeResolver::read(const FunctionPlace &place) {
  FunctionTypes types;
  for (const std::vector<ParameterDecl> *list : {&place.decl->receiver, &place.decl->params})
    if (llvm::Error error = append(*list, *place.file, types.params))
      return error;
  if (llvm::Error error = append(place.decl->results, *place.file, types.results))
    return error;
  return types;
}

llvm::Error TypeResolver::append(llvm::ArrayRef<ParameterDecl> declarations, const FileScope &file,
                                 std::vector<Parameter> &to) {
  for (const ParameterDecl &declaration : declarations) {
    Result type = resolve_type(*declaration.type, {&file, nullptr}, 0);
    if (type && declaration.is_variadic) {
      GoType slice = scalar_type(GoKind::kSlice);
      slice.element = *type;
      type = make(std::move(slice));
    }
    if (!type)
      return type.takeError();
    to.push_back({declaration.name.str(), *type, {}});
  }
  return llvm::Error::success();
}

TypeResolver::Result TypeResolver::make(GoType type) {
  if (++num_made_ > kMostTypes)
    return refuse("the program declares too many types");
  return &store_.emplace_back(std::move(type));
}

// Before fields are made. Once refused, the next ones are, too.
llvm::Error TypeResolver::count_fields(size_t count) {
  num_fields_ += count;
  return num_fields_ > kMostFields ? refuse("the program declares too many fields")
                                   : llvm::Error::success();
}

TypeResolver::Result TypeResolver::resolve_type(const TypeExpr &expr, Scope scope, unsigned depth) {
  if (depth > kMaxDepth)
    return refuse("a type is nested too deeply");
  GoType type;
  switch (expr.kind) {
  case TypeExpr::kBad:
    return refuse("a type in " + scope.file->file->path + " is not understood");
  case TypeExpr::kName:
    return resolve_name(expr, scope, depth + 1);
  case TypeExpr::kStruct:
    return resolve_struct(expr, scope, depth + 1);
  case TypeExpr::kArray:
    return resolve_array(expr, scope, depth + 1);
  case TypeExpr::kPointer:
  case TypeExpr::kSlice: {
    Result element = resolve_type(*expr.element, scope, depth + 1);
    if (!element)
      return element;
    type = scalar_type(expr.kind == TypeExpr::kPointer ? GoKind::kPointer : GoKind::kSlice);
    type.element = *element;
    break;
  }
  case TypeExpr::kFunc:
    type = scalar_type(GoKind::kFunc);
    break;
  case TypeExpr::kInterface:
    type = scalar_type(GoKind::kInterface);
    break;
  case TypeExpr::kMap:
    type = scalar_type(GoKind::kMap);
    break;
  case TypeExpr::kChan:
    type = scalar_type(GoKind::kChan);
    break;
  }
  return make(std::move(type));
}

TypeResolver::Result TypeResolver::resolve_struct(const TypeExpr &expr, Scope scope,
                                                  unsigned depth) {
  GoType type;
  type.kind = GoKind::kStruct;
  if (llvm::Error error = count_fields(expr.fields.size()))
    return error;
  for (const FieldDecl &field : expr.fields) {
    Result field_type = resolve_type(*field.type, scope, depth);
    if (!field_type)
      return field_type;
    if (!is_complete(*field_type))
      return refuse("type " + (*field_type)->name + " contains itself");
    type.fields.push_back({field.name.str(), *field_type, 0, field.is_embedded});
  }
  if (!lay_out(type))
    return refuse("a struct is too large");
  mark_vector(type);
  return make(std::move(type));
}

TypeResolver::Result TypeResolver::resolve_array(const TypeExpr &expr, Scope scope,
                                                 unsigned depth) {
  ConstResult length = evaluate(*expr.length, scope, 0, depth);
  if (!length)
    return length.takeError();
  Result element = resolve_type(*expr.element, scope, depth);
  if (!element)
    return element;
  if (!is_complete(*element))
    return refuse("type " + (*element)->name + " contains itself");
  GoType type;
  type.kind = GoKind::kArray;
  type.element = *element;
  if (length->is_string() || length->number.getActiveBits() > 63)
    return refuse("the length of an array is not understood");
  type.length = length->number.getZExtValue();
  if (!lay_out(type))
    return refuse("an array is too large");
  return make(std::move(type));
}

TypeResolver::Result TypeResolver::resolve_name(const TypeExpr &expr, Scope scope, unsigned depth) {
  std::vector<const GoType *> arguments;
  for (const TypeExpr *argument : expr.arguments) {
    Result type = resolve_type(*argument, scope, depth);
    if (!type)
      return type;
    arguments.push_back(*type);
  }
  Result type = expr.qualifier.empty() ? resolve_plain_name(expr, scope, arguments, depth)
                                       : resolve_qualified(expr, scope, arguments, depth);
  if (type && !*type) {
    StringRef dot = expr.qualifier.empty() ? "" : ".";
    return refuse("no declaration of type " + expr.qualifier + dot + expr.name + " was found");
  }
  return type;
}

TypeResolver::Result TypeResolver::resolve_plain_name(const TypeExpr &expr, Scope scope,
                                                      llvm::ArrayRef<const GoType *> arguments,
                                                      unsigned depth) {
  if (scope.arguments)
    for (const auto &[name, type] : *scope.arguments)
      if (name == expr.name)
        return type;
  const FileScope &file = *scope.file;
  Result own = find_declared(file.package, expr.name, arguments, &file, depth);
  if (!own || *own)
    return own;
  for (const ImportDecl *import : file.dot_imports) {
    std::string path = real_path(file, import->path);
    if (path == "unsafe" && expr.name == "Pointer")
      return make(predeclared_type("unsafe.Pointer"));
    Result other = find_declared(path, expr.name, arguments, nullptr, depth);
    if (!other || *other)
      return other;
  }
  GoType known = predeclared_type(expr.name);
  if (known.kind == GoKind::kInvalid || !arguments.empty())
    return nullptr;
  return make(std::move(known));
}

TypeResolver::Result TypeResolver::resolve_qualified(const TypeExpr &expr, Scope scope,
                                                     llvm::ArrayRef<const GoType *> arguments,
                                                     unsigned depth) {
  for (const std::string &path : imports_named(*scope.file, expr.qualifier)) {
    if (path == "unsafe" && expr.name == "Pointer")
      return make(predeclared_type("unsafe.Pointer"));
    Result type = find_declared(path, expr.name, arguments, nullptr, depth);
    if (!type || *type)
      return type;
  }
  return nullptr;
}

// A type that a package declares; the descriptor, if there is one, and the source else. In a file
// of the package its own declarations are looked at first, which needs no other file.
TypeResolver::Result TypeResolver::find_declared(StringRef package, StringRef name,
                                                 llvm::ArrayRef<const GoType *> arguments,
                                                 const FileScope *own_file, unsigned depth) {
  std::string full_name = name.str();
  for (size_t i = 0; i < arguments.size(); i++)
    full_name += (i ? "," : "[") + type_text(*arguments[i]);
  if (!arguments.empty())
    full_name += "]";
  if (full_name.size() > kLongestName)
    return refuse("the name of type " + name + " with its arguments is too long");
  Result described = descriptors_.find(package, full_name);
  if (!described || *described)
    return described;
  if (own_file) {
    if (const TypeDecl *decl = own_file->types.lookup(name))
      return make_declared({decl, own_file}, package, full_name, arguments, depth);
    // No package of Go's own gives predeclared names another meaning, and they have many files.
    if (is_std(*own_file) && predeclared_type(name).kind != GoKind::kInvalid)
      return nullptr;
  }
  llvm::Expected<Declared<TypeDecl>> declared = scopes_.find_type(package, name);
  if (!declared)
    return declared.takeError();
  if (!declared->decl)
    return nullptr;
  return make_declared(*declared, package, full_name, arguments, depth);
}

TypeResolver::Result TypeResolver::make_declared(const Declared<TypeDecl> &declared,
                                                 StringRef package, const std::string &name,
                                                 llvm::ArrayRef<const GoType *> arguments,
                                                 unsigned depth) {
  const TypeDecl &decl = *declared.decl;
  if (depth > kMaxDepth)
    return refuse("a type is nested too deeply");
  if (arguments.size() != decl.type_params.size())
    return refuse("type " + decl.name + " is generic and has other arguments here");
  std::string key = (package + "." + name).str();
  auto [entry, is_new] = made_.try_emplace(key, nullptr);
  if (!is_new) {
    if (!entry->second)
      return refuse("type " + decl.name + " is declared by itself");
    return entry->second;
  }
  TypeArguments values;
  for (size_t i = 0; i < arguments.size(); i++)
    values.push_back({decl.type_params[i].name, arguments[i]});
  Scope scope = {declared.scope, values.empty() ? nullptr : &values};
  if (decl.is_alias) {
    Result type = resolve_type(*decl.type, scope, depth);
    if (type)
      made_[key] = *type;
    return type;
  }
  // Known before it is complete, for it may point to itself.
  Result made = make({});
  if (!made)
    return made;
  GoType &type = const_cast<GoType &>(**made);
  type.package = package.str();
  type.name = name;
  made_[key] = &type;
  unfinished_.insert(&type);
  Result underlying = resolve_type(*decl.type, scope, depth);
  if (!underlying)
    return underlying;
  if (!is_complete(*underlying))
    return refuse("type " + decl.name + " is declared by itself");
  if (llvm::Error error = count_fields((*underlying)->fields.size()))
    return error;
  type.kind = (*underlying)->kind;
  type.size = (*underlying)->size;
  type.alignment = (*underlying)->alignment;
  type.element = (*underlying)->element;
  type.length = (*underlying)->length;
  type.fields = (*underlying)->fields;
  unfinished_.erase(&type);
  return &type;
}

bool TypeResolver::is_std(const FileScope &file) const {
  return !goroot_.empty() && StringRef(file.file->path).starts_with(goroot_ + "/");
}

std::string TypeResolver::real_path(const FileScope &file, const std::string &path) const {
  // The standard library has copies of other modules.
  std::string vendored = "vendor/" + path;
  return is_std(file) && !descriptors_.has_package(path) && descriptors_.has_package(vendored)
             ? vendored
             : path;
}

std::string TypeResolver::package_name(const std::string &path) {
  std::string name = scopes_.known_name(path);
  if (name.empty())
    name = descriptors_.package_name(path).str();
  return name;
}

TypeResolver::UnnamedImports &TypeResolver::unnamed_imports(const FileScope &file) {
  std::unique_ptr<UnnamedImports> &unnamed = unnamed_imports_[&file];
  if (unnamed)
    return *unnamed;
  unnamed = std::make_unique<UnnamedImports>();
  for (const ImportDecl &import : file.declarations().imports) {
    if (!import.name.empty())
      continue;
    std::string path = real_path(file, import.path);
    std::vector<std::string> &likely = unnamed->likely[likely_name(path)];
    if (likely.size() < kMostLikelyGuesses)
      likely.push_back(path);
    unnamed->paths.push_back(std::move(path));
  }
  return *unnamed;
}

// Asks for the packages' own names, which takes long where they are many.
void TypeResolver::find_own_names(UnnamedImports &unnamed) {
  for (const std::string &path : unnamed.paths) {
    std::string name = package_name(path);
    if (!name.empty())
      unnamed.by_own_name.try_emplace(name, path);
    else if (unnamed.unknown.size() < kMostGuesses)
      unnamed.unknown.push_back(path);
  }
  unnamed.has_own_names = true;
}

std::vector<std::string> TypeResolver::imports_named(const FileScope &file, StringRef qualifier) {
  if (const ImportDecl *import = file.named_imports.lookup(qualifier))
    return {real_path(file, import->path)};
  // Without a name in the file the package's own counts; what the path says of it is a guess.
  UnnamedImports &unnamed = unnamed_imports(file);
  std::vector<std::string> guesses;
  if (auto likely = unnamed.likely.find(qualifier); likely != unnamed.likely.end()) {
    for (const std::string &path : llvm::reverse(likely->second)) {
      std::string name = package_name(path);
      if (name == qualifier)
        return {path};
      if (name.empty())
        guesses.push_back(path);
    }
  }
  if (!unnamed.has_own_names)
    find_own_names(unnamed);
  if (auto own = unnamed.by_own_name.find(qualifier); own != unnamed.by_own_name.end())
    return {own->second};
  for (const std::string &path : unnamed.unknown)
    if (likely_name(path) != qualifier)
      guesses.push_back(path);
  return guesses;
}

} // namespace wald::directives

// What a link checks more closely, such as how large a function's frame is, is left to it.
#include "wald/check_exports.h"

#include "directives/export_signature.h"
#include "directives/rules/rules.h"
#include "directives/types/compiled_frame.h"
#include "objfile/support/go_text.h"
#include "objfile/support/problem_error.h"
#include "objfile/support/similar_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace wald {

using directives::Directive;
using directives::DirectiveKind;
using directives::Parameter;
using directives::ProgramObject;
using llvm::StringRef;
using llvm::Twine;

namespace {

llvm::Error refuse(const Twine &fact, std::vector<std::string> notes = {}) {
  llvm::erase_if(notes, [](const std::string &note) { return note.empty(); });
  return problem_error({fact.str(), std::move(notes)});
}

llvm::Error drop_export(StringRef name, directives::Interface &interface) {
  std::vector<StringRef> names;
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport)
      names.push_back(directive.name);
  if (!llvm::is_contained(names, name))
    return refuse("--no-export=" + name + ": the program has no such export",
                  {similar_names(name, names)});
  llvm::erase_if(interface.directives, [&](const Directive &directive) {
    return directive.kind == DirectiveKind::kExport && directive.name == name;
  });
  return llvm::Error::success();
}

struct FoundFunction {
  const ProgramObject *object;
  uint32_t local;
};

llvm::Expected<FoundFunction> find_function(const ExportRequest &request,
                                            llvm::ArrayRef<ProgramObject> objects) {
  std::string option = "--export=" + request.package + "." + request.function;
  std::string wanted = objfile::escape_import_path(request.package) + "." + request.function;
  std::vector<StringRef> packages;
  for (const ProgramObject &object : objects) {
    packages.push_back(object.package);
    if (object.package != request.package)
      continue;
    for (uint32_t local = 0; local < object.object->num_symdefs(); local++)
      if (objfile::is_text(object.object->kind(local)) && object.object->name(local) == wanted)
        return FoundFunction{&object, local};
  }
  if (!llvm::is_contained(packages, request.package))
    return refuse(
        option + ": the program has no package " + request.package,
        {similar_names(request.package, packages), "the program's own package is called main"});
  return refuse(option + ": there is no function " + request.function + " in package " +
                    request.package,
                {"methods, generic functions and those without a Go body cannot be exported"});
}

std::vector<const directives::GoType *> types_of(llvm::ArrayRef<Parameter> values) {
  std::vector<const directives::GoType *> types;
  types.reserve(values.size());
  for (const Parameter &value : values)
    types.push_back(value.type);
  return types;
}

llvm::Expected<Directive> make_export(const ExportRequest &request, const FoundFunction &function,
                                      directives::TypeResolver &resolver, StringRef goroot) {
  const objfile::Object &object = *function.object->object;
  std::string option = "--export=" + request.package + "." + request.function;
  Directive directive;
  directive.kind = DirectiveKind::kExport;
  directive.is_chosen = true;
  directive.name = request.name;
  directive.package = request.package;
  directive.function = request.function;
  directive.position = directives::function_position(object, function.local, goroot);
  auto types = resolver.read_function(request.package, request.function, directive.position);
  if (!types)
    return refuse(option + ": its types are not known: " + llvm::toString(types.takeError()));
  if (auto problem = directives::first_type_problem(types->params, types->results))
    return refuse(option + ": " + problem->fact + " [" + problem->rule + "]", problem->notes);
  if (auto mismatch = directives::frame_mismatch(object, function.local, *types))
    return refuse(option + ": its declaration does not fit the object: " + *mismatch,
                  {"the source may have changed"});
  auto signature = directives::export_signature(types_of(types->params), types_of(types->results),
                                                object.version());
  if (!signature)
    return refuse(option + ": " + llvm::toString(signature.takeError()));
  directive.signature = std::move(*signature);
  resolver.resolve(directive);
  return directive;
}

} // namespace

llvm::Error apply_export_options(const ExportOptions &options,
                                 llvm::ArrayRef<ProgramObject> objects,
                                 directives::TypeResolver &resolver, StringRef goroot,
                                 directives::Interface &interface) {
  for (StringRef name : options.dropped)
    if (llvm::Error error = drop_export(name, interface))
      return error;
  for (const ExportRequest &request : options.added) {
    llvm::Expected<FoundFunction> function = find_function(request, objects);
    if (!function)
      return function.takeError();
    llvm::Expected<Directive> directive = make_export(request, *function, resolver, goroot);
    if (!directive)
      return directive.takeError();
    interface.directives.push_back(std::move(*directive));
  }
  return llvm::Error::success();
}

} // namespace wald

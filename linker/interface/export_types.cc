// See the header. What the declaration says is held against the size of the arguments in the
// object, so that a source file that has changed since is noticed.
#include "linker/interface/export_types.h"

#include "directives/export_signature.h"
#include "directives/rules/rules.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace wald {

namespace {

using directives::GoType;
using directives::Parameter;
using directives::Signature;

llvm::Error refuse(const llvm::Twine &fact) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), fact);
}

// What the compiler says that parameters and results take; it rounds up to whole words.
uint64_t argument_size(const objfile::Object &obj, uint32_t local) {
  for (objfile::AuxRecord aux : obj.auxes(local))
    if (std::optional<uint32_t> info = obj.local_index(aux.target());
        aux.kind() == objfile::AuxKind::kFuncInfo && info && *info < obj.num_defs())
      return objfile::Cursor(obj.data(*info)).read<uint32_t>();
  return 0;
}

std::vector<const GoType *> types_of(llvm::ArrayRef<Parameter> values) {
  std::vector<const GoType *> types;
  for (const Parameter &value : values)
    types.push_back(value.type);
  return types;
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

std::vector<directives::ProgramObject> program_objects(const Context &ctx) {
  std::vector<directives::ProgramObject> objects;
  objects.reserve(ctx.objects.size());
  for (const auto &object : ctx.objects)
    objects.push_back({ctx.libraries[object->library].path, &object->obj});
  return objects;
}

ExportTypes::ExportTypes(const Context &ctx)
    : ctx_(ctx),
      resolver_(
          program_objects(ctx), sources_, [](StringRef) { return directives::PackageFiles(); },
          ctx.options.goroot, types_) {}

llvm::Expected<Signature> ExportTypes::read_signature(uint32_t library, uint32_t local) {
  const Library &from = ctx_.libraries[library];
  const objfile::Object &obj = ctx_.objects[from.objects.front()]->obj;
  directives::SourcePosition position =
      directives::function_position(obj, local, ctx_.options.goroot);
  StringRef name = obj.name(local).drop_front(from.prefix.size() + 1);
  llvm::Expected<directives::FunctionTypes> function =
      resolver_.read_function(from.path, name, position);
  if (!function)
    return refuse("its types are not known: " + llvm::toString(function.takeError()) +
                  "\nthey are read from the sources: build where these are, without -trimpath");
  if (auto problem = directives::first_type_problem(function->params, function->results))
    return refuse(problem->fact + " [" + problem->rule + "]\n" + llvm::join(problem->notes, "\n"));
  std::vector<const GoType *> params = types_of(function->params);
  std::vector<const GoType *> results = types_of(function->results);
  if (uint64_t said = argument_size(obj, local), read = frame_size(params, results); said != read)
    return refuse("its declaration does not fit the object: " + llvm::Twine(read) +
                  " bytes of parameters and results, not " + llvm::Twine(said) +
                  "\nthe source may have changed");
  return directives::export_signature(params, results, *ctx_.version);
}

} // namespace wald

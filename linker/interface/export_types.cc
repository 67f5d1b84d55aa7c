// See the header. What the declaration says is held against what the object tells, so that a source
// file that has changed since is noticed.
#include "linker/interface/export_types.h"

#include "directives/export_signature.h"
#include "directives/rules/rules.h"
#include "directives/types/compiled_frame.h"
#include "objfile/support/problem_error.h"

namespace wald {

namespace {

using directives::GoType;
using directives::Parameter;
using directives::Signature;

constexpr char kChangedSource[] = "the source may have changed";
constexpr char kChangedOrOverlaid[] =
    "the source may have changed, or another file stood for it in the build (-overlay): "
    "WALD_OVERLAY=FILE names the overlay, WALD_OVERLAY=off says that there was none";

std::vector<const GoType *> types_of(llvm::ArrayRef<Parameter> values) {
  std::vector<const GoType *> types;
  for (const Parameter &value : values)
    types.push_back(value.type);
  return types;
}

} // namespace

std::vector<directives::ProgramObject> program_objects(const Context &ctx) {
  std::vector<directives::ProgramObject> objects;
  objects.reserve(ctx.objects.size());
  for (const auto &object : ctx.objects)
    objects.push_back({ctx.libraries[object->library].path, &object->obj});
  return objects;
}

directives::FileAccess source_access(Context &ctx) {
  llvm::Expected<directives::FileAccess> access = directives::overlaid_disk(ctx.options.overlay);
  if (!access) {
    ctx.diag.error(llvm::toString(access.takeError()));
    return directives::disk_access();
  }
  directives::FileAccess noting = *access;
  noting.read = [&ctx, read = access->read](StringRef file) {
    auto text = read(file);
    if (text)
      ctx.sources_read.insert(file.str());
    return text;
  };
  return noting;
}

ExportTypes::ExportTypes(const Context &ctx, directives::FileAccess access)
    : ctx_(ctx), sources_(std::move(access)),
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
    return problem_error(
        {"its types are not known: " + llvm::toString(function.takeError()),
         {"they are read from the sources: build where these are, without -trimpath"}});
  if (auto problem = directives::first_type_problem(function->params, function->results))
    return problem_error({problem->fact + " [" + problem->rule + "]", problem->notes});
  std::optional<std::string> mismatch = directives::frame_mismatch(obj, local, *function);
  if (!mismatch && !ctx_.options.is_overlay_known)
    mismatch = directives::code_mismatch(obj, local, *function);
  if (mismatch)
    return problem_error({"its declaration does not fit the object: " + *mismatch,
                          {ctx_.options.is_overlay_known ? kChangedSource : kChangedOrOverlaid}});
  return directives::export_signature(types_of(function->params), types_of(function->results),
                                      *ctx_.version);
}

} // namespace wald

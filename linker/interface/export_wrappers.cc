// Exports that the command line asks for (--export=PKG.FUNC[=NAME]): each gets the wrapper that the
// compiler would have made for a directive.
//
// The wrappers of a package become one more object of it, encoded in memory, so that no later pass
// knows them from the compiler's: symbols, reachability, order of functions, pclntab, exports. The
// object refers to the function itself, not to its name, as only a directive in its package could.
#include "directives/export_signature.h"
#include "directives/export_wrapper.h"
#include "directives/gather.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/interface/export_types.h"
#include "objfile/support/problem_error.h"
#include "objfile/support/similar_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

namespace wald {

namespace {

using directives::ExportWrapper;
using directives::Signature;
using objfile::ObjectText;
using objfile::TargetText;

class ExportMaker {
public:
  explicit ExportMaker(Context &ctx) : ctx_(ctx), types_(ctx, source_access(ctx)) {}

  void run() {
    check_dropped_names();
    for (const ExportRequest &request : ctx_.options.exports.added)
      add_wrapper(request);
    for (auto &[library, object] : objects_)
      load_object(library, object);
  }

private:
  void check_dropped_names() {
    const std::vector<std::string> &dropped = ctx_.options.exports.dropped;
    if (dropped.empty())
      return;
    std::vector<StringRef> names;
    for (auto &object : ctx_.objects)
      for (uint32_t i = object->obj.first_nonpkg_def(); i < object->obj.num_defs(); i++)
        if (object->obj.symbol(i).flag2() & ctx_.version->flag2_wasm_export)
          names.push_back(object->obj.name(i));
    for (StringRef name : dropped)
      if (!llvm::is_contained(names, name))
        ctx_.diag.error("--no-export=" + name + ": the program has no such export",
                        {names.empty() ? "it has no go:wasmexport directive at all"
                                       : export_list(name, names)});
  }

  static std::string export_list(StringRef wanted, std::vector<StringRef> names) {
    if (std::string similar = similar_names(wanted, names); !similar.empty())
      return similar;
    constexpr size_t kMost = 10;
    size_t more = names.size() > kMost ? names.size() - kMost : 0;
    names.resize(names.size() - more);
    return "its exports are " + llvm::join(names, ", ") +
           (more ? " and " + std::to_string(more) + " more" : "");
  }

  void add_wrapper(const ExportRequest &request) {
    std::optional<uint32_t> library = find_library(request);
    if (!library)
      return;
    std::optional<uint32_t> function = find_function(*library, request);
    if (!function)
      return;
    std::optional<Signature> signature = read_signature(*library, *function, request);
    if (!signature)
      return;
    auto &[object, file, unit] = object_for(*library);
    TargetText target;
    target.package = objfile::NameText{ctx_.libraries[*library].prefix.str()};
    target.index = function;
    ExportWrapper wrapper = directives::make_export_wrapper(*signature, *ctx_.version, file);
    directives::add_export_wrapper(object, request.name, wrapper, target);
  }

  // -- What is meant
  static std::string option(const ExportRequest &request) {
    std::string text = "--export=" + request.package + "." + request.function;
    return request.name == request.function ? text : text + "=" + request.name;
  }

  void report(const ExportRequest &request, const llvm::Twine &fact,
              std::vector<std::string> notes = {}) {
    llvm::erase_if(notes, [](const std::string &note) { return note.empty(); });
    ctx_.diag.error(option(request) + ": " + fact, std::move(notes));
  }

  std::optional<uint32_t> find_library(const ExportRequest &request) {
    auto found = ctx_.library_by_path.find(request.package);
    if (found != ctx_.library_by_path.end())
      return found->second;
    // PKG.TYPE.METHOD looks like a function of a package PKG.TYPE.
    if (StringRef package = StringRef(request.package).rsplit('.').first;
        package != request.package && ctx_.library_by_path.contains(package)) {
      report(request, package + " is a package, " + request.package + " is not",
             {"methods and function literals cannot be exported, only functions"});
      return std::nullopt;
    }
    std::vector<StringRef> paths;
    paths.reserve(ctx_.libraries.size());
    for (const Library &library : ctx_.libraries)
      paths.push_back(library.path);
    report(request, "the program has no package " + request.package,
           {similar_names(request.package, paths), "the program's own package is called main"});
    return std::nullopt;
  }

  // The index of the function in the package's Go object.
  std::optional<uint32_t> find_function(uint32_t library_index, const ExportRequest &request) {
    const Library &library = ctx_.libraries[library_index];
    std::string prefix = library.prefix.str() + ".";
    std::string wanted = prefix + request.function;
    std::vector<StringRef> functions;
    bool is_generic = false, is_assembly = false;
    for (uint32_t index : library.objects) {
      const objfile::Object &obj = ctx_.objects[index]->obj;
      bool is_first = index == library.objects.front();
      for (uint32_t i = 0; i < obj.num_defs(); i++) {
        StringRef name = objfile::is_text(obj.kind(i)) ? obj.name(i) : StringRef();
        if (name == wanted && is_first && i < obj.num_symdefs())
          return check_function(obj, i, request);
        is_assembly |= name == wanted;
        is_generic |= name.starts_with(wanted + "[");
        // Neither methods nor function literals.
        if (name.consume_front(prefix) && !name.contains('.') && !name.contains('['))
          functions.push_back(name);
      }
    }
    std::string in_package = " in package " + library.path.str();
    if (is_assembly)
      report(request, "a function without a Go body cannot be exported");
    else if (is_generic)
      report(request, "a generic function cannot be exported",
             {"export a function that calls an instance of it"});
    else
      report(request, "there is no function " + request.function + in_package,
             {similar_names(request.function, functions)});
    return std::nullopt;
  }

  std::optional<uint32_t> check_function(const objfile::Object &obj, uint32_t local,
                                         const ExportRequest &request) {
    for (objfile::AuxRecord aux : obj.auxes(local))
      if (aux.kind() == objfile::AuxKind::kWasmImport) {
        report(request, "an import of the host cannot be exported", {place(obj, local)});
        return std::nullopt;
      }
    return local;
  }

  std::string place(const objfile::Object &obj, uint32_t local) const {
    directives::SourcePosition position =
        directives::function_position(obj, local, ctx_.options.goroot);
    return position.file.empty() ? "" : position.file + ":" + std::to_string(position.line);
  }

  // -- Its types
  std::optional<Signature> read_signature(uint32_t library, uint32_t local,
                                          const ExportRequest &request) {
    const objfile::Object &obj = ctx_.objects[ctx_.libraries[library].objects.front()]->obj;
    llvm::Expected<Signature> signature = types_.read_signature(library, local);
    if (signature)
      return *signature;
    Problem problem = problem_of(signature.takeError());
    problem.notes.insert(problem.notes.begin(), place(obj, local));
    report(request, problem.fact, std::move(problem.notes));
    return std::nullopt;
  }

  // -- The object
  struct WrapperObject {
    ObjectText text;
    uint32_t file;                // the number of kAutogeneratedFile in its file table
    std::optional<uint32_t> unit; // the object whose file table it repeats
  };

  WrapperObject &object_for(uint32_t library) {
    auto [entry, is_new] = objects_.try_emplace(library);
    WrapperObject &made = entry->second;
    if (is_new) {
      // It only has to be parsed again, by the version's row.
      made.text.version = "go1." + std::to_string(ctx_.version->minor);
      made.text.raw_header = objfile::NameText{ctx_.header_line.str() + "\n\n!\n"};
      add_files(made, ctx_.libraries[library].objects.front());
      directives::add_wrapper_references(made.text);
    }
    return made;
  }

  // Where the package has compiler-made functions already, wrappers share their file table, as the
  // compiler's would.
  void add_files(WrapperObject &made, uint32_t package_object) {
    const objfile::Object &obj = ctx_.objects[package_object]->obj;
    for (uint32_t i = 0; i < obj.num_files(); i++) {
      made.text.files.push_back({obj.file(i).str()});
      if (obj.file(i) == directives::kAutogeneratedFile && !made.unit) {
        made.unit = package_object;
        made.file = i;
      }
    }
    if (made.unit)
      return;
    made.text.files = {{directives::kAutogeneratedFile.str()}};
    made.file = 0;
  }

  void load_object(uint32_t library, const WrapperObject &made) {
    llvm::Expected<std::vector<uint8_t>> encoded = objfile::encode_object(made.text);
    if (!encoded)
      return report_internal(encoded.takeError());
    uint8_t *bytes = ctx_.arena.Allocate<uint8_t>(encoded->size());
    llvm::copy(*encoded, bytes);
    Bytes member(bytes, encoded->size());
    llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(member);
    if (!header)
      return report_internal(header.takeError());
    llvm::Expected<objfile::Object> object = objfile::Object::parse(member, *header, *ctx_.version);
    if (!object)
      return report_internal(object.takeError());
    uint32_t index = ctx_.objects.size();
    ctx_.objects.push_back(std::make_unique<InputObject>(
        *object, index, library, "--export (package " + ctx_.libraries[library].path.str() + ")"));
    InputObject &input = *ctx_.objects.back();
    input.is_made_for_exports = true;
    input.unit = made.unit.value_or(index);
    ctx_.libraries[library].objects.push_back(index);
  }

  void report_internal(llvm::Error error) {
    ctx_.diag.error("internal error: wrappers of exports: " + llvm::toString(std::move(error)));
  }

  Context &ctx_;
  ExportTypes types_;
  std::map<uint32_t, WrapperObject> objects_; // by library
};

} // namespace

void make_export_wrappers(Context &ctx) {
  if (!ctx.options.exports.empty())
    ExportMaker(ctx).run();
}

} // namespace wald

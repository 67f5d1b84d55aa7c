#include "directives/gather.h"

#include "objfile/go_abi.h"
#include "objfile/known_symbols.h"
#include "objfile/support/go_text.h"

#include <optional>

namespace wald::directives {

using llvm::StringRef;
using objfile::AuxKind;
using objfile::Bytes;
using objfile::Object;

namespace {

// The data of the symbol's first auxiliary entry of the kind, which lies in the same object.
std::optional<Bytes> aux_data(const Object &object, uint32_t local, AuxKind kind) {
  for (objfile::AuxRecord aux : object.auxes(local)) {
    if (aux.kind() != kind)
      continue;
    std::optional<uint32_t> target = object.local_index(aux.target());
    if (target && *target < object.num_defs())
      return object.data(*target);
  }
  return std::nullopt;
}

bool has_aux(const Object &object, uint32_t local, AuxKind kind) {
  for (objfile::AuxRecord aux : object.auxes(local))
    if (aux.kind() == kind)
      return true;
  return false;
}

std::string file_name(StringRef name, StringRef goroot) {
  name.consume_front("gofile..");
  if (!goroot.empty() && name.starts_with("$GOROOT/"))
    return (goroot + name.drop_front(StringRef("$GOROOT").size())).str();
  return name.str();
}

// The file of the function's first instruction. FuncInfo lists the files sorted by number, those of
// inlined functions among them, so it is of use only where there is a single one.
std::optional<uint32_t> first_file(const Object &object, uint32_t local,
                                   const objfile::FuncInfoView &info) {
  if (std::optional<Bytes> table = aux_data(object, local, AuxKind::kPcfile)) {
    // ref: funcpctab in cmd/internal/obj/pcln.go: the first value as a difference to -1, with the
    // sign in the lowest bit.
    objfile::Cursor cursor(*table);
    uint64_t delta = cursor.read_uleb();
    if (!cursor.failed() && delta % 2 == 0 && delta > 0 && delta / 2 - 1 < object.num_files())
      return delta / 2 - 1;
  }
  if (info.num_files() == 0 || info.file(0) >= object.num_files())
    return std::nullopt;
  return info.file(0);
}

// Sets the function: what stands after "pkg." in its symbol's name, all of it for a symbol under
// another name.
void set_function(Directive &directive, StringRef symbol) {
  StringRef rest = symbol;
  directive.is_other_name = !rest.consume_front(objfile::escape_import_path(directive.package)) ||
                            !rest.consume_front(".");
  directive.function = directive.is_other_name ? symbol.str() : rest.str();
}

// The Go function that an export wrapper calls; it calls helpers of the runtime besides.
std::optional<uint32_t> exported_function(const Object &object, uint32_t wrapper) {
  for (objfile::RelocRecord reloc : object.relocs(wrapper)) {
    if (reloc.type() != objfile::kRelocCall)
      continue;
    std::optional<uint32_t> target = object.local_index(reloc.target());
    if (!target || *target >= object.num_defs())
      continue;
    StringRef name = object.name(*target);
    if (!name.empty() && name != objfile::name_of(objfile::KnownSymbol::kNotInitialized) &&
        name != objfile::name_of(objfile::KnownSymbol::kExportLoop))
      return target;
  }
  return std::nullopt;
}

} // namespace

SourcePosition function_position(const Object &object, uint32_t local, StringRef goroot) {
  SourcePosition position;
  std::optional<Bytes> data = aux_data(object, local, AuxKind::kFuncInfo);
  std::optional<objfile::FuncInfoView> info;
  if (data)
    info = objfile::FuncInfoView::parse(*data);
  if (!info)
    return position;
  std::optional<uint32_t> file = first_file(object, local, *info);
  if (!file)
    return position;
  // No file has a longer path, and thousands of messages may name the file.
  constexpr size_t kLongestFileName = 4096;
  StringRef name = object.file(*file);
  if (name.size() > kLongestFileName)
    return position;
  position.file = file_name(name, goroot);
  position.line = info->start_line();
  return position;
}

llvm::Expected<Directive> read_import(const ProgramObject &from, uint32_t local, StringRef goroot) {
  const Object &object = *from.object;
  std::optional<Bytes> data = aux_data(object, local, AuxKind::kWasmImport);
  if (!data)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "import record of %s is not in its object",
                                   object.name(local).str().c_str());
  llvm::Expected<WasmImportRecord> record = decode_wasm_import(*data, object.version());
  if (!record)
    return llvm::createStringError(std::errc::invalid_argument, "broken import record of %s: %s",
                                   object.name(local).str().c_str(),
                                   llvm::toString(record.takeError()).c_str());
  Directive directive;
  directive.kind = DirectiveKind::kImport;
  // What calls into JavaScript from assembler code has no module.
  directive.module = record->module.empty() ? "gojs" : record->module.str();
  directive.name = record->name.str();
  directive.package = from.package.str();
  directive.is_std = object.is_std();
  directive.symbol = object.name(local).str();
  set_function(directive, object.name(local));
  directive.position = function_position(object, local, goroot);
  directive.signature = std::move(record->signature);
  return directive;
}

llvm::Expected<Directive> read_export(const ProgramObject &from, uint32_t local, StringRef goroot) {
  const Object &object = *from.object;
  Directive directive;
  directive.kind = DirectiveKind::kExport;
  directive.name = object.name(local).str();
  directive.package = from.package.str();
  directive.is_std = object.is_std();
  std::optional<Bytes> data = aux_data(object, local, AuxKind::kWasmType);
  if (!data)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "export %s has no signature in its object",
                                   directive.name.c_str());
  llvm::Expected<Signature> signature = decode_wasm_type(*data, object.version());
  if (!signature)
    return llvm::createStringError(std::errc::invalid_argument, "broken export record of %s: %s",
                                   directive.name.c_str(),
                                   llvm::toString(signature.takeError()).c_str());
  directive.signature = std::move(*signature);
  if (std::optional<uint32_t> function = exported_function(object, local)) {
    set_function(directive, object.name(*function));
    directive.position = function_position(object, *function, goroot);
  }
  return directive;
}

llvm::Error gather_directives(const ProgramObject &from, StringRef goroot,
                              std::vector<Directive> &to) {
  const Object &object = *from.object;
  auto append = [&](llvm::Expected<Directive> directive) -> llvm::Error {
    if (!directive)
      return directive.takeError();
    to.push_back(std::move(*directive));
    return llvm::Error::success();
  };
  for (uint32_t local = 0; local < object.num_defs(); local++) {
    if (!objfile::is_text(object.kind(local)))
      continue;
    bool is_export = object.symbol(local).flag2() & object.version().flag2_wasm_export;
    if (!is_export && !has_aux(object, local, AuxKind::kWasmImport))
      continue;
    if (llvm::Error error =
            append(is_export ? read_export(from, local, goroot) : read_import(from, local, goroot)))
      return error;
  }
  return llvm::Error::success();
}

} // namespace wald::directives

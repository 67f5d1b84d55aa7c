// Types: descriptors in objects, and declarations in Go sources.
#include "targets.h"

#include "directives/reports/print_interface.h"
#include "directives/rules/rules.h"
#include "directives/types/c_layout.h"
#include "directives/types/go_types.h"
#include "objfile/object_yaml.h"

#include "llvm/Support/raw_ostream.h"

namespace wald::fuzz {

using namespace directives;
using objfile::Bytes;

namespace {

// Types must be good for everything that is done with them.
void use(FunctionTypes types) {
  Interface interface;
  Directive &directive = interface.directives.emplace_back();
  directive.has_go_types = true;
  directive.params = std::move(types.params);
  directive.results = std::move(types.results);
  FindingList findings;
  check_types(interface, findings);
  std::string text;
  llvm::raw_string_ostream out(text);
  print_interface(out, interface, "p", "", /*with_std=*/true);
}

void read_descriptors(const objfile::Object &object) {
  GoTypeStore store;
  ProgramObject from = {"x/p", &object};
  TypeDescriptors descriptors(from, store);
  (void)descriptors.package_name("x/p");
  for (uint32_t local = 0; local < object.num_defs(); local++) {
    llvm::StringRef name = object.name(local);
    if (!name.consume_front("type:x/p."))
      continue;
    llvm::Expected<const GoType *> type = descriptors.find("x/p", name);
    if (!type) {
      llvm::consumeError(type.takeError());
      continue;
    }
    if (!*type)
      continue;
    GoType pointer;
    pointer.kind = GoKind::kPointer;
    pointer.element = *type;
    use({{{"p", &pointer, {}}}, {{"", *type, {}}}});
  }
}

} // namespace

// Every file of every package has the same text.
void fuzz_types(Bytes input) {
  llvm::StringRef text = objfile::to_string(input);
  if (text.starts_with("version:")) {
    llvm::Expected<std::vector<uint8_t>> bytes = objfile::object_from_yaml(text);
    if (!bytes) {
      llvm::consumeError(bytes.takeError());
      return;
    }
    llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(*bytes);
    const objfile::GoVersion *version =
        header ? objfile::find_go_version(objfile::parse_go_minor(header->version)) : nullptr;
    llvm::consumeError(header.takeError());
    if (!version)
      return;
    llvm::Expected<objfile::Object> object = objfile::Object::parse(*bytes, *header, *version);
    if (object)
      read_descriptors(*object);
    else
      llvm::consumeError(object.takeError());
    return;
  }
  FileAccess access;
  access.read = [&](llvm::StringRef) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
    return llvm::MemoryBuffer::getMemBuffer(text, "", /*RequiresNullTerminator=*/false);
  };
  access.list = [](llvm::StringRef) { return std::vector<std::string>(); };
  SourceFiles sources(access);
  GoTypeStore store;
  auto files_of = [](llvm::StringRef) { return PackageFiles{"p", {"/p/a.go"}}; };
  TypeResolver resolver({}, sources, files_of, "", store);
  const SourceFile &source = sources.get("/p/a.go").declarations;
  for (const FunctionDecl &function : source.functions) {
    llvm::Expected<FunctionTypes> types = resolver.read_declaration("x/p", "/p/a.go", function);
    if (types)
      use(std::move(*types));
    else
      llvm::consumeError(types.takeError());
  }
  FindingList findings;
  check_declared_types({"x/p", "/p/a.go", &source}, resolver, findings);
}

} // namespace wald::fuzz

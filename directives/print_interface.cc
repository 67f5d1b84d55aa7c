#include "directives/print_interface.h"

#include "directives/report_parts.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

void write_fields(llvm::json::OStream &json, const char *name, llvm::ArrayRef<Field> fields) {
  json.attributeArray(name, [&] {
    for (const Field &field : fields)
      json.value(wasm::value_type_name(field.type));
  });
}

void write_directive(llvm::json::OStream &json, const Directive &directive, StringRef directory) {
  json.object([&] {
    if (directive.kind == DirectiveKind::kImport)
      json.attribute("module", valid_utf8(directive.module));
    json.attribute("name", valid_utf8(directive.name));
    write_fields(json, "params", directive.signature.params);
    write_fields(json, "results", directive.signature.results);
    if (!directive.package.empty())
      json.attribute("package", valid_utf8(directive.package));
    if (!directive.function.empty())
      json.attribute("function", valid_utf8(directive.function));
    if (!directive.position.file.empty()) {
      json.attribute("file", valid_utf8(relative_to(directive.position.file, directory)));
      json.attribute("line", directive.position.line);
    }
  });
}

} // namespace

void print_interface(llvm::raw_ostream &out, const Interface &interface, StringRef program,
                     StringRef directory) {
  out << program << " (" << interface.goos << (interface.is_reactor ? ", reactor)\n" : ")\n");
  for (const Directive &directive : interface.directives) {
    bool is_import = directive.kind == DirectiveKind::kImport;
    out << (is_import ? "  import " + directive.module + " " : "  export ") << directive.name << ' '
        << signature_text(directive.signature) << '\n';
    std::string place = describe(directive);
    shorten_paths(place, directory);
    if (!place.empty())
      out << "    " << place << '\n';
  }
}

void write_interface(llvm::json::OStream &json, const Interface &interface, StringRef program,
                     StringRef directory) {
  json.object([&] {
    json.attribute("program", valid_utf8(program));
    json.attribute("goos", interface.goos);
    json.attribute("reactor", interface.is_reactor);
    for (DirectiveKind kind : {DirectiveKind::kImport, DirectiveKind::kExport})
      json.attributeArray(kind == DirectiveKind::kImport ? "imports" : "exports", [&] {
        for (const Directive &directive : interface.directives)
          if (directive.kind == kind)
            write_directive(json, directive, directory);
      });
  });
}

} // namespace wald::directives

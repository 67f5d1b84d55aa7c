#include "directives/print_interface.h"

#include "directives/report_parts.h"
#include "directives/rules.h"

#include "objfile/name_map.h"
#include "llvm/ADT/DenseSet.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

// Packages whose types mean the same everywhere.
bool is_of_go(StringRef package) {
  return package == "unsafe" || package == "structs";
}

// "struct", "uint32", "[4]int32": what the type is but for its name.
std::string underlying_text(const GoType &type) {
  if (type.kind != GoKind::kArray && type.kind != GoKind::kPointer && type.kind != GoKind::kSlice)
    return go_kind_name(type.kind);
  GoType underlying = type;
  underlying.name.clear();
  return type_text(underlying);
}

// What is reachable from parameters and results by pointers and parts, and is not predeclared: each
// type once, in order of mention.
std::vector<const GoType *> mentioned_types(const Interface &interface) {
  std::vector<const GoType *> found, waiting;
  llvm::DenseSet<const GoType *> seen;
  objfile::NameSet texts;
  auto add = [&](const GoType *type) {
    if (type && seen.insert(type).second)
      waiting.push_back(type);
  };
  for (const Directive &directive : interface.directives)
    for (const std::vector<Parameter> *list : {&directive.params, &directive.results})
      for (const Parameter &param : *list) {
        add(param.type);
        for (size_t i = 0; i < waiting.size(); i++) {
          const GoType &type = *waiting[i];
          bool has_parts = type.kind == GoKind::kStruct || type.kind == GoKind::kArray;
          if (is_of_go(type.package))
            continue;
          if ((type.is_named() ? !type.package.empty() : has_parts) &&
              texts.insert(type_text(type)).second)
            found.push_back(&type);
          add(type.element);
          for (const GoField &field : type.fields)
            add(field.type);
        }
        waiting.clear();
      }
  return found;
}

// "main.Point: struct, 8 bytes, aligned to 4", and a line for each field.
void print_type(llvm::raw_ostream &out, const GoType &type) {
  out << "  type " << type_text(type) << ": ";
  if (type.is_named())
    out << underlying_text(type) << ", ";
  out << type.size << (type.size == 1 ? " byte" : " bytes") << ", aligned to " << type.alignment
      << '\n';
  for (const GoField &field : type.fields)
    out << "    at " << field.offset << ": " << (field.is_embedded ? "" : field.name + " ")
        << type_text(*field.type) << '\n';
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
    std::string why = directive.why_no_go_types;
    shorten_paths(why, directory);
    if (directive.has_go_types)
      out << "    " << go_signature_text(directive) << '\n';
    else if (!why.empty())
      out << "    Go types are not known: " << why << '\n';
  }
  for (const GoType *type : mentioned_types(interface))
    print_type(out, *type);
}

} // namespace wald::directives

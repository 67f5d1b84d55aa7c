#include "directives/reports/print_interface.h"

#include "directives/reports/report_parts.h"
#include "directives/rules/rules.h"
#include "objfile/support/name_map.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

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

class InterfacePrinter {
public:
  InterfacePrinter(llvm::raw_ostream &out, StringRef directory)
      : out_(out), directory_(directory) {}

  void print(const Interface &interface, StringRef program);

private:
  // Names are a line's part, whatever characters they have.
  void line(const llvm::Twine &text) { out_ << wasm::printable(text.str()) << '\n'; }
  void print(const Directive &directive);
  void print(const GoType &type);
  std::string shortened(std::string text) const {
    shorten_paths(text, directory_);
    return text;
  }

  llvm::raw_ostream &out_;
  StringRef directory_;
};

void InterfacePrinter::print(const Directive &directive) {
  bool is_import = directive.kind == DirectiveKind::kImport;
  line((is_import ? "  import " + directive.module + " " : "  export ") + directive.name + " " +
       signature_text(directive.signature));
  std::string place = shortened(describe(directive));
  if (!place.empty())
    line("    " + place);
  if (directive.has_go_types)
    line("    " + go_signature_text(directive));
  else if (!directive.why_no_go_types.empty())
    line("    Go types are not known: " + shortened(directive.why_no_go_types));
}

// "main.Point: struct, 8 bytes, aligned to 4", and a line for each field.
void InterfacePrinter::print(const GoType &type) {
  line("  type " + type_text(type) + ": " + (type.is_named() ? underlying_text(type) + ", " : "") +
       llvm::Twine(type.size) + (type.size == 1 ? " byte" : " bytes") + ", aligned to " +
       llvm::Twine(type.alignment));
  for (const GoField &field : type.fields)
    line("    at " + llvm::Twine(field.offset) + ": " +
         (field.is_embedded ? "" : field.name + " ") + type_text(*field.type));
}

void InterfacePrinter::print(const Interface &interface, StringRef program) {
  line(program + " (" + interface.goos + (interface.is_reactor ? ", reactor)" : ")"));
  for (const Directive &directive : interface.directives)
    print(directive);
  for (const GoType *type : mentioned_types(interface))
    print(*type);
}

} // namespace

void print_interface(llvm::raw_ostream &out, const Interface &interface, StringRef program,
                     StringRef directory, bool with_std) {
  Interface shown = interface;
  if (!with_std)
    llvm::erase_if(shown.directives, [](const Directive &directive) { return directive.is_std; });
  InterfacePrinter(out, directory).print(shown, program);
  if (size_t left_out = interface.directives.size() - shown.directives.size())
    out << "  left out: " << left_out << (left_out == 1 ? " directive" : " directives")
        << " of Go's own packages; --std prints them, too\n";
}

} // namespace wald::directives

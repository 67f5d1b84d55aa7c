#include "directives/print_interface.h"

#include "directives/report_parts.h"

namespace wald::directives {

using llvm::StringRef;

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

} // namespace wald::directives

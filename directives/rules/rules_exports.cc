// Rules about the names of exports: two of one name, and names that mean something else to the
// linker or to hosts.
#include "directives/rules/rules.h"
#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"

#include <array>

namespace wald::directives {

using llvm::StringRef;

namespace {

struct OwnExport {
  const char *what;
  const char *instead = nullptr; // what to do but for another name
};

std::string function_option(const Directive &directive, StringRef name) {
  return "--export=" + qualified_name(directive.package, directive.function) + "=" + name.str();
}

// Where more is to be said.
std::string short_advice(const Directive &directive) {
  return "choose another name" +
         (directive.is_chosen ? ": " + function_option(directive, "NAME") : "");
}

std::string other_name_advice(const Directive &directive) {
  return short_advice(directive) + (directive.is_chosen ? "" : " in the go:wasmexport directive");
}

// What an export of the linker's own is for.
OwnExport describe_entry_point(objfile::ModuleKind kind) {
  switch (kind) {
  case objfile::ModuleKind::kCommand:
    return {"the program's entry point", "func main is what it runs: call the function there, or "};
  case objfile::ModuleKind::kReactor:
    return {"the reactor's entry point",
            "a func init is what it runs: call the function there, or "};
  case objfile::ModuleKind::kJs:
    break;
  }
  return {"a function that Go's JavaScript calls"};
}

bool can_be_chosen(const Directive &directive) {
  return !directive.package.empty() && !directive.is_other_name &&
         llvm::all_of(directive.function, [](char c) { return c != '.' && c != '['; }) &&
         !directive.function.empty();
}

// For those who cannot change the sources of both.
std::string advice_by_options(const Directive &first, const Directive &second) {
  std::string drop = "--no-export=" + first.name;
  if (first.is_chosen || second.is_chosen)
    return first.is_chosen && second.is_chosen ? "" : drop + " leaves out the directive's";
  bool is_others = first.is_third_party || second.is_third_party;
  if (!is_others || !can_be_chosen(first) || !can_be_chosen(second))
    return "";
  return "without a change of the sources: wald build " + drop + " " +
         function_option(first, first.name) + " " + function_option(second, "NAME");
}

void check_name(const Interface &interface, const Directive &directive, FindingList &findings) {
  StringRef name = directive.name;
  const objfile::ModuleKind kind = interface.module_kind();
  auto report = [&](const OwnExport &own) {
    findings.push_back(finding_about(
        "reserved-export", directive,
        "export name " + directive.name + " is reserved for " + own.what,
        {own.instead ? own.instead + short_advice(directive) : other_name_advice(directive)}));
  };
  for (const objfile::EntryPoint &entry : objfile::entry_points(kind))
    if (name == entry.name)
      report(describe_entry_point(kind));
  if (name == objfile::memory_export(kind))
    report({"the module's memory"});
  if (kind == objfile::ModuleKind::kJs)
    return;
  if (name == objfile::kCommandExport && interface.is_reactor)
    findings.push_back(
        finding_about("start-in-reactor", directive,
                      "a reactor exports _start, which hosts call to run a command",
                      {short_advice(directive) +
                       ", or build a command: without -buildmode=c-shared, func main is it"}));
  if (name == objfile::kReactorExport && !interface.is_reactor)
    findings.push_back(
        finding_about("initialize-in-command", directive,
                      "a command exports _initialize, which hosts call to start a reactor",
                      {short_advice(directive) + ", or build a reactor with -buildmode=c-shared"}));
}

// Whether the linker makes a symbol of the name in every program, or fills it.
bool is_reserved(StringRef name) {
  std::optional<objfile::KnownSymbol> known = objfile::find_known_symbol(name);
  return known && objfile::info_of(*known).reserved == objfile::Reserved::kYes;
}

// The names of all exports.
struct ExportNames {
  objfile::NameMap<std::string> defined_by; // the package; empty: not defined by any
  std::array<bool, 256> has_size{};         // whether any name has this length
  std::vector<StringRef> dotted;            // those that can be a package's own symbol
};

// Looks the object's symbols up that other objects can see and that are no exports themselves. Most
// names have another length than all exports', so that they are not even read; those in a package's
// own index, which are the most, begin with its path or have it behind a prefix such as `type:`.
void find_definitions(const ProgramObject &from, ExportNames &names) {
  const objfile::Object &object = *from.object;
  std::string prefix = names.dotted.empty() ? "" : objfile::escape_import_path(from.package) + ".";
  bool may_be_own =
      llvm::any_of(names.dotted, [&](StringRef name) { return name.contains(prefix); });
  for (uint32_t local = may_be_own ? 0 : object.num_symdefs(); local < object.num_defs(); local++) {
    objfile::SymbolRecord symbol = object.symbol(local);
    if (!names.has_size[std::min(symbol.name_size(), 255u)] || symbol.is_static() ||
        symbol.flag2() & object.version().flag2_wasm_export)
      continue;
    auto found = names.defined_by.find(object.name(local));
    if (found != names.defined_by.end())
      found->second = from.package.str();
  }
}

} // namespace

void check_exports(const Interface &interface, FindingList &findings) {
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport)
      check_name(interface, directive, findings);
  check_duplicate_exports(interface, findings);
}

void check_duplicate_exports(const Interface &interface, FindingList &findings) {
  objfile::NameMap<const Directive *> first;
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport)
      continue;
    auto [known, is_new] = first.try_emplace(directive.name, &directive);
    if (is_new)
      continue;
    const Directive &other = *known->second;
    std::vector<std::string> notes = notes_with_other(other, other_name_advice(directive));
    if (std::string advice = advice_by_options(other, directive); !advice.empty())
      notes.push_back(std::move(advice));
    findings.push_back(finding_about(
        "duplicate-export", directive,
        "export name " + directive.name + " is taken by another function", std::move(notes)));
  }
}

void check_export_symbols(const Interface &interface, llvm::ArrayRef<ProgramObject> objects,
                          FindingList &findings) {
  ExportNames names;
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport) {
      names.defined_by[directive.name];
      names.has_size[std::min<size_t>(directive.name.size(), 255)] = true;
      if (StringRef(directive.name).contains('.'))
        names.dotted.push_back(directive.name);
    }
  if (names.defined_by.empty())
    return;
  for (const ProgramObject &from : objects)
    find_definitions(from, names);
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport)
      continue;
    const std::string &package = names.defined_by[directive.name];
    bool is_linkers = is_reserved(directive.name);
    if (is_linkers || !package.empty())
      findings.push_back(finding_about("linker-symbol-export", directive,
                                       "export name " + directive.name + " is reserved: " +
                                           (is_linkers ? "the linker" : "package " + package) +
                                           " defines a symbol of that name",
                                       {other_name_advice(directive)}));
  }
}

} // namespace wald::directives

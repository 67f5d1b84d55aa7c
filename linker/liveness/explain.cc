#include "linker/liveness/explain.h"

#include "directives/gather.h"

#include "llvm/ADT/Twine.h"

namespace wald {

namespace {

const char *name_of_root(RootKind kind) {
  switch (kind) {
  case RootKind::kEntry:
    return "root: the program's entry";
  case RootKind::kUnreachableMethod:
    return "root: stands for methods that are left out";
  case RootKind::kExport:
    return "root: an export";
  case RootKind::kInitTasks:
    return "root: the packages' init functions";
  }
  return "root";
}

const char *verb_of(const Reference &by) {
  switch (by.kind) {
  case Reference::Kind::kRoot:
    return "";
  case Reference::Kind::kMethod:
    return "method of ";
  case Reference::Kind::kAux:
    return "belongs to ";
  case Reference::Kind::kReloc:
    break;
  }
  return by.type == objfile::kRelocCall ? "called by " : "referenced by ";
}

const char *verb_of(CallKind call) {
  switch (call) {
  case CallKind::kNotCalled:
    return "";
  case CallKind::kThroughInterface:
    return "called through an interface by ";
  case CallKind::kByName:
    return "called by its name from generic code: ";
  case CallKind::kByReflection:
    return "may be called by reflection, by ";
  }
  return "";
}

} // namespace

std::string Explainer::described(SymId id) const {
  SymbolView symbol(ctx_, id);
  std::string text = cut_text(symbol.name());
  if (text.empty())
    text = "an unnamed symbol";
  Definition from = symbol.origin();
  if (from.is_owned())
    return text;
  const InputObject &input = *ctx_.objects[from.object];
  text += " (package " + ctx_.libraries[input.library].path.str();
  directives::SourcePosition position =
      directives::function_position(input.obj, from.local, ctx_.options.goroot);
  if (position.line)
    text += ", " + position.file + ":" + std::to_string(position.line);
  return text + ")";
}

std::string Explainer::step(const Reference &by, llvm::StringRef verb) const {
  if (by.from == SymId::kNone)
    return by.kind == Reference::Kind::kRoot ? name_of_root(RootKind(by.type)) : "";
  return (verb.empty() ? llvm::StringRef(verb_of(by)) : verb).str() + described(by.from);
}

// What a method takes beside its type. Within a chain a line for each, at its end all of the way.
void Explainer::add_other_causes(SymId method, const Cause &cause, bool with_chains,
                                 std::vector<std::string> &lines) const {
  SymId type = cause.by.from;
  llvm::StringRef indent = with_chains ? "" : "  ";
  auto add = [&](const Reference &by, llvm::StringRef verb) {
    if (by.from == SymId::kNone)
      return;
    lines.push_back((indent + step(by, verb)).str());
    if (with_chains)
      add_chain(by.from, lines);
  };
  const Reference *conversion = causes_.in_interface(type);
  const Cause *of_type = causes_.of(type);
  if (conversion && !(of_type && of_type->by.from == conversion->from && with_chains)) {
    bool is_part = SymbolView(ctx_, conversion->from).flag() & objfile::kFlagGoType;
    add(*conversion, is_part ? "its type is in an interface as a part of "
                             : "its type is put into an interface by ");
  }
  if (cause.call_by.from != method)
    add(cause.call_by, verb_of(cause.call));
}

void Explainer::add_chain(SymId id, std::vector<std::string> &lines) const {
  for (const Cause *cause = causes_.of(id); cause; cause = causes_.of(id)) {
    lines.push_back(step(cause->by));
    if (cause->by.kind == Reference::Kind::kMethod)
      add_other_causes(id, *cause, /*with_chains=*/false, lines);
    id = cause->by.from;
  }
}

std::vector<std::string> Explainer::reasons(SymId id) const {
  std::vector<std::string> lines;
  const Cause *cause = causes_.of(id);
  if (!cause)
    return lines;
  lines.push_back(step(cause->by));
  add_chain(cause->by.from, lines);
  if (cause->by.kind == Reference::Kind::kMethod)
    add_other_causes(id, *cause, /*with_chains=*/true, lines);
  return lines;
}

std::vector<std::string> Explainer::reasons(const Reference &by) const {
  std::vector<std::string> lines = {step(by)};
  add_chain(by.from, lines);
  return lines;
}

} // namespace wald

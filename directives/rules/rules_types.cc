// Rules about types: the compiler's own, which wald applies itself, since objects may come from
// elsewhere and since the compiler does not say what is wrong within a type; and where Go and C lay
// out a struct differently, of which the compiler says nothing.
#include "directives/export_signature.h"
#include "directives/rules/rules.h"
#include "directives/types/c_layout.h"
#include "directives/types/go_types.h"
#include "directives/types/type_rules.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace wald::directives {

using llvm::StringRef;

namespace {

const char *advice_by_value(GoKind kind) {
  switch (kind) {
  case GoKind::kInt:
    return "its size is Go's own affair: take int32 or int64";
  case GoKind::kUint:
    return "its size is Go's own affair: take uint32 or uint64";
  case GoKind::kInt8:
  case GoKind::kInt16:
    return "take int32";
  case GoKind::kUint8:
  case GoKind::kUint16:
    return "take uint32";
  case GoKind::kSlice:
    return "pass a pointer to its first element, and its length as uint32";
  case GoKind::kStruct:
  case GoKind::kArray:
    return "pass a pointer to it";
  default:
    return "bool, numbers of 32 and 64 bits, uintptr and pointers can be passed, and as parameters "
           "strings";
  }
}

std::vector<std::string> advice_for(StringRef rule) {
  if (rule == "string-result")
    return {"let the caller pass memory for the text, or return a pointer and a length in one "
            "uint64"};
  if (rule == "type-in-memory")
    return {"use bool, numbers of a fixed size, arrays of these, or structs with "
            "structs.HostLayout"};
  if (rule == "host-layout")
    return {"make its first field _ structs.HostLayout"};
  if (rule == "several-results")
    return {"return one, and write the others to where the caller says"};
  if (rule == "many-export-parameters" || rule == "frame-size")
    return {"pass a pointer to a struct"};
  return {};
}

// "parameter p", "parameter 2", "the result".
std::string value_name(const Parameter &value, TypeUse use, size_t index) {
  if (!value.name.empty() && value.name != "_")
    return (use == TypeUse::kParameter ? "parameter " : "result ") + value.name;
  return use == TypeUse::kParameter ? "parameter " + std::to_string(index + 1) : "the result";
}

std::string bytes_text(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

bool is_host_layout(const GoType &type) {
  return type.package == "structs" && type.name == "HostLayout";
}

// The innermost struct that the path of a difference leads to, or null.
const GoType *struct_at(const GoType &type, StringRef path) {
  const GoType *at = &type;
  while (at && !path.empty()) {
    if (path.consume_front("[]")) {
      at = at->element;
      continue;
    }
    path.consume_front(".");
    StringRef name = path.take_until([](char c) { return c == '.' || c == '['; });
    path = path.drop_front(name.size());
    const GoType *next = nullptr;
    for (const GoField &field : at->fields)
      if (field.name == name)
        next = field.type;
    at = next;
  }
  return at && at->kind == GoKind::kStruct ? at : nullptr;
}

TypeProblem describe(const TypeViolation &violation, const Parameter &value,
                     const std::string &name) {
  TypeProblem problem = {violation.rule, name + ": " + violation.fact, {}};
  StringRef path = violation.path;
  path.consume_front("*");
  if (!path.empty())
    problem.notes.push_back("it is of type " + type_text(*value.type) +
                            ", and the part in question is " + path.ltrim('.').str());
  if (StringRef(violation.rule) == "type-by-value")
    problem.notes.push_back(advice_by_value(value.type->kind));
  llvm::append_range(problem.notes, advice_for(violation.rule));
  return problem;
}

class TypeChecker {
public:
  TypeChecker(const Directive &directive, FindingList &findings)
      : directive_(directive), findings_(findings) {}

  void run() {
    check(directive_.params, TypeUse::kParameter);
    check(directive_.results, TypeUse::kResult);
  }

private:
  void check(llvm::ArrayRef<Parameter> values, TypeUse use) {
    for (size_t i = 0; i < values.size(); i++) {
      std::string name = value_name(values[i], use, i);
      if (auto violation = type_violation(*values[i].type, use)) {
        TypeProblem problem = describe(*violation, values[i], name);
        findings_.push_back(
            finding_about(problem.rule, directive_, problem.fact, std::move(problem.notes)));
      } else if (values[i].type->kind == GoKind::kPointer) {
        check_layout(*values[i].type->element, name);
      }
    }
  }

  void check_layout(const GoType &type, const std::string &name) {
    std::optional<LayoutDifference> found = first_layout_difference(type);
    if (!found)
      return;
    std::string what =
        found->path.empty() ? type_text(type) : "field " + found->path + " of " + type_text(type);
    std::string fact = found->go_offset != found->c_offset
                           ? " is at " + std::to_string(found->go_offset) + " in Go and at " +
                                 std::to_string(found->c_offset) + " in C"
                           : " has " + bytes_text(found->go_size) + " in Go and " +
                                 std::to_string(found->c_size) + " in C";
    std::vector<std::string> notes = {name + " points to it"};
    const GoType *part = struct_at(type, found->path);
    if (part && !part->fields.empty() && part->fields.back().type->size == 0)
      notes.push_back(is_host_layout(*part->fields.back().type)
                          ? "Go puts a byte behind a last field without a size: move "
                            "structs.HostLayout to the front"
                          : "Go puts a byte behind a last field without a size: leave " +
                                part->fields.back().name + " out or give it one");
    findings_.push_back(finding_about("layout-differs", directive_, what + fact, std::move(notes)));
  }

  const Directive &directive_;
  FindingList &findings_;
};

} // namespace

std::optional<TypeProblem> first_type_problem(llvm::ArrayRef<Parameter> params,
                                              llvm::ArrayRef<Parameter> results) {
  for (TypeUse use : {TypeUse::kParameter, TypeUse::kResult}) {
    llvm::ArrayRef<Parameter> values = use == TypeUse::kParameter ? params : results;
    for (size_t i = 0; i < values.size(); i++)
      if (auto violation = type_violation(*values[i].type, use))
        return describe(*violation, values[i], value_name(values[i], use, i));
  }
  return std::nullopt;
}

void check_signature(const Directive &directive, const objfile::GoVersion &version,
                     FindingList &findings) {
  if (auto violation = signature_violation(directive, version))
    findings.push_back(
        finding_about(violation->rule, directive, violation->fact, advice_for(violation->rule)));
}

void check_types(const Interface &interface, FindingList &findings) {
  for (const Directive &directive : interface.directives)
    if (directive.has_go_types && directive.module != "gojs")
      TypeChecker(directive, findings).run();
}

void check_declared_types(const PackageSource &from, TypeResolver &resolver,
                          FindingList &findings) {
  for (const DirectiveComment &comment : from.source->directives) {
    bool is_import = comment.kind == DirectiveKind::kImport;
    if (comment.form != DirectiveForm::kExact || !comment.function ||
        comment.placement != DirectivePlacement::kFunction ||
        comment.words.size() != (is_import ? 2 : 1) || (is_import && comment.words[0] == "gojs"))
      continue;
    const FunctionDecl &function = from.source->functions[*comment.function];
    if (function.is_generic() || (!is_import && function.is_method()))
      continue;
    llvm::Expected<FunctionTypes> types =
        resolver.read_declaration(from.package, from.file, function);
    if (!types) {
      llvm::consumeError(types.takeError());
      continue;
    }
    Directive directive;
    directive.kind = comment.kind;
    directive.module = is_import ? comment.words[0].str() : "";
    directive.name = comment.words.back().str();
    directive.package = from.package.str();
    directive.function = function.name.str();
    directive.position = {from.file.str(), comment.place.line, comment.place.column};
    directive.params = std::move(types->params);
    directive.results = std::move(types->results);
    TypeChecker(directive, findings).run();
    if (directive.results.size() > 1)
      findings.push_back(finding_about("several-results", directive,
                                       "a function has at most one result",
                                       advice_for("several-results")));
  }
}

} // namespace wald::directives

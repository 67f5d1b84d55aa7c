// Rules about what Go drops without a word: comments that somebody meant to be directives, and
// directives where they have no effect. They look at the source text, since nothing of it is in the
// objects. What the compiler itself refuses is left to it.
//
// Prose may look like a misspelt directive. It counts as one only in front of a function that it
// fits: with as many words as the directive takes, and a body or none.
#include "directives/rules/rules.h"

#include "llvm/ADT/StringExtras.h"

#include <string_view>

namespace wald::directives {

using llvm::StringRef;

namespace {

const char *directive_word(const DirectiveComment &comment) {
  return comment.kind == DirectiveKind::kImport ? "go:wasmimport" : "go:wasmexport";
}

size_t num_arguments(const DirectiveComment &comment) {
  return comment.kind == DirectiveKind::kImport ? 2 : 1;
}

std::string correct_spelling(const DirectiveComment &comment) {
  std::string text = std::string("//") + directive_word(comment);
  for (StringRef word : comment.words)
    text += " " + word.str();
  return text;
}

const char *place_name(DirectivePlacement placement) {
  switch (placement) {
  case DirectivePlacement::kFunction:
  case DirectivePlacement::kInFunction:
    return "within a function";
  case DirectivePlacement::kPackage:
    return "in front of the package clause";
  case DirectivePlacement::kImport:
    return "at an import declaration";
  case DirectivePlacement::kConst:
    return "at a constant";
  case DirectivePlacement::kType:
    return "at a type";
  case DirectivePlacement::kVar:
    return "at a variable";
  case DirectivePlacement::kBehindCode:
    return "behind code";
  case DirectivePlacement::kNothing:
    break;
  }
  return "at the end of a file";
}

class SourceChecker {
public:
  SourceChecker(const PackageSource &from, FindingList &findings)
      : from_(from), source_(*from.source), findings_(findings) {}

  void run() {
    for (const DirectiveComment &comment : source_.directives) {
      if (comment.form == DirectiveForm::kExact)
        check_exact(comment);
      else if (comment.form == DirectiveForm::kNoArguments)
        check_nameless(comment);
      else if (comment.form == DirectiveForm::kTinyGo)
        check_tinygo(comment);
      else
        check_misspelt(comment);
    }
  }

private:
  void add(const char *rule_id, const DirectiveComment &comment, std::string message,
           std::vector<std::string> notes) {
    Finding finding;
    finding.rule = find_rule(rule_id);
    finding.position = {from_.file.str(), comment.place.line, comment.place.column};
    finding.package = from_.package.str();
    if (const FunctionDecl *function = function_of(comment))
      finding.function = function->name.str();
    finding.subject = llvm::join(comment.words, ".");
    finding.message = std::move(message);
    finding.notes = std::move(notes);
    findings_.push_back(std::move(finding));
  }

  const FunctionDecl *function_of(const DirectiveComment &comment) const {
    return comment.function && *comment.function < source_.functions.size()
               ? &source_.functions[*comment.function]
               : nullptr;
  }

  void check_exact(const DirectiveComment &comment) {
    if (comment.placement == DirectivePlacement::kBehindCode)
      return; // the compiler refuses it
    const FunctionDecl *function = function_of(comment);
    if (comment.placement != DirectivePlacement::kFunction || !function)
      return add("misplaced-directive", comment,
                 std::string(directive_word(comment)) + " " + place_name(comment.placement) +
                     " has no effect",
                 {"put it directly in front of the function that it is for"});
    if (function->name == "_")
      add("blank-function", comment,
          std::string(directive_word(comment)) + " has no effect on a function without a name",
          {"give the function a name"});
    bool is_export = comment.kind == DirectiveKind::kExport;
    if (is_export && function->is_generic())
      add("generic-export", comment, "a generic function cannot be exported",
          {"export a function that calls an instance of it"});
    const DirectiveComment &last = source_.directives[*function->directive(comment.kind)];
    if (&last != &comment)
      add("repeated-directive", comment,
          std::string(directive_word(comment)) + " has no effect: another one follows for the "
                                                 "same function",
          {"line " + std::to_string(last.place.line) + ": " + last.text.str(),
           is_export ? "write a second function that calls the first" : "remove one of them"});
    if (is_export && function->import_directive)
      add("import-and-export", comment, "an imported function is not exported",
          {"export a function that calls it"});
    if (is_export)
      check_parameters(comment, *function);
  }

  // The compiler needs a register for each, and crashes at the seventeenth.
  void check_parameters(const DirectiveComment &comment, const FunctionDecl &function) {
    size_t count = 0;
    for (const ParameterDecl &param : function.params) {
      bool is_string = param.type->kind == TypeExpr::kName && param.type->qualifier.empty() &&
                       param.type->name == "string";
      count += is_string ? 2 : 1;
    }
    if (count > kMostExportParams)
      add("many-export-parameters", comment,
          "an export with " + std::to_string(count) +
              " wasm parameters crashes the compiler, "
              "which takes 16",
          {"pass a pointer to a struct; a string counts twice"});
  }

  void check_nameless(const DirectiveComment &comment) {
    if (comment.placement != DirectivePlacement::kFunction)
      return;
    add("nameless-directive", comment,
        std::string("//") + directive_word(comment) + " without a name has no effect",
        {comment.kind == DirectiveKind::kImport ? "write //go:wasmimport MODULE NAME"
                                                : "write //go:wasmexport NAME"});
  }

  void check_misspelt(const DirectiveComment &comment) {
    const FunctionDecl *function = function_of(comment);
    bool is_export = comment.kind == DirectiveKind::kExport;
    if (comment.placement != DirectivePlacement::kFunction || !function ||
        comment.words.size() != num_arguments(comment) || function->has_body != is_export ||
        function->directive(comment.kind))
      return;
    const char *problem =
        comment.form == DirectiveForm::kTab
            ? "a space and no other white space stands behind the word"
        : comment.form == DirectiveForm::kBlank ? "no space stands between // and go:"
        : comment.form == DirectiveForm::kBlock ? "only comments with // can be directives"
                                                : "it is spelt differently";
    add("misspelt-directive", comment, "this comment is no directive: " + std::string(problem),
        {comment.text.str(), "write " + correct_spelling(comment)});
  }

  // Code for both compilers has Go's directive, too.
  void check_tinygo(const DirectiveComment &comment) {
    const FunctionDecl *function = function_of(comment);
    if (comment.placement != DirectivePlacement::kFunction || !function ||
        function->export_directive || function->import_directive)
      return;
    std::string name = comment.words[0].str();
    add("misspelt-directive", comment, "this comment is a directive for TinyGo only",
        {comment.text.str(), function->has_body ? "write //go:wasmexport " + name
                                                : "write //go:wasmimport MODULE " + name});
  }

  const PackageSource &from_;
  const SourceFile &source_;
  FindingList &findings_;
};

} // namespace

void check_source(const PackageSource &from, FindingList &findings) {
  SourceChecker(from, findings).run();
}

bool may_have_directives(StringRef text) {
  std::string_view all = text; // whose find is several times as fast as StringRef's
  for (std::string_view word : {"wasm", "Wasm", "WASM"})
    for (size_t at = all.find(word); at != all.npos; at = all.find(word, at + 1)) {
      StringRef rest = text.substr(at + word.size()).ltrim("-_");
      if (rest.starts_with_insensitive("import") || rest.starts_with_insensitive("export"))
        return true;
    }
  return all.find("//export") != all.npos || all.find("//go:export") != all.npos;
}

} // namespace wald::directives

// Rules about what Go drops without a word: comments that somebody meant to be directives, and
// directives where they have no effect. They look at the source text, since nothing of it is in the
// objects. What the compiler itself refuses is left to it, unless it says of another place or
// thing.
//
// Prose may look like a misspelt directive. It counts as one only in front of a function that it
// fits: with as many words as the directive takes, and a body or none.
#include "directives/rules/rules.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

size_t num_arguments(const DirectiveComment &comment) {
  return comment.kind == DirectiveKind::kImport ? 2 : 1;
}

std::string correct_spelling(const DirectiveComment &comment) {
  std::string text = "//" + directive_word(comment);
  for (StringRef word : comment.words)
    text += " " + without_punctuation(word).str();
  return text;
}

// "the quotes", of what does not belong to the name; empty if all does.
const char *punctuation_of(StringRef name) {
  if (name.find_first_of("\"'`") != StringRef::npos || name.contains("\u201c") ||
      name.contains("\u201d"))
    return "the quotes";
  if (name.contains(","))
    return "the comma";
  if (name.contains(";"))
    return "the semicolon";
  if (name.contains("//"))
    return "the comment";
  if (name.ends_with(":"))
    return "the colon";
  if (name.ends_with("."))
    return "the full stop";
  if (name.ends_with(")") || (name.starts_with("<") && name.ends_with(">")))
    return "the brackets";
  return name.starts_with("=") || name.ends_with("=") ? "the equals sign" : "";
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
                 directive_word(comment) + " " + place_name(comment.placement) + " has no effect",
                 {"put it directly in front of the function that it is for"});
    if (function->name == "_")
      add("blank-function", comment,
          directive_word(comment) + " has no effect on a function without a name",
          {"give the function a name"});
    bool is_export = comment.kind == DirectiveKind::kExport;
    check_arguments(comment);
    if (is_export && !function->has_body && !function->import_directive)
      add("bodyless-export", comment, "go:wasmexport has no effect on a function without a Go body",
          {"its body is in assembly, or another function's by go:linkname",
           "export a Go function that calls it"});
    if (is_export && function->is_generic())
      add("generic-export", comment, "a generic function cannot be exported",
          {"export a function that calls an instance of it"});
    const DirectiveComment &last = source_.directives[*function->directive(comment.kind)];
    if (&last != &comment)
      add("repeated-directive", comment,
          directive_word(comment) + " has no effect: another one follows for the "
                                    "same function",
          {"line " + std::to_string(last.place.line) + ": " + last.text.str(),
           is_export ? "write a second function that calls the first" : "remove one of them"});
    if (is_export && function->import_directive)
      add("import-and-export", comment, "an imported function is not exported",
          {"export a function that calls it"});
    if (is_export)
      check_parameters(comment, *function);
  }

  // How many there are, which the compiler says without the reason, and whether they are names.
  void check_arguments(const DirectiveComment &comment) {
    std::string word = directive_word(comment);
    if (!comment.trailing.empty())
      return add("directive-arguments", comment, "a comment after " + word + " is taken for names",
                 {comment.text.str(),
                  "write " + correct_spelling(comment) + ", and the comment on another line"});
    if (comment.words.size() != num_arguments(comment)) {
      const char *wanted = comment.kind == DirectiveKind::kImport
                               ? " takes a module and a name: //go:wasmimport MODULE NAME"
                               : " takes one name: //go:wasmexport NAME";
      return add("directive-arguments", comment, word + wanted, {comment.text.str()});
    }
    for (StringRef name : comment.words) {
      StringRef punctuation = punctuation_of(name);
      if (punctuation.empty() || without_punctuation(name).empty())
        continue;
      bool is_within = without_punctuation(name) == name;
      bool is_plural = punctuation == "the quotes" || punctuation == "the brackets";
      add("name-punctuation", comment,
          punctuation.str() + (is_plural ? " are" : " is") +
              " part of the name, also for hosts: " + name.str(),
          {is_within ? "blanks stand between names, and a directive has one function's"
                     : "write " + correct_spelling(comment)});
      return;
    }
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
        "//" + directive_word(comment) + " without a name has no effect",
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
    if (comment.needs_name && !are_alike(comment.words.back(), function->name))
      return;
    const char *problem =
        comment.form == DirectiveForm::kTab
            ? "a space and no other white space stands behind the word"
        : comment.form == DirectiveForm::kBlank ? "no space stands between // and go:"
        : comment.form == DirectiveForm::kBlock ? "only comments with // can be directives"
                                                : "it is spelt differently";
    add("misspelt-directive", comment, "this comment is no directive: " + std::string(problem),
        {comment.text.str(), "write " + correct_spelling(comment) +
                                 (comment.trailing.empty() ? "" : ", and nothing after it")});
  }

  // Code for both compilers has Go's directive, too.
  void check_tinygo(const DirectiveComment &comment) {
    const FunctionDecl *function = function_of(comment);
    if (comment.placement != DirectivePlacement::kFunction || !function ||
        function->export_directive || function->import_directive)
      return;
    std::string name = comment.words[0].str();
    // Without a module TinyGo takes env.
    StringRef module = function->tinygo_module;
    std::string import =
        "//go:wasmimport " + (module.empty() ? "MODULE" : module.str()) + " " + name;
    add("misspelt-directive", comment, "this comment is a directive for TinyGo only",
        {comment.text.str(), "write " + (function->has_body ? "//go:wasmexport " + name : import)});
  }

  const PackageSource &from_;
  const SourceFile &source_;
  FindingList &findings_;
};

} // namespace

std::string directive_word(const DirectiveComment &comment) {
  return comment.kind == DirectiveKind::kImport ? "go:wasmimport" : "go:wasmexport";
}

void check_source(const PackageSource &from, FindingList &findings) {
  SourceChecker(from, findings).run();
}

// Only the compiler's own message is there of two functions in one package: it has an unrelated
// place.
void check_package_exports(llvm::ArrayRef<PackageSource> files, FindingList &findings) {
  Interface interface;
  for (const PackageSource &from : files)
    for (const FunctionDecl &function : from.source->functions) {
      if (!function.export_directive || function.import_directive || !function.has_body ||
          function.is_method() || function.is_generic() || function.name == "_")
        continue;
      const DirectiveComment &comment = from.source->directives[*function.export_directive];
      if (comment.words.size() != 1 || comment.placement != DirectivePlacement::kFunction)
        continue;
      Directive &directive = interface.directives.emplace_back();
      directive.kind = DirectiveKind::kExport;
      directive.name = comment.words[0].str();
      directive.package = from.package.str();
      directive.function = function.name.str();
      directive.position = {from.file.str(), comment.place.line, comment.place.column};
    }
  check_duplicate_exports(interface, findings);
}

} // namespace wald::directives

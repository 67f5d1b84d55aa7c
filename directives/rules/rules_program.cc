// Rules about a program as a whole: how hosts start it and what they can call then, and the files
// that its build leaves out.
#include "directives/rules/rules_program.h"
#include "directives/source/build_constraint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

// "a", "a and b", "a, b, c and 7 more".
std::string list_text(llvm::ArrayRef<StringRef> names) {
  constexpr size_t kMost = 3;
  std::string text = llvm::join(names.take_front(kMost), ", ");
  if (names.size() > kMost)
    return text + " and " + std::to_string(names.size() - kMost) + " more";
  if (names.size() > 1)
    text.replace(text.rfind(", "), 2, " and ");
  return text;
}

Finding finding_at_main(const char *rule, const std::optional<MainFunction> &main,
                        std::string message, std::string advice) {
  Finding finding;
  finding.rule = find_rule(rule);
  if (main) {
    finding.position = main->position;
    finding.package = "main";
    finding.function = "main";
  }
  finding.message = std::move(message);
  finding.notes = {std::move(advice)};
  return finding;
}

void check_command(const std::vector<const Directive *> &exports,
                   const std::optional<MainFunction> &main, FindingList &findings) {
  if (exports.empty())
    return;
  std::vector<StringRef> names;
  for (const Directive *directive : exports)
    if (!llvm::is_contained(names, directive->name))
      names.push_back(directive->name);
  const char *advice = main && main->does_nothing
                           ? "main ends at once: build a reactor with -buildmode=c-shared"
                           : "to be called later, build a reactor with -buildmode=c-shared";
  findings.push_back(finding_about(
      "export-in-command", *exports.front(),
      "hosts can call the exports of a command only while main runs: " + list_text(names),
      {advice}));
}

// Whether the directive would take effect if its file were compiled.
bool is_complete(const DirectiveComment &comment) {
  return comment.form == DirectiveForm::kExact &&
         comment.placement == DirectivePlacement::kFunction && comment.trailing.empty() &&
         comment.words.size() == (comment.kind == DirectiveKind::kImport ? 2 : 1);
}

struct LeftOut {
  std::string reason;    // "its name ends in _linux.go"
  bool is_never = false; // whatever the tags, and for GOOS=js, too
};

LeftOut why_left_out(const PackageSource &from) {
  constexpr int kAnyGoMinor = 999;
  StringRef name = llvm::sys::path::filename(from.file);
  StringRef constraint = from.source->build_constraint;
  bool imports_c = llvm::any_of(from.source->imports,
                                [](const ImportDecl &import) { return import.path == "C"; });
  auto is_never = [&](StringRef line) {
    return is_built(name, line, "wasip1", kAnyGoMinor) == Inclusion::kNo &&
           is_built(name, line, "js", kAnyGoMinor) == Inclusion::kNo;
  };
  bool fits_name = is_built(name, "", "wasip1", kAnyGoMinor) == Inclusion::kYes &&
                   is_built(name, "", "js", kAnyGoMinor) == Inclusion::kYes;
  if (!fits_name && (is_never("") || constraint.empty()))
    return {"its name ends in " + name.substr(name.rfind('_')).str(), is_never("")};
  if (imports_c && (constraint.empty() || !is_never(constraint)))
    return {"it imports C, and there is no cgo for wasm", true};
  return {"//go:build " + constraint.str(), is_never(constraint)};
}

} // namespace

void check_mode(const Interface &interface, StringRef program,
                const std::optional<MainFunction> &main, FindingList &findings) {
  if (interface.goos == "js")
    return; // JavaScript calls exports while main waits
  std::vector<const Directive *> exports;
  for (const Directive &directive : interface.directives)
    if (directive.kind == DirectiveKind::kExport)
      exports.push_back(&directive);
  if (!interface.is_reactor)
    return check_command(exports, main, findings);
  if (exports.empty())
    findings.push_back(finding_at_main(
        "reactor-without-exports", main,
        program.str() + " is a reactor and exports no function: hosts can call nothing in it",
        "write //go:wasmexport NAME in front of a function, or build a command, without "
        "-buildmode=c-shared"));
  if (main && !main->does_nothing)
    findings.push_back(finding_at_main("main-in-reactor", main, "nobody calls main in a reactor",
                                       "hosts call _initialize, which runs the init functions: do "
                                       "there what must be done first"));
}

std::optional<MainFunction> find_main(llvm::ArrayRef<PackageSource> files) {
  for (const PackageSource &from : files)
    for (const FunctionDecl &function : from.source->functions)
      if (function.name == "main" && !function.is_method())
        return MainFunction{{from.file.str(), function.place.line, function.place.column},
                            function.does_nothing};
  return std::nullopt;
}

void add_directive_keys(const SourceFile &source, objfile::NameSet &keys) {
  for (const DirectiveComment &comment : source.directives)
    if (is_complete(comment))
      keys.insert(directive_word(comment) + (" " + llvm::join(comment.words, " ")));
}

void check_left_out(const PackageSource &from, const objfile::NameSet &compiled,
                    std::vector<DroppedExport> &dropped, FindingList &findings) {
  StringRef name = llvm::sys::path::filename(from.file);
  // What "go run" alone is meant to take.
  bool is_apart = from.source->build_constraint.contains("ignore") || name.ends_with("_test.go");
  if (is_apart)
    return;
  std::vector<const DirectiveComment *> comments;
  for (const DirectiveComment &comment : from.source->directives)
    if (is_complete(comment) &&
        !compiled.contains(directive_word(comment) + (" " + llvm::join(comment.words, " "))))
      comments.push_back(&comment);
  LeftOut why = why_left_out(from);
  // Without its import a function does not compile either, which says enough where a build may be
  // meant.
  if (!why.is_never)
    llvm::erase_if(comments, [](const DirectiveComment *comment) {
      return comment->kind == DirectiveKind::kImport;
    });
  if (comments.empty())
    return;
  std::string message =
      (why.is_never ? "no build for wasm takes this file: " : "this build leaves the file out: ") +
      why.reason;
  std::vector<StringRef> texts;
  for (const DirectiveComment *comment : comments) {
    texts.push_back(comment->text);
    if (comment->kind == DirectiveKind::kExport)
      dropped.push_back({comment->words[0].str(),
                         {from.file.str(), comment->place.line, comment->place.column},
                         message});
  }
  const DirectiveComment &first = *comments.front();
  Finding &finding = findings.emplace_back();
  finding.rule = find_rule(why.is_never ? "excluded-directive" : "other-build-directive");
  finding.position = {from.file.str(), first.place.line, first.place.column};
  finding.package = from.package.str();
  finding.function = from.source->functions[*first.function].name.str();
  finding.subject = llvm::join(first.words, ".");
  finding.message = std::move(message);
  finding.notes = {list_text(texts), why.is_never
                                         ? "put the directive into a file that is built for wasm"
                                         : "build with what the file wants, or put the directive "
                                           "into a file that is always built"};
}

} // namespace wald::directives

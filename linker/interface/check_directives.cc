// Directives that make a module which no engine accepts, or which hosts are likely to refuse: the
// rules of directives/ that apply to every link, on what the module will import and export. They
// look at the records of these few functions only, and at nothing if there is none; sources are
// read only where something was found.
#include "directives/gather.h"
#include "directives/reports/report.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/interface/export_types.h"

namespace wald {

namespace {

class DirectiveReader {
public:
  explicit DirectiveReader(Context &ctx) : ctx_(ctx) {
    if (!ctx.wasm_exports.empty())
      objects_ = program_objects(ctx);
    interface_.goos = ctx.goos.str();
    interface_.is_reactor = ctx.plan.kind == objfile::ModuleKind::kReactor;
    interface_.directives.reserve(ctx.wasm_exports.size() + ctx.import_wrappers.size());
    for (SymId id : ctx.import_wrappers)
      read(id, directives::read_import);
    for (SymId id : ctx.wasm_exports)
      read(id, directives::read_export);
  }

  directives::FindingList find() const {
    directives::FindingList findings;
    for (const directives::Directive &directive : interface_.directives)
      if (!directive.is_chosen) // those of --export may have several results
        directives::check_signature(directive, *ctx_.version, findings);
    directives::check_exports(interface_, findings);
    directives::check_imports(interface_, findings);
    directives::check_export_symbols(interface_, objects_, findings);
    directives::apply_settings(findings, ctx_.options.rules, /*is_link=*/true);
    return findings;
  }

  // Reads the sources of the packages with directives, for messages that say more.
  void add_go_types() {
    directives::SourceFiles sources(source_access(ctx_));
    directives::TypeResolver resolver(
        program_objects(ctx_), sources, [](StringRef) { return directives::PackageFiles(); },
        ctx_.options.goroot, *interface_.types);
    for (directives::Directive &directive : interface_.directives)
      resolver.resolve(directive);
  }

private:
  using ReadFn = llvm::Expected<directives::Directive> (*)(const directives::ProgramObject &,
                                                           uint32_t, StringRef);

  // A broken record is an error of write_module, which needs it.
  void read(SymId id, ReadFn read_one) {
    Definition def = SymbolView(ctx_, id).origin();
    if (def.is_owned())
      return;
    const InputObject &input = *ctx_.objects[def.object];
    llvm::Expected<directives::Directive> directive =
        read_one({ctx_.libraries[input.library].path, &input.obj}, def.local, ctx_.options.goroot);
    if (!directive) {
      llvm::consumeError(directive.takeError());
      return;
    }
    directive->is_chosen = input.is_made_for_exports;
    interface_.directives.push_back(std::move(*directive));
  }

  Context &ctx_;
  directives::Interface interface_;
  std::vector<directives::ProgramObject> objects_; // none without exports
};

} // namespace

void check_directives(Context &ctx) {
  const directives::RuleSettings &settings = ctx.options.rules;
  if (settings.is_off)
    return;
  DirectiveReader reader(ctx);
  directives::FindingList findings = reader.find();
  if (findings.empty())
    return;
  reader.add_go_types();
  findings = reader.find();
  for (const directives::Finding &finding : findings) {
    bool is_error = effective_severity(finding, settings) == directives::Severity::kError;
    std::vector<std::string> notes = directives::note_lines(finding);
    if (is_error)
      ctx.diag.error(headline(finding), std::move(notes));
    else
      ctx.diag.warn(headline(finding), std::move(notes));
  }
}

} // namespace wald

#include "wald/check_sources.h"

#include "directives/types/go_types.h"

#include "llvm/ADT/STLExtras.h"

namespace wald {

using directives::DroppedExport;
using directives::PackageSource;
using llvm::StringRef;

StringRef path_in_symbols(const GoPackage &package) {
  StringRef path = StringRef(package.path).split(" [").first;
  return package.name == "main" && path == package.path ? StringRef("main") : path;
}

bool SourceChecker::may_have_directives(const std::string &file) const {
  auto text = sources_.read(file);
  return text && directives::may_have_directives((*text)->getBuffer());
}

std::vector<PackageSource> SourceChecker::read(StringRef package,
                                               llvm::ArrayRef<std::string> files) {
  std::vector<PackageSource> sources;
  for (const std::string &file : files)
    sources.push_back({package, file, &sources_.get(file).declarations});
  return sources;
}

void SourceChecker::check_files(StringRef package, llvm::ArrayRef<std::string> files) {
  for (const std::string &file : files)
    if (may_have_directives(file))
      directives::check_source({package, file, &sources_.get(file).declarations}, findings_);
}

void SourceChecker::check_left_out(const GoPackage &package) {
  if (!package.is_own)
    return;
  objfile::NameSet compiled;
  bool is_compiled_read = false;
  for (const std::string &file : package.left_out) {
    if (!may_have_directives(file))
      continue;
    if (!is_compiled_read)
      for (const std::string &other : package.go_files)
        directives::add_directive_keys(sources_.get(other).declarations, compiled);
    is_compiled_read = true;
    directives::check_left_out({path_in_symbols(package), file, &sources_.get(file).declarations},
                               compiled, left_out_, findings_);
  }
}

void SourceChecker::check_uncompiled(const GoPackage &package, directives::TypeResolver &resolver) {
  std::vector<PackageSource> sources = read(path_in_symbols(package), package.go_files);
  for (const PackageSource &source : sources)
    directives::check_declared_types(source, resolver, findings_);
  directives::check_package_exports(sources, findings_);
}

std::optional<directives::MainFunction>
SourceChecker::main_function(llvm::ArrayRef<std::string> files) {
  return directives::find_main(read("main", files));
}

std::vector<DroppedExport> SourceChecker::dropped_exports() const {
  std::vector<DroppedExport> dropped = left_out_;
  for (const directives::Finding &finding : findings_)
    for (StringRef rule :
         {"blank-function", "bodyless-export", "generic-export", "import-and-export",
          "misplaced-directive", "misspelt-directive", "repeated-directive"})
      if (finding.rule->id == rule && !finding.subject.empty())
        dropped.push_back({finding.subject, finding.position, finding.message});
  return dropped;
}

} // namespace wald

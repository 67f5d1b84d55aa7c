#include "directives/source/package_scope.h"

#include "directives/source/build_constraint.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace wald::directives {

using llvm::StringRef;
namespace path = llvm::sys::path;

namespace {

// The one declaration of a name.
template <typename Decl>
llvm::Expected<Declared<Decl>> only_one(const objfile::NameMap<std::vector<Declared<Decl>>> &names,
                                        StringRef name) {
  auto found = names.find(name);
  if (found == names.end())
    return Declared<Decl>();
  const std::vector<Declared<Decl>> &all = found->second;
  if (all.size() > 1)
    return llvm::createStringError(std::errc::invalid_argument, "%s is declared in %s and in %s",
                                   name.str().c_str(), all[0].scope->file->path.c_str(),
                                   all[1].scope->file->path.c_str());
  return all.front();
}

} // namespace

FileScope::FileScope(StringRef import_path, const SourceFiles::File &source_file)
    : package(import_path), file(&source_file) {
  // Each may have to be looked at for every name; no real file has as many.
  constexpr size_t kMostDotImports = 16;
  const SourceFile &source = source_file.declarations;
  for (const TypeDecl &decl : source.types)
    types.try_emplace(decl.name, &decl);
  for (const ConstDecl &decl : source.constants)
    constants.try_emplace(decl.name, &decl);
  for (const ImportDecl &import : source.imports) {
    if (!import.name.empty())
      named_imports.try_emplace(import.name, &import);
    if (import.name == "." && dot_imports.size() < kMostDotImports)
      dot_imports.push_back(&import);
  }
}

PackageScopes::PackageScopes(llvm::ArrayRef<ProgramObject> objects, SourceFiles &sources,
                             PackageFilesFn files_of, StringRef goroot)
    : objects_(objects), sources_(sources), files_of_(std::move(files_of)), goroot_(goroot) {}

const FileScope &PackageScopes::file(StringRef package, StringRef file_path) {
  const SourceFiles::File &file = sources_.get(file_path);
  std::unique_ptr<FileScope> &scope = files_[&file];
  if (!scope)
    scope = std::make_unique<FileScope>(package, file);
  return *scope;
}

const PackageScopes::Package &PackageScopes::package(StringRef package_path) {
  std::unique_ptr<Package> &package = packages_[package_path];
  if (package)
    return *package;
  package = std::make_unique<Package>();
  for (const std::string &name : find_files(package_path)) {
    const FileScope &scope = file(package_path, name);
    const SourceFile &source = scope.declarations();
    if (!scope.file->text || source.package.empty())
      continue;
    package->name = source.package.str();
    package->files.push_back(&scope);
    for (const TypeDecl &decl : source.types)
      package->types[decl.name].push_back({&decl, &scope});
    for (const ConstDecl &decl : source.constants)
      package->constants[decl.name].push_back({&decl, &scope});
  }
  return *package;
}

// The directory in which the first function of the package is declared that has a place at all.
std::string PackageScopes::directory_of(StringRef package) const {
  for (const ProgramObject &from : objects_) {
    if (from.package != package || from.object->from_assembly())
      continue;
    const objfile::Object &object = *from.object;
    for (uint32_t local = 0; local < object.num_symdefs(); local++) {
      if (!objfile::is_text(object.kind(local)))
        continue;
      SourcePosition position = function_position(object, local, goroot_);
      if (StringRef(position.file).starts_with("/") && StringRef(position.file).ends_with(".go"))
        return path::parent_path(position.file).str();
    }
  }
  return "";
}

// The import path of the package in a directory, from the go.mod file in it or above.
std::string PackageScopes::module_path_of(StringRef directory) const {
  for (StringRef root = directory; !root.empty() && root != "/"; root = path::parent_path(root)) {
    const SourceFiles::File &file = sources_.get((root + "/go.mod").str());
    if (!file.text)
      continue;
    for (StringRef line : llvm::split(file.text->getBuffer(), '\n')) {
      StringRef module = line.split("//").first.trim();
      if (module.consume_front("module "))
        return (module.trim(" \"`") + directory.drop_front(root.size())).str();
    }
    return "";
  }
  return "";
}

// A package without functions says nothing of its place. Another one, of a path that begins alike
// and a directory that ends as its path does, tells where the common part of the paths lies.
std::string PackageScopes::guess_directory(StringRef package) const {
  std::string best;
  size_t best_length = 0;
  objfile::NameSet seen;
  for (const ProgramObject &from : objects_) {
    if (from.object->is_std() || !seen.insert(from.package).second)
      continue;
    std::string directory = directory_of(from.package);
    std::string other = from.package == "main" ? module_path_of(directory) : from.package.str();
    for (StringRef common = other; !common.empty() && common.size() > best_length;
         common = common.rsplit('/').first) {
      StringRef tail = StringRef(other).drop_front(common.size());
      StringRef root = directory;
      if (package.starts_with(common.str() + "/") && root.consume_back(tail)) {
        std::string guess = (root + package.drop_front(common.size())).str();
        if (!sources_.list(guess).empty()) {
          best = guess;
          best_length = common.size();
        }
        break;
      }
      if (!common.contains('/'))
        break;
    }
  }
  return best;
}

std::vector<std::string> PackageScopes::find_files(StringRef package) const {
  std::vector<std::string> files = files_of_(package).files;
  if (!files.empty() || objects_.empty())
    return files;
  std::string directory = directory_of(package);
  if (directory.empty())
    directory = guess_directory(package);
  if (directory.empty())
    return files;
  const objfile::TextHeader &header = objects_.front().object->header();
  int go_minor = objects_.front().object->version().minor;
  for (const std::string &name : sources_.list(directory)) {
    std::string file = (StringRef(directory) + "/" + name).str();
    if (is_built(name, "", header.goos, go_minor) == Inclusion::kNo)
      continue;
    const SourceFile &source = sources_.get(file).declarations;
    if (is_built(name, source.build_constraint, header.goos, go_minor) != Inclusion::kNo)
      files.push_back(file);
  }
  return files;
}

llvm::Expected<Declared<TypeDecl>> PackageScopes::find_type(StringRef package, StringRef name) {
  return only_one(this->package(package).types, name);
}

llvm::Expected<Declared<ConstDecl>> PackageScopes::find_constant(StringRef package,
                                                                 StringRef name) {
  return only_one(this->package(package).constants, name);
}

} // namespace wald::directives

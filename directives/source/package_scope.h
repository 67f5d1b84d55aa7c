// What names mean in Go source files: the types and constants that a package declares, and what its
// files import.
#pragma once

#include "directives/gather.h"
#include "directives/source/source_files.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/DenseMap.h"

namespace wald::directives {

// What the go command says of a package; without files where it was not asked.
struct PackageFiles {
  std::string name; // as its package clauses have it
  std::vector<std::string> files;
};
using PackageFilesFn = std::function<PackageFiles(llvm::StringRef package)>;

// A source file and the package that it is a part of.
struct FileScope {
  std::string package; // import path; "main" for the program
  const SourceFiles::File *file = nullptr;

  // What the file declares and imports, by name; of several the first.
  objfile::NameMap<const TypeDecl *> types;
  objfile::NameMap<const ConstDecl *> constants;
  objfile::NameMap<const ImportDecl *> named_imports; // that the file gives a name
  std::vector<const ImportDecl *> dot_imports;

  FileScope(llvm::StringRef import_path, const SourceFiles::File &source_file);
  const SourceFile &declarations() const { return file->declarations; }
};

// A declaration and the file that gives its names their meaning. Without a declaration if there is
// none.
template <typename Decl> struct Declared {
  const Decl *decl = nullptr;
  const FileScope *scope = nullptr;
};

class PackageScopes {
public:
  struct Package {
    std::string name;
    std::vector<const FileScope *> files;
    objfile::NameMap<std::vector<Declared<TypeDecl>>> types;
    objfile::NameMap<std::vector<Declared<ConstDecl>>> constants;
  };

  PackageScopes(llvm::ArrayRef<ProgramObject> objects, SourceFiles &sources,
                PackageFilesFn files_of, llvm::StringRef goroot);

  const FileScope &file(llvm::StringRef package, llvm::StringRef path);

  // All files of a package, read when first asked for: those that the go command names, otherwise
  // those in the directory of its functions or, if it has none, in the one that is likely from
  // where others of its module are.
  const Package &package(llvm::StringRef path);

  // What a declaration of the name could be. More than one: files of which a build takes one.
  llvm::Expected<Declared<TypeDecl>> find_type(llvm::StringRef package, llvm::StringRef name);
  llvm::Expected<Declared<ConstDecl>> find_constant(llvm::StringRef package, llvm::StringRef name);

  // What the go command calls the package; empty if it was not asked.
  std::string known_name(llvm::StringRef package) const { return files_of_(package).name; }

private:
  std::vector<std::string> find_files(llvm::StringRef path) const;
  std::string directory_of(llvm::StringRef path) const;
  std::string guess_directory(llvm::StringRef path) const;
  std::string module_path_of(llvm::StringRef directory) const;

  std::vector<ProgramObject> objects_;
  SourceFiles &sources_;
  PackageFilesFn files_of_;
  std::string goroot_;
  objfile::NameMap<std::unique_ptr<Package>> packages_;
  llvm::DenseMap<const SourceFiles::File *, std::unique_ptr<FileScope>> files_;
};

} // namespace wald::directives

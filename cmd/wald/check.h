// What `wald check` does: options, and the class that gathers programs and what rules find in them.
// Its parts by task: finished modules in check_modules.cc, packages in check_programs.cc, options
// and output in check.cc.
#pragma once

#include "directives/reports/report.h"
#include "directives/types/go_types.h"
#include "linker/command_line/export_options.h"
#include "objfile/support/name_map.h"
#include "objfile/support/problem.h"
#include "wald/check_contracts.h"
#include "wald/check_sources.h"
#include "wald/go_command.h"
#include "wald/package_archives.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace wald {

struct CheckOptions {
  directives::ReportFormat format = directives::ReportFormat::kText;
  directives::RuleSettings rules;
  ContractOptions contracts;
  ExportOptions exports;
  bool print = false, with_std = false;
  std::string importcfg;
  std::vector<std::string> go_words; // everything else
  std::optional<Problem> problem;
};

// What is linked together: a program, or a library that no other package here needs.
struct CheckedProgram {
  std::string name; // import path
  directives::Interface interface;
  std::vector<directives::ProgramObject> objects;
  bool is_library = false; // no program imports it here
  bool is_std = false;     // of Go's own
  bool is_module = false;  // a finished one
};

class Checker {
public:
  explicit Checker(const CheckOptions &options)
      : options_(options), contracts_(options.contracts) {}
  // The exit status.
  int run();

private:
  // The go command is asked where nothing else says it, for it takes longer than a small check.
  void set_goroot(std::string root);

  // -- Finished modules (check_modules.cc). Here and below false means that something could not be
  // read or checked, which has been said.
  // Whether a word is the file of a module. One that cannot be opened is, by its name.
  static bool is_module_file(llvm::StringRef word);
  bool add_modules();
  bool add_module(const std::string &file);
  static bool is_export_clash(const directives::Finding &finding);

  // -- Packages and programs (check_programs.cc)
  bool is_reactor() const { return go_flag_value(options_.go_words, "buildmode") == "c-shared"; }
  bool add_go_packages();
  // " [PKG.test]", which follows the paths of packages that are compiled for the tests of a package
  // of which this is one: the tests' program or a package in it.
  static std::string tests_of(llvm::StringRef path);
  // As the go command says it, in lines of its own; and what it does not say.
  void report_go_errors(const GoPackageList &list);
  bool imports_cgo(const std::string &file);
  bool add_import_config();
  bool add_program(llvm::StringRef path, llvm::StringRef archive,
                   llvm::function_ref<std::string(llvm::StringRef)> file_of,
                   objfile::NameSet &covered);
  // The types of a package's directives are the same in every program. Those of Go's own packages
  // take longer to read than everything else, and nothing is wrong with them: they are read if
  // they are to be printed, or where a message may name them beside another import of the function.
  void add_directives(CheckedProgram &program, llvm::ArrayRef<const LoadedPackage *> packages);
  static bool is_std(const LoadedPackage &package) { return package.objects.front().is_std(); }
  directives::PackageFiles files_of(const CheckedProgram &program, llvm::StringRef package) const;
  void check_mode(const CheckedProgram &program);
  bool needs_linked_imports() const;
  // Go's own packages declare all of WASI; what hosts have to offer is what a link leaves of it.
  void mark_unlinked(CheckedProgram &program, const LoadedPackage &root,
                     llvm::ArrayRef<const LoadedPackage *> packages);
  bool apply_exports(CheckedProgram &program);
  // Those of std packages begin with $GOROOT and are left out. Files without a function are not in
  // the object.
  static std::vector<std::string> source_files(const objfile::Object &object);
  // What does not compile has no object.
  void check_failed_packages(const GoPackageList &list);
  static bool fail(llvm::Error error);
  void check_directives(const CheckedProgram &program);
  void check_functions(const CheckedProgram &program);

  // -- What came of it (check.cc)
  bool check_contracts();
  static std::string directory();
  bool print() const;
  int report();

  const CheckOptions &options_;
  std::string goroot_;
  PackageArchives archives_;
  objfile::NameMap<directives::PackageFiles> go_files_; // by import path
  objfile::NameSet other_modules_;                      // their packages
  directives::SourceFiles sources_;
  std::shared_ptr<directives::GoTypeStore> types_ = std::make_shared<directives::GoTypeStore>();
  llvm::DenseMap<const LoadedPackage *, std::vector<directives::Directive>> with_types_;
  ContractChecker contracts_;
  std::vector<CheckedProgram> programs_;
  llvm::DenseSet<const objfile::Object *> measured_; // programs share most of their packages
  directives::FindingList findings_;
  SourceChecker source_checker_{sources_, findings_};
};

} // namespace wald

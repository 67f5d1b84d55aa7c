// wald check: what the rules say about the directives of packages, without a link.
#include "directives/contracts/interface_json.h"
#include "directives/reports/print_interface.h"
#include "directives/reports/report.h"
#include "directives/types/go_types.h"
#include "linker/command_line/option_help.h"
#include "linker/command_line/options.h"
#include "linker/link.h"
#include "objfile/importcfg.h"
#include "objfile/support/name_map.h"
#include "objfile/support/printable.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "wald/check_contracts.h"
#include "wald/check_exports.h"
#include "wald/check_sources.h"
#include "wald/commands.h"
#include "wald/go_command.h"
#include "wald/go_overlay.h"
#include "wald/go_packages.h"
#include "wald/package_archives.h"
#include "wasm/body_facts.h"
#include "wasm/module_reader.h"
#include "wasm/validate.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace {

// An import as one string.
std::string import_key(llvm::StringRef module, llvm::StringRef name) {
  std::string key = module.str();
  key += '\0';
  key += name;
  return key;
}

using Words = std::vector<std::string>;

constexpr int kFoundStatus = 1;
constexpr int kFailedStatus = 2;

struct CheckOptions {
  directives::ReportFormat format = directives::ReportFormat::kText;
  directives::RuleSettings rules;
  ContractOptions contracts;
  ExportOptions exports;
  bool print = false, with_std = false;
  std::string importcfg;
  Words go_words; // everything else
  std::string error;
};

CheckOptions check_options(const CommandLine &line) {
  CheckOptions options;
  options.error = line.error;
  options.go_words = line.rest;
  options.print = line.options.has("print");
  options.with_std = line.options.has("std");
  options.importcfg = line.options.value("importcfg").str();
  // Another word would be an error of the command line.
  if (auto format = directives::find_report_format(line.options.value("format")))
    options.format = *format;
  for (const GivenOption &given : line.options.all()) {
    if (options.error.empty())
      options.error = apply_interface_option(given, options.exports, options.rules);
    if (options.error.empty())
      options.error = apply_contract_option(given, options.contracts);
  }
  return options;
}

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

  int run() {
    if (!contracts_.load())
      return kFailedStatus;
    auto access = directives::overlaid_disk(overlay_of_command(options_.go_words));
    if (!access)
      return fail(access.takeError()), kFailedStatus;
    sources_ = directives::SourceFiles(std::move(*access));
    bool is_complete = !options_.importcfg.empty()                       ? add_import_config()
                       : llvm::any_of(options_.go_words, is_module_file) ? add_modules()
                                                                         : add_go_packages();
    if (!is_complete && programs_.empty() && findings_.empty())
      return kFailedStatus;
    if (options_.print)
      return print() && is_complete ? 0 : kFailedStatus;
    // What could not be read may be what a contract wants.
    if (is_complete && !options_.contracts.empty())
      is_complete = check_contracts();
    int status = report();
    return is_complete ? status : kFailedStatus;
  }

private:
  // The go command is asked where nothing else says it, for it takes longer than a small check.
  void set_goroot(std::string root) {
    if (root.empty())
      root = environment_value("GOROOT");
    std::string go = root.empty() ? find_in_path("go") : "";
    if (!go.empty())
      if (std::optional<std::string> answer = output_of_program({go, "env", "GOROOT"}))
        root = StringRef(*answer).rtrim().str();
    goroot_ = root;
    archives_.set_goroot(root);
  }

  // Whether a word is the file of a module. One that cannot be opened is, by its name.
  static bool is_module_file(StringRef word) {
    if (word.starts_with("-") || fs::is_directory(word))
      return false;
    llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(word.str());
    if (file && file->front().take_front(4).equals({0, 'a', 's', 'm'}))
      return true;
    llvm::consumeError(file.takeError());
    return word.ends_with(".wasm");
  }

  bool add_modules() {
    for (const std::string &word : options_.go_words)
      if (!is_module_file(word)) {
        std::string module = *llvm::find_if(options_.go_words, is_module_file);
        report_error(module + " is a module: " +
                     (StringRef(word).starts_with("-")
                          ? "leave out " + word + ", for it is linked already"
                          : "check packages, such as " + word + ", by a call of their own"));
        return false;
      }
    bool is_complete = true;
    for (const std::string &file : options_.go_words)
      is_complete &= add_module(file);
    return is_complete;
  }

  bool add_module(const std::string &file) {
    if (!options_.exports.empty()) {
      report_error("a module has its exports: leave out --export and --no-export");
      return false;
    }
    llvm::Expected<objfile::MappedFile> mapped = objfile::MappedFile::open(file);
    if (!mapped)
      return fail(mapped.takeError());
    wasm::Bytes bytes = mapped->bytes();
    llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
    if (!module) {
      report_error(file + ": " + llvm::toString(module.takeError()));
      return false;
    }
    llvm::Expected<directives::Interface> interface = directives::gather_module(*module);
    size_t num_before = findings_.size();
    if (interface) {
      CheckedProgram &program = programs_.emplace_back();
      program.name = file;
      program.is_module = true;
      program.interface = std::move(*interface);
      check_directives(program);
    }
    if (std::optional<Problem> problem = wasm::validate_module(bytes)) {
      // What a rule has explained is no second finding.
      bool is_explained = llvm::any_of(llvm::drop_begin(findings_, num_before), is_export_clash);
      if (!is_explained)
        findings_.push_back(directives::invalid_module(file, *problem));
      llvm::consumeError(interface.takeError()); // the same fault
    } else if (!interface) {
      report_error(file + ": " + llvm::toString(interface.takeError()));
      return false;
    }
    if (interface &&
        module->find_custom("go:buildid")) // other compilers' commands have exports, too
      directives::check_mode(programs_.back().interface, file, std::nullopt, findings_);
    if (auto bodies = wasm::measure_bodies(bytes))
      directives::check_module_limits(*module, *bodies, findings_);
    else
      llvm::consumeError(bodies.takeError()); // not valid, as said
    return true;
  }

  static bool is_export_clash(const directives::Finding &finding) {
    return finding.rule == directives::find_rule("duplicate-export") ||
           finding.rule == directives::find_rule("reserved-export");
  }

  bool is_reactor() const { return go_flag_value(options_.go_words, "buildmode") == "c-shared"; }

  // False if something could not be read, after saying so.
  bool add_go_packages() {
    if (!set_wasm_target())
      return false;
    std::string go = find_in_path("go");
    if (go.empty()) {
      report_error("no go command in PATH\n>>> install Go 1.24 or later");
      return false;
    }
    llvm::Expected<GoPackageList> list = list_go_packages(go, options_.go_words);
    if (!list)
      return fail(list.takeError());
    set_goroot(list->goroot);
    if (!list->errors.empty())
      report_go_errors(*list);
    bool is_complete = list->errors.empty();
    objfile::NameMap<std::string> archives;
    for (const GoPackage &package : list->packages) {
      archives[package.path] = package.archive;
      go_files_[package.path] = {package.name, package.go_files};
      if (!package.is_own)
        other_modules_.insert(package.path);
    }
    for (const GoPackage &package : list->packages)
      if (!package.is_standard && !options_.print) {
        source_checker_.check_files(path_in_symbols(package), package.go_files);
        source_checker_.check_left_out(package);
      }
    if (!options_.print)
      check_failed_packages(*list);
    if (llvm::none_of(list->packages, [](const GoPackage &package) { return package.is_named; })) {
      report_error("no packages to check\n>>> name a package, or go to the directory of a module");
      return false;
    }
    // Importers come after what they import, so from the end no library is seen before its users.
    objfile::NameSet covered;
    for (const GoPackage &package : llvm::reverse(list->packages)) {
      if (!package.is_named || package.archive.empty() || covered.contains(package.archive))
        continue;
      std::string tests = tests_of(package.path);
      auto file_of = [&](StringRef path) {
        std::string variant = archives.lookup((path + tests).str());
        return variant.empty() ? archives.lookup(path) : variant;
      };
      is_complete &= add_program(package.path, package.archive, file_of, covered);
    }
    std::reverse(programs_.begin(), programs_.end());
    return is_complete;
  }

  // " [PKG.test]", which follows the paths of packages that are compiled for the tests of a package
  // of which this is one: the tests' program or a package in it.
  static std::string tests_of(StringRef path) {
    StringRef tests = path.split(" [").second;
    if (!tests.empty())
      return (" [" + tests).str();
    return path.ends_with(".test") ? (" [" + path + "]").str() : "";
  }

  // As the go command says it, in lines of its own; and what it does not say.
  void report_go_errors(const GoPackageList &list) {
    for (const std::string &error : list.errors) {
      llvm::errs() << "wald: error: " << error << '\n';
      if (StringRef(error).contains("missing function body"))
        llvm::errs() << ">>> is a //go:wasmimport MODULE NAME missing in front of the function?\n";
      if (StringRef(error).starts_with("# runtime/cgo"))
        llvm::errs() << ">>> there is no cgo for WebAssembly: unset CGO_ENABLED\n";
    }
    for (const GoPackage &package : list.packages)
      for (const std::string &file : package.left_out)
        if (!package.is_standard && imports_cgo(file)) {
          report_note("package " + wasm::printable(package.path) + ": " + wasm::printable(file) +
                      " is left out, for it has import \"C\": there is no cgo for WebAssembly" +
                      (package.go_files.empty() ? "\n>>> the package has no other files" : ""));
          break;
        }
  }

  bool imports_cgo(const std::string &file) {
    return llvm::any_of(sources_.get(file).declarations.imports,
                        [](const directives::ImportDecl &import) { return import.path == "C"; });
  }

  bool add_import_config() {
    Words words = options_.go_words;
    llvm::erase_if(words, [](StringRef word) { return word.starts_with("-"); });
    if (words.size() != 1) {
      report_error("--importcfg wants one archive: the main package's");
      return false;
    }
    auto text = read_disk_file(options_.importcfg);
    if (!text) {
      report_error("cannot open " + options_.importcfg + ": " + text.getError().message());
      return false;
    }
    auto config = objfile::parse_import_config((*text)->getBuffer(), options_.importcfg);
    if (!config)
      return fail(config.takeError());
    set_goroot("");
    objfile::NameMap<std::string> archives;
    for (const auto &[path, file] : config->package_files)
      archives[path] = file;
    objfile::NameSet covered;
    std::string missing;
    auto file_of = [&](StringRef path) {
      std::string file = archives.lookup(path);
      if (file.empty() && missing.empty())
        missing = path.str();
      return file;
    };
    if (!add_program("main", words[0], file_of, covered))
      return false;
    if (!missing.empty()) {
      report_error("cannot find package " + wasm::printable(missing) +
                   "\n>>> there is no packagefile line for it in " + options_.importcfg);
      return false;
    }
    for (const directives::ProgramObject &object : programs_.back().objects)
      source_checker_.check_files(object.package, source_files(*object.object));
    return true;
  }

  bool add_program(StringRef path, StringRef archive,
                   llvm::function_ref<std::string(StringRef)> file_of, objfile::NameSet &covered) {
    llvm::Expected<const LoadedPackage *> root = archives_.load(path, archive);
    if (!root)
      return fail(root.takeError());
    auto closure = archives_.load_closure(**root, file_of);
    if (!closure)
      return fail(closure.takeError());
    CheckedProgram &program = programs_.emplace_back();
    program.name = path.str();
    program.interface.goos = archives_.goos();
    program.interface.is_reactor = is_reactor();
    program.interface.types = types_;
    program.is_library = !(*root)->is_main;
    program.is_std = is_std(**root);
    for (const LoadedPackage *package : *closure) {
      covered.insert(package->file);
      for (const objfile::Object &object : package->objects)
        program.objects.push_back({package->path, &object});
    }
    add_directives(program, *closure);
    if (!program.is_library && !options_.exports.empty() && !apply_exports(program))
      return false;
    if (needs_linked_imports())
      mark_unlinked(program, **root, *closure);
    check_directives(program);
    if (!program.is_library && !path.ends_with(".test"))
      check_mode(program);
    check_functions(program);
    return true;
  }

  // The types of a package's directives are the same in every program. Those of Go's own packages
  // take longer to read than everything else, and nothing is wrong with them: they are read if
  // they are to be printed, or where a message may name them beside another import of the function.
  void add_directives(CheckedProgram &program, llvm::ArrayRef<const LoadedPackage *> packages) {
    auto key_of = [](const directives::Directive &directive) {
      return directive.module + '\0' + directive.name;
    };
    objfile::NameSet others;
    for (const LoadedPackage *package : packages)
      for (const directives::Directive &directive : package->directives)
        if (!is_std(*package))
          others.insert(key_of(directive));
    bool shows_all = options_.print || options_.contracts.update;
    auto files = [&](StringRef package) { return files_of(program, package); };
    directives::TypeResolver resolver(program.objects, sources_, files, goroot_, *types_);
    for (const LoadedPackage *package : packages) {
      std::vector<directives::Directive> &directives =
          with_types_.try_emplace(package, package->directives).first->second;
      for (directives::Directive &directive : directives) {
        directive.is_third_party = other_modules_.contains(package->path);
        if (shows_all || !is_std(*package) || others.contains(key_of(directive)))
          if (!directive.has_go_types && directive.why_no_go_types.empty())
            resolver.resolve(directive);
      }
      llvm::append_range(program.interface.directives, directives);
    }
  }

  static bool is_std(const LoadedPackage &package) { return package.objects.front().is_std(); }

  directives::PackageFiles files_of(const CheckedProgram &program, StringRef package) const {
    StringRef path = package == "main" ? StringRef(program.name) : package;
    auto variant = go_files_.find((path + tests_of(program.name)).str());
    return variant != go_files_.end() ? variant->second : go_files_.lookup(path);
  }

  void check_mode(const CheckedProgram &program) {
    std::vector<std::string> files = files_of(program, "main").files;
    if (files.empty())
      for (const directives::ProgramObject &object : program.objects)
        if (object.package == "main")
          llvm::append_range(files, source_files(*object.object));
    directives::check_mode(program.interface, program.name, source_checker_.main_function(files),
                           findings_);
  }

  bool needs_linked_imports() const {
    return !options_.contracts.empty() ||
           (options_.print && options_.format == directives::ReportFormat::kJson);
  }

  // Go's own packages declare all of WASI; what hosts have to offer is what a link leaves of it.
  void mark_unlinked(CheckedProgram &program, const LoadedPackage &root,
                     llvm::ArrayRef<const LoadedPackage *> packages) {
    std::optional<objfile::NameSet> linked;
    if (!program.is_library) {
      LinkOptions link;
      link.main_archive = root.file;
      link.have_importcfg = true;
      for (const LoadedPackage *package : packages)
        if (package != &root)
          link.package_files.push_back({package->path, package->file});
      link.build_mode = is_reactor() ? BuildMode::kCShared : BuildMode::kExe;
      link.check_linkname = false;
      link.goroot = goroot_;
      link.goos = program.interface.goos;
      link.goarch = "wasm";
      link.goexperiment = environment_value("GOEXPERIMENT");
      link.exports = options_.exports;
      if (auto imports = imports_of_link(link)) {
        linked.emplace();
        for (const auto &[module, name] : *imports)
          linked->insert(import_key(module, name));
      }
    }
    for (directives::Directive &directive : program.interface.directives)
      if (directive.kind == directives::DirectiveKind::kImport &&
          directives::is_system_module(directive.module))
        directive.is_unlinked =
            linked ? !linked->contains(import_key(directive.module, directive.name))
                   : directive.is_std && !options_.print;
  }

  bool apply_exports(CheckedProgram &program) {
    directives::TypeResolver resolver(
        program.objects, sources_, [&](StringRef package) { return files_of(program, package); },
        goroot_, *types_);
    llvm::Error error = apply_export_options(options_.exports, program.objects, resolver, goroot_,
                                             program.interface);
    return error ? fail(std::move(error)) : true;
  }

  bool check_contracts() {
    if (programs_.empty())
      return true; // an invalid module, as was found
    std::vector<directives::CheckedInterface> programs;
    programs.reserve(programs_.size());
    std::vector<directives::DroppedExport> dropped = source_checker_.dropped_exports();
    for (const CheckedProgram &program : programs_)
      programs.push_back(
          {program.name, &program.interface, program.is_library, program.is_module, dropped});
    return contracts_.check(programs, findings_);
  }

  // Those of std packages begin with $GOROOT and are left out. Files without a function are not in
  // the object.
  static Words source_files(const objfile::Object &object) {
    Words files;
    for (uint32_t i = 0; i < object.num_files(); i++) {
      StringRef file = object.file(i);
      file.consume_front("gofile..");
      if (file.ends_with(".go") && !file.starts_with("$GOROOT"))
        files.push_back(file.str());
    }
    return files;
  }

  // What does not compile has no object.
  void check_failed_packages(const GoPackageList &list) {
    for (const GoPackage &package : list.packages) {
      if (!package.archive.empty() || package.is_standard)
        continue;
      auto files_of = [&](StringRef wanted) {
        return go_files_.lookup(wanted == "main" ? StringRef(package.path) : wanted);
      };
      directives::TypeResolver resolver({}, sources_, files_of, goroot_, *types_);
      source_checker_.check_uncompiled(package, resolver);
    }
  }

  static bool fail(llvm::Error error) {
    report_error(llvm::toString(std::move(error)));
    return false;
  }

  void check_directives(const CheckedProgram &program) {
    directives::check_exports(program.interface, findings_);
    directives::check_imports(program.interface, findings_);
    directives::check_export_symbols(program.interface, program.objects, findings_);
    directives::check_import_bodies(program.interface, program.objects, findings_);
    directives::check_signature_limits(program.interface, findings_);
    directives::check_types(program.interface, findings_);
    if (!program.objects.empty()) // the records of modules are others
      for (const directives::Directive &directive : program.interface.directives)
        if (!directive.is_chosen) // those of --export may have several results
          directives::check_signature(directive, program.objects.front().object->version(),
                                      findings_);
  }

  void check_functions(const CheckedProgram &program) {
    for (const directives::ProgramObject &object : program.objects)
      if (measured_.insert(object.object).second)
        directives::check_function_limits(object, goroot_, findings_);
  }

  static std::string directory() {
    llvm::SmallString<128> path;
    return fs::current_path(path) ? "" : path.str().str();
  }

  bool print() const {
    if (options_.format == directives::ReportFormat::kText) {
      for (const CheckedProgram &program : programs_)
        directives::print_interface(llvm::outs(), program.interface, program.name, directory(),
                                    options_.with_std || program.is_std);
      return true;
    }
    if (options_.format != directives::ReportFormat::kJson) {
      report_error("--print has the formats text and json");
      return false;
    }
    llvm::json::OStream json(llvm::outs(), 2);
    json.array([&] {
      for (const CheckedProgram &program : programs_)
        directives::write_interface(json, program.interface, program.name, directory());
    });
    llvm::outs() << '\n';
    return true;
  }

  int report() {
    directives::apply_settings(findings_, options_.rules, /*is_link=*/false);
    directives::sort_findings(findings_);
    directives::write_report(llvm::outs(), findings_, options_.rules, options_.format, directory());
    llvm::outs().flush();
    bool is_found = llvm::any_of(findings_, [&](const directives::Finding &finding) {
      return effective_severity(finding, options_.rules) != directives::Severity::kNote;
    });
    return is_found ? kFoundStatus : 0;
  }

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

int print_rules() {
  for (const directives::Rule &rule : directives::all_rules())
    llvm::outs() << rule.id << " (" << directives::severity_name(rule.severity)
                 << (rule.scope == directives::RuleScope::kEveryLink ? ", in every link)\n" : ")\n")
                 << "  " << rule.summary << "\n  go build: " << rule.reference << '\n';
  return 0;
}

} // namespace

int run_check(Args args) {
  CommandLine line = parse_command_line(command_of(kCmdCheck), args);
  CheckOptions options = check_options(line);
  if (!options.error.empty()) {
    report_error(options.error);
    return kFailedStatus;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command_of(kCmdCheck));
    return 0;
  }
  if (options.print && !options.contracts.empty()) {
    report_error("--print compares nothing: leave out --host, --guest, --baseline and --update");
    return kFailedStatus;
  }
  if (line.options.has("rules"))
    return print_rules();
  return Checker(options).run();
}

} // namespace wald

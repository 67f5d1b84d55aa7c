// wald check PACKAGES: which objects belong together as a program, and what its directives are.
#include "directives/rules/rules.h"
#include "linker/command_line/options.h"
#include "linker/link.h"
#include "objfile/importcfg.h"
#include "objfile/system/process.h"
#include "wald/check.h"
#include "wald/check_exports.h"
#include "wald/go_packages.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

using llvm::StringRef;

namespace {

// An import as one string.
std::string import_key(llvm::StringRef module, llvm::StringRef name) {
  std::string key = module.str();
  key += '\0';
  key += name;
  return key;
}

using Words = std::vector<std::string>;

} // namespace

void Checker::set_goroot(std::string root) {
  if (root.empty())
    root = environment_value("GOROOT");
  std::string go = root.empty() ? find_in_path("go") : "";
  if (!go.empty())
    if (std::optional<std::string> answer = output_of_program({go, "env", "GOROOT"}))
      root = StringRef(*answer).rtrim().str();
  goroot_ = root;
  archives_.set_goroot(root);
}

bool Checker::add_go_packages() {
  if (!set_wasm_target())
    return false;
  std::string go = find_in_path("go");
  if (go.empty()) {
    report_error("no go command in PATH", {"install Go 1.24 or later"});
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
    report_error("no packages to check", {"name a package, or go to the directory of a module"});
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

std::string Checker::tests_of(StringRef path) {
  StringRef tests = path.split(" [").second;
  if (!tests.empty())
    return (" [" + tests).str();
  return path.ends_with(".test") ? (" [" + path + "]").str() : "";
}

void Checker::report_go_errors(const GoPackageList &list) {
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
        std::vector<std::string> notes;
        if (package.go_files.empty())
          notes.push_back("the package has no other files");
        report_note("package " + package.path + ": " + file +
                        " is left out, for it has import \"C\": there is no cgo for WebAssembly",
                    notes);
        break;
      }
}

bool Checker::imports_cgo(const std::string &file) {
  return llvm::any_of(sources_.get(file).declarations.imports,
                      [](const directives::ImportDecl &import) { return import.path == "C"; });
}

bool Checker::add_import_config() {
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
    report_error("cannot find package " + missing,
                 {"there is no packagefile line for it in " + options_.importcfg});
    return false;
  }
  for (const directives::ProgramObject &object : programs_.back().objects)
    source_checker_.check_files(object.package, source_files(*object.object));
  return true;
}

bool Checker::add_program(StringRef path, StringRef archive,
                          llvm::function_ref<std::string(StringRef)> file_of,
                          objfile::NameSet &covered) {
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

void Checker::add_directives(CheckedProgram &program,
                             llvm::ArrayRef<const LoadedPackage *> packages) {
  auto key_of = [](const directives::Directive &directive) {
    return import_key(directive.module, directive.name);
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

directives::PackageFiles Checker::files_of(const CheckedProgram &program, StringRef package) const {
  StringRef path = package == "main" ? StringRef(program.name) : package;
  auto variant = go_files_.find((path + tests_of(program.name)).str());
  return variant != go_files_.end() ? variant->second : go_files_.lookup(path);
}

void Checker::check_mode(const CheckedProgram &program) {
  std::vector<std::string> files = files_of(program, "main").files;
  if (files.empty())
    for (const directives::ProgramObject &object : program.objects)
      if (object.package == "main")
        llvm::append_range(files, source_files(*object.object));
  directives::check_mode(program.interface, program.name, source_checker_.main_function(files),
                         findings_);
}

bool Checker::needs_linked_imports() const {
  return !options_.contracts.empty() ||
         (options_.print && options_.format == directives::ReportFormat::kJson);
}

void Checker::mark_unlinked(CheckedProgram &program, const LoadedPackage &root,
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
      directive.is_unlinked = linked
                                  ? !linked->contains(import_key(directive.module, directive.name))
                                  : directive.is_std && !options_.print;
}

bool Checker::apply_exports(CheckedProgram &program) {
  directives::TypeResolver resolver(
      program.objects, sources_, [&](StringRef package) { return files_of(program, package); },
      goroot_, *types_);
  llvm::Error error =
      apply_export_options(options_.exports, program.objects, resolver, goroot_, program.interface);
  return error ? fail(std::move(error)) : true;
}

Words Checker::source_files(const objfile::Object &object) {
  Words files;
  for (uint32_t i = 0; i < object.num_files(); i++) {
    StringRef file = object.file(i);
    file.consume_front("gofile..");
    if (file.ends_with(".go") && !file.starts_with("$GOROOT"))
      files.push_back(file.str());
  }
  return files;
}

void Checker::check_failed_packages(const GoPackageList &list) {
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

void Checker::check_directives(const CheckedProgram &program) {
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

void Checker::check_functions(const CheckedProgram &program) {
  for (const directives::ProgramObject &object : program.objects)
    if (measured_.insert(object.object).second)
      directives::check_function_limits(object, goroot_, findings_);
}

} // namespace wald

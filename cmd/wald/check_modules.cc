// wald check FILE.wasm: the rules for finished modules.
#include "directives/gather.h"
#include "directives/rules/rules.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/process.h"
#include "wald/check.h"
#include "wasm/body_facts.h"
#include "wasm/module_reader.h"
#include "wasm/validate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

namespace wald {

using llvm::StringRef;
namespace fs = llvm::sys::fs;

bool Checker::is_module_file(StringRef word) {
  if (word.starts_with("-") || fs::is_directory(word))
    return false;
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(word.str());
  if (file && file->front().take_front(4).equals({0, 'a', 's', 'm'}))
    return true;
  llvm::consumeError(file.takeError());
  return word.ends_with(".wasm");
}

bool Checker::add_modules() {
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

bool Checker::add_module(const std::string &file) {
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
    report_error(module.takeError(), file);
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
    report_error(interface.takeError(), file);
    return false;
  }
  if (interface && module->find_custom("go:buildid")) // other compilers' commands have exports, too
    directives::check_mode(programs_.back().interface, file, std::nullopt, findings_);
  if (auto bodies = wasm::measure_bodies(bytes))
    directives::check_module_limits(*module, *bodies, findings_);
  else
    llvm::consumeError(bodies.takeError()); // not valid, as said
  return true;
}

bool Checker::is_export_clash(const directives::Finding &finding) {
  return finding.rule == directives::find_rule("duplicate-export") ||
         finding.rule == directives::find_rule("reserved-export");
}

} // namespace wald

// Finished modules, host modules as text, and the records of go:wasmimport and go:wasmexport.
#include "targets.h"

#include "directives/signature.h"
#include "wasm/externs.h"
#include "wasm/module_diff.h"
#include "wasm/module_reader.h"
#include "wasm/validate.h"

namespace wald::fuzz {

using objfile::Bytes;

void fuzz_module(Bytes input) {
  llvm::Expected<wasm::Module> module = wasm::read_module(input);
  if (!module) {
    llvm::consumeError(module.takeError());
    return;
  }
  for (uint32_t i = 0; i < module->names.size() + 2; i++) {
    (void)module->function_name(i);
    (void)module->function_type(i);
  }
  if (llvm::Expected<wasm::Externs> externs = wasm::externs_of(*module); !externs)
    llvm::consumeError(externs.takeError());
}

void fuzz_wat(Bytes input) {
  if (auto externs = wasm::read_text_externs(objfile::to_string(input)); !externs)
    llvm::consumeError(externs.takeError());
}

void fuzz_validate(Bytes input) {
  (void)wasm::validate_module(input);
}

void fuzz_directive(Bytes input) {
  for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++) {
    const objfile::GoVersion &version = *objfile::find_go_version(minor);
    if (auto record = directives::decode_wasm_import(input, version))
      (void)directives::signature_text(record->signature);
    else
      llvm::consumeError(record.takeError());
    if (auto signature = directives::decode_wasm_type(input, version))
      (void)directives::signature_text(*signature);
    else
      llvm::consumeError(signature.takeError());
  }
}

} // namespace wald::fuzz

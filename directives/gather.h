// The interface of a program at wasm level, from the records that the compiler left in its objects.
// A link asks for the directives that it needs one by one, `wald check` for all of a package.
#pragma once

#include "directives/interface.h"
#include "objfile/goobj.h"
#include "wasm/externs.h"
#include "wasm/module_reader.h"

#include "llvm/Support/Error.h"

namespace wald::directives {

// An object and the package that it is a part of.
struct ProgramObject {
  llvm::StringRef package; // import path; "main" for the program
  const objfile::Object *object = nullptr;
};

// The import that function `local` of the object declares: one with an entry of kind kWasmImport.
// Errors say what is broken; the caller knows the object. `goroot` expands $GOROOT in file names.
llvm::Expected<Directive> read_import(const ProgramObject &from, uint32_t local,
                                      llvm::StringRef goroot);

// The export whose wrapper is symbol `local`: one with the wasmexport flag. Function and position
// are those of the Go function that the wrapper calls.
llvm::Expected<Directive> read_export(const ProgramObject &from, uint32_t local,
                                      llvm::StringRef goroot);

// Appends the imports and exports of an object, in the object's order, reachable or not. Stops at
// the first broken one.
llvm::Error gather_directives(const ProgramObject &from, llvm::StringRef goroot,
                              std::vector<Directive> &to);

// What a finished module imports and exports, functions only, without what the linker exports
// itself. There are no positions and packages; function names are those of the module's "name"
// section. Fails where wasm::externs_of does.
llvm::Expected<Interface> gather_module(const wasm::Module &module);

// The functions among imports and exports in their order, those that the linker exports itself,
// too. goos is empty where nothing tells it.
Interface gather_externs(const wasm::Externs &externs);

// Where function `local` is declared; without a line if the object does not tell.
SourcePosition function_position(const objfile::Object &object, uint32_t local,
                                 llvm::StringRef goroot);

} // namespace wald::directives

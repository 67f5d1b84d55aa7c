// What the files of wald dump share. The text is stable: one fact a line, the line's kind as its
// first word, so that tests and grep find it; names stand as they are, only control characters are
// escaped.
#pragma once

#include "objfile/goobj.h"
#include "objfile/support/printable.h"
#include "wasm/module_reader.h"

#include "llvm/Support/raw_ostream.h"

namespace wald::dump {

struct Options {
  // What to print. Without any of them a view of the file that is fit for reading.
  bool header = false;
  bool files = false;      // of an object
  bool symbols = false;    // of an object
  bool relocs = false;     // of an object
  bool aux = false;        // of an object, with decoded function info
  bool directives = false; // of an object: go:wasmimport, go:wasmexport
  bool sections = false;   // of a module, as all below
  bool types = false;
  bool imports = false;
  bool exports = false;
  bool functions = false;
  bool elements = false;
  bool data = false; // contents of symbols or segments
  bool go = false;   // of a Go module: the runtime's tables, and no other part
  // Only this symbol or function, with all there is about it.
  llvm::StringRef only;
  bool full_hex = false; // contents without a limit

  bool has_any_part() const {
    return header || files || symbols || relocs || aux || directives || sections || types ||
           imports || exports || functions || elements || data;
  }
  void select_all() {
    header = files = symbols = relocs = aux = directives = sections = types = imports = exports =
        functions = elements = data = true;
  }
};

using wasm::printable;

// "text" with quotes, for what may hold blanks.
std::string quoted(llvm::StringRef text);

// Lines of 16 bytes: the prefix, the offset, the bytes. Zero: no limit.
void print_hex_lines(llvm::raw_ostream &out, const llvm::Twine &prefix,
                     llvm::ArrayRef<uint8_t> bytes, uint64_t limit);

// False if options.only names nothing in the file.
bool print_object(llvm::raw_ostream &out, const objfile::Object &object, const Options &options);
bool print_module(llvm::raw_ostream &out, const wasm::Module &module, const Options &options);
// Fails for a module that no Go linker could have made.
llvm::Error print_go_module(llvm::raw_ostream &out, const wasm::Module &module,
                            const Options &options);

} // namespace wald::dump

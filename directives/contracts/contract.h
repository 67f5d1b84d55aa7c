// Contracts between a host and its guests, and baselines: an older interface of the same program.
// All of them are brought into one form, what the guest looks like. Files are not trusted.
#pragma once

#include "directives/interface.h"
#include "wasm/externs.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <vector>

namespace wald::directives {

// Whose imports and exports a file describes.
enum class ContractSide : uint8_t { kHost, kGuest };

struct Contract {
  // A memory, table or global that the guest must export.
  struct OtherExport {
    std::string name;
    wasm::ExternKind kind = wasm::ExternKind::kMemory;
    uint32_t line = 0;
  };

  std::string file;            // as it is named in messages
  std::string module;          // by which guests import what a host offers; empty for a guest's
  std::string program;         // whose interface it is, where a JSON text says so
  Interface guest;             // functions that it may import and must export; goos may be empty
  std::vector<uint32_t> lines; // in the file, of the guest's directives, from 1; 0: not known
  std::vector<OtherExport> others;
  bool is_module = false; // text or binary: it has the imports that were called, and no Go types
};

// Whether an import from the module is the runtime's business and no contract's: WASI and gojs.
bool is_system_module(llvm::StringRef module);

// The other side of an interface: imports become exports, and exports imports from `module`. Only
// imports from `from` are taken; if it is empty, those of all modules but the system's.
Interface other_side(const Interface &interface, llvm::StringRef from, llvm::StringRef module);

// What the linker exports itself, beside the memory (objfile/entry_points.h).
struct EntryPoint {
  llvm::StringRef name;
  Signature signature;
};

// Those of a program for this GOOS, a reactor or a command.
std::vector<EntryPoint> entry_points(const Interface &interface);
llvm::StringRef memory_name(const Interface &interface);

// Appends the entry points, each once, as exports.
void add_entry_points(Interface &interface);

// Reads a module in binary or text format or an interface in JSON, which is told by the content. A
// JSON text may have several. What a host exports, guests import from `module`. Errors begin with
// the file's name, and the line where that is known.
llvm::Expected<std::vector<Contract>> read_contracts(llvm::StringRef file, llvm::StringRef bytes,
                                                     ContractSide side, llvm::StringRef module);

// The interface as a module in the text format: functions that do nothing under the right names,
// each name once. Functions of the system's modules are left out unless asked for.
void write_wat(llvm::raw_ostream &out, const Interface &interface, bool with_system = false);

} // namespace wald::directives

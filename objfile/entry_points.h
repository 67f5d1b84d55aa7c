// How hosts get into a Go module: what every module exports by itself, by what it is
// (ref: writeExportSec in cmd/link/internal/wasm/asm.go, lib/wasm/wasm_exec.js).
#pragma once

#include "objfile/known_symbols.h"

#include "llvm/ADT/ArrayRef.h"

namespace wald::objfile {

// A command runs main and ends, a reactor waits for calls of its exports; both are of GOOS=wasip1.
// A module of GOOS=js is started by Go's JavaScript.
enum class ModuleKind : uint8_t { kCommand, kReactor, kJs };

struct EntryPoint {
  llvm::StringLiteral name; // of the export
  KnownSymbol symbol;
  uint8_t num_params, num_results; // of type i32 all of them
};

inline constexpr llvm::StringLiteral kCommandExport = "_start", kReactorExport = "_initialize";

inline llvm::ArrayRef<EntryPoint> entry_points(ModuleKind kind) {
  static constexpr EntryPoint kCommand[] = {{kCommandExport, KnownSymbol::kStartCommand, 0, 0}};
  static constexpr EntryPoint kReactor[] = {{kReactorExport, KnownSymbol::kStartReactor, 0, 0}};
  static constexpr EntryPoint kJs[] = {{"run", KnownSymbol::kExportRun, 2, 0},
                                       {"resume", KnownSymbol::kExportResume, 0, 0},
                                       {"getsp", KnownSymbol::kExportGetSp, 0, 1}};
  switch (kind) {
  case ModuleKind::kCommand:
    return kCommand;
  case ModuleKind::kReactor:
    return kReactor;
  case ModuleKind::kJs:
    break;
  }
  return kJs;
}

// What is live from the start, unless -E names another function.
inline KnownSymbol start_symbol(ModuleKind kind) {
  return kind == ModuleKind::kJs ? KnownSymbol::kStartJs : entry_points(kind).front().symbol;
}

// The name under which the memory is exported.
inline llvm::StringRef memory_export(ModuleKind kind) {
  return kind == ModuleKind::kJs ? "mem" : "memory";
}

} // namespace wald::objfile

// The symbols that the linker knows by name, each once: what the runtime hands to it, and what it
// makes for the runtime (ref: cmd/link/internal/ld, runtime/symtab.go). Passes ask for them by
// number; a name in a string is for what users and objects say.
//
// A new one is a line here. Its number is its entry in the linker's name table, so finding it costs
// nothing.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace wald::objfile {

// What the linker has to do with the symbol.
enum class SymbolRole : uint8_t {
  kEntry,    // a function of the runtime from which hosts start
  kAskedFor, // defined by objects; a pass wants to know which it is
  kString,   // a string variable that the linker sets, as -X does
  kFilled,   // a variable, the build id: the linker gives the contents, an object perhaps the place
  kTable,    // made by the linker
  kBoundary, // marks where something begins or ends
  kGroupHead, // stands before all of a group of data symbols
};

// Whether a symbol of an object may have the name. An export gets a symbol of its name, too.
enum class Reserved : uint8_t { kNo, kYes, kInReactors };

// Columns: number, name, role, first and last 1.N whose linker has it (0: open), reserved.
// clang-format off
#define WALD_KNOWN_SYMBOLS(X) \
  X(kStartCommand,          "_rt0_wasm_wasip1",               kEntry,      0,  0, kNo) \
  X(kStartReactor,          "_rt0_wasm_wasip1_lib",           kEntry,      0,  0, kNo) \
  X(kStartJs,               "_rt0_wasm_js",                   kEntry,      0,  0, kNo) \
  X(kExportRun,             "wasm_export_run",                kEntry,      0,  0, kNo) \
  X(kExportResume,          "wasm_export_resume",             kEntry,      0,  0, kNo) \
  X(kExportGetSp,           "wasm_export_getsp",              kEntry,      0,  0, kNo) \
  /* In a cgo directive of the runtime. */ \
  X(kMain,                  "main",                           kAskedFor,   0,  0, kNo) \
  X(kMainInitTask,          "main..inittask",                 kAskedFor,   0,  0, kNo) \
  X(kRuntimeInitTask,       "runtime..inittask",              kAskedFor,   0,  0, kNo) \
  X(kUnreachableMethod,     "runtime.unreachableMethod",      kAskedFor,   0,  0, kNo) \
  /* What stands in the place of methods that are left out calls this, with a string. */ \
  X(kGoPanic,               "runtime.gopanic",                kAskedFor,   0,  0, kNo) \
  X(kStringType,            "type:string",                    kAskedFor,   0,  0, kNo) \
  X(kMapInitNoop,           "runtime.mapinitnoop",            kAskedFor,   0,  0, kNo) \
  X(kDeferReturn,           "runtime.deferreturn",            kAskedFor,   0,  0, kNo) \
  X(kMemProfileInternal,    "runtime.memProfileInternal",     kAskedFor,   0,  0, kNo) \
  X(kDisableMemProfiling,   "runtime.disableMemoryProfiling", kAskedFor,   0,  0, kNo) \
  X(kModuleDataType,        "type:runtime.moduledata",        kAskedFor,   0,  0, kNo) \
  X(kZeroBase,              "runtime.zerobase",               kAskedFor,   0,  0, kNo) \
  /* What the wrappers of exports call besides their function. */ \
  X(kNotInitialized,        "runtime.notInitialized",         kAskedFor,   0,  0, kNo) \
  X(kExportLoop,            "wasm_pc_f_loop_export",          kAskedFor,   0,  0, kNo) \
  X(kDefaultGoroot,         "runtime.defaultGOROOT",          kString,     0,  0, kNo) \
  X(kBuildVersion,          "runtime.buildVersion",           kString,     0,  0, kNo) \
  X(kModInfo,               "runtime.modinfo",                kString,     0,  0, kNo) \
  X(kIsLibrary,             "runtime.islibrary",              kFilled,     0,  0, kInReactors) \
  X(kTlsG,                  "runtime.tlsg",                   kFilled,     0,  0, kYes) \
  X(kFirstModuleData,       "runtime.firstmoduledata",        kFilled,     0,  0, kYes) \
  X(kLastModuleData,        "runtime.lastmoduledatap",        kFilled,     0,  0, kYes) \
  X(kRuntimeInitTasks,      "runtime.runtime_inittasks",      kFilled,     0,  0, kYes) \
  /* Of plugins, which wasm has none of; the reference looks for it all the same. */ \
  X(kPluginTabs,            "go:plugin.tabs",                 kFilled,     0,  0, kYes) \
  X(kBuildId,               "go:buildid",                     kFilled,     0,  0, kYes) \
  X(kBuildInfo,             "go:buildinfo",                   kTable,      0,  0, kYes) \
  X(kBuildInfoRef,          "go:buildinfo.ref",               kTable,      0,  0, kYes) \
  X(kPcHeader,              "runtime.pcheader",               kTable,      0,  0, kYes) \
  X(kFuncNameTab,           "runtime.funcnametab",            kTable,      0,  0, kYes) \
  X(kCuTab,                 "runtime.cutab",                  kTable,      0,  0, kYes) \
  X(kFileTab,               "runtime.filetab",                kTable,      0,  0, kYes) \
  X(kPcTab,                 "runtime.pctab",                  kTable,      0,  0, kYes) \
  X(kFuncTab,               "runtime.functab",                kTable,      0,  0, kYes) \
  X(kFindFuncTab,           "runtime.findfunctab",            kTable,      0,  0, kYes) \
  X(kTextSectionMap,        "runtime.textsectionmap",         kTable,      0,  0, kYes) \
  X(kTypeLink,              "runtime.typelink",               kTable,      0, 26, kYes) \
  X(kItabLink,              "runtime.itablink",               kTable,      0, 26, kYes) \
  X(kSymtab,                "runtime.symtab",                 kTable,      0, 25, kYes) \
  X(kGcData,                "runtime.gcdata",                 kTable,      0,  0, kYes) \
  X(kGcBss,                 "runtime.gcbss",                  kTable,      0,  0, kYes) \
  X(kText,                  "runtime.text",                   kBoundary,   0,  0, kYes) \
  X(kEText,                 "runtime.etext",                  kBoundary,   0,  0, kYes) \
  X(kRodata,                "runtime.rodata",                 kBoundary,   0,  0, kYes) \
  X(kERodata,               "runtime.erodata",                kBoundary,   0,  0, kYes) \
  X(kTypes,                 "runtime.types",                  kBoundary,   0,  0, kYes) \
  X(kETypes,                "runtime.etypes",                 kBoundary,   0,  0, kYes) \
  X(kNoptrdata,             "runtime.noptrdata",              kBoundary,   0,  0, kYes) \
  X(kENoptrdata,            "runtime.enoptrdata",             kBoundary,   0,  0, kYes) \
  X(kData,                  "runtime.data",                   kBoundary,   0,  0, kYes) \
  X(kEData,                 "runtime.edata",                  kBoundary,   0,  0, kYes) \
  X(kBss,                   "runtime.bss",                    kBoundary,   0,  0, kYes) \
  X(kEBss,                  "runtime.ebss",                   kBoundary,   0,  0, kYes) \
  X(kNoptrbss,              "runtime.noptrbss",               kBoundary,   0,  0, kYes) \
  X(kENoptrbss,             "runtime.enoptrbss",              kBoundary,   0,  0, kYes) \
  X(kCovCtrs,               "runtime.covctrs",                kBoundary,   0,  0, kYes) \
  X(kECovCtrs,              "runtime.ecovctrs",               kBoundary,   0,  0, kYes) \
  X(kEnd,                   "runtime.end",                    kBoundary,   0,  0, kYes) \
  X(kPclntab,               "runtime.pclntab",                kBoundary,   0,  0, kYes) \
  X(kEPclntab,              "runtime.epclntab",               kBoundary,   0,  0, kYes) \
  X(kESymtab,               "runtime.esymtab",                kBoundary,   0, 25, kYes) \
  X(kEGcData,               "runtime.egcdata",                kBoundary,   0,  0, kYes) \
  X(kEGcBss,                "runtime.egcbss",                 kBoundary,   0,  0, kYes) \
  /* Made only for programs built for fuzzing. */ \
  X(kStartFuzzCounters,     "runtime.__start___sancov_cntrs", kBoundary,   0,  0, kNo) \
  X(kStopFuzzCounters,      "runtime.__stop___sancov_cntrs",  kBoundary,   0,  0, kNo) \
  X(kFuzzCounters,          "internal/fuzz._counters",        kBoundary,   0,  0, kNo) \
  X(kEFuzzCounters,         "internal/fuzz._ecounters",       kBoundary,   0,  0, kNo) \
  X(kTypeHead,              "type:*",                         kGroupHead,  0,  0, kYes) \
  X(kStringHead,            "go:string.*",                    kGroupHead,  0,  0, kYes) \
  /* Until 1.25 before funcdata, from then on a table in pclntab; then before function values. */ \
  X(kFuncHead,              "go:func.*",                      kGroupHead,  0,  0, kYes) \
  X(kFuncDescHead,          "go:funcdesc",                    kGroupHead, 26,  0, kYes) \
  X(kGcBitsHead,            "runtime.gcbits.*",               kGroupHead,  0,  0, kYes) \
  X(kGcMaskHead,            "runtime.gcmask.*",               kGroupHead, 27,  0, kYes)
// clang-format on

enum class KnownSymbol : uint8_t {
#define X(number, name, role, first, last, reserved) number,
  WALD_KNOWN_SYMBOLS(X)
#undef X
};

struct KnownSymbolInfo {
  llvm::StringLiteral name;
  SymbolRole role;
  int first_minor, last_minor; // 0: open
  Reserved reserved;

  bool is_in(int minor) const {
    return first_minor <= minor && (last_minor == 0 || minor <= last_minor);
  }
};

inline constexpr auto kKnownSymbols = std::to_array<KnownSymbolInfo>({
#define X(number, name, role, first, last, reserved)                                               \
  {name, SymbolRole::role, first, last, Reserved::reserved},
    WALD_KNOWN_SYMBOLS(X)
#undef X
});

constexpr const KnownSymbolInfo &info_of(KnownSymbol symbol) {
  return kKnownSymbols[size_t(symbol)];
}
constexpr llvm::StringLiteral name_of(KnownSymbol symbol) {
  return info_of(symbol).name;
}
// The known symbol of the name, if there is one.
std::optional<KnownSymbol> find_known_symbol(llvm::StringRef name);

} // namespace wald::objfile

// What a byte of a module is for. A row of kKinds is all that a new kind needs.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace wald::size {

enum class Area : uint8_t { kCode, kData, kTypes, kTables, kModule };
inline constexpr unsigned kNumAreas = unsigned(Area::kModule) + 1;

struct AreaText {
  Area area;
  llvm::StringLiteral name, title;
};

inline constexpr AreaText kAreas[] = {
    {Area::kCode, "code", "code of functions"},
    {Area::kData, "data", "variables, constants and strings"},
    {Area::kTypes, "types", "type descriptors and itabs"},
    {Area::kTables, "tables", "tables of the runtime"},
    {Area::kModule, "module", "declarations and form of the module"},
};

enum class Kind : uint8_t {
  kCode,
  // Data
  kVariable,
  kConstant,
  kString,
  kFuncValue,
  kPadding,
  // Types
  kType,
  kItab,
  kGcData,
  kTypeLinks,
  // Tables
  kPcHeader,
  kFuncNames,
  kUnitFiles,
  kFileNames,
  kPcTables,
  kFunctions,
  kFuncdata,
  kFindFunctions,
  kModuleData,
  kBuildInfo,
  // Module
  kHeader,
  kSection,
  kSegment,
  kSignature,
  kImport,
  kDeclaration,
  kExport,
  kElement,
  kName,
  kBuildId,
  kProducers,
  kCustom,
};
inline constexpr unsigned kNumKinds = unsigned(Kind::kCustom) + 1;

struct KindText {
  Kind kind;
  Area area;
  llvm::StringLiteral name, title;
};

inline constexpr KindText kKinds[] = {
    {Kind::kCode, Area::kCode, "code", "bodies of functions, with their sizes"},

    {Kind::kVariable, Area::kData, "variable", "variables with an initial value"},
    {Kind::kConstant, Area::kData, "constant", "other read-only data"},
    {Kind::kString, Area::kData, "string", "texts of strings"},
    {Kind::kFuncValue, Area::kData, "func-value", "functions as values"},
    {Kind::kPadding, Area::kData, "padding", "zeros between symbols"},

    {Kind::kType, Area::kTypes, "type", "type descriptors, and names of types and fields"},
    {Kind::kItab, Area::kTypes, "itab", "method tables of types for interfaces"},
    {Kind::kGcData, Area::kTypes, "gc-data", "where pointers lie, for the garbage collector"},
    {Kind::kTypeLinks, Area::kTypes, "type-links", "lists of types and itabs"},

    {Kind::kPcHeader, Area::kTables, "pcheader", "pclntab: its header"},
    {Kind::kFuncNames, Area::kTables, "funcnametab", "pclntab: names of functions"},
    {Kind::kUnitFiles, Area::kTables, "cutab", "pclntab: file numbers"},
    {Kind::kFileNames, Area::kTables, "filetab", "pclntab: names of files"},
    {Kind::kPcTables, Area::kTables, "pctab", "pclntab: lines, frame sizes and the like, by pc"},
    {Kind::kFunctions, Area::kTables, "functab", "pclntab: records of functions"},
    {Kind::kFuncdata, Area::kTables, "funcdata", "stack maps, inlined calls and the like"},
    {Kind::kFindFunctions, Area::kTables, "findfunctab", "index from a pc to its function"},
    {Kind::kModuleData, Area::kTables, "moduledata", "where the tables are"},
    {Kind::kBuildInfo, Area::kTables, "buildinfo", "where the build information is"},

    {Kind::kHeader, Area::kModule, "header", "magic number and version"},
    {Kind::kSection, Area::kModule, "section", "sections' headers, counts and small contents"},
    {Kind::kSegment, Area::kModule, "segment", "headers of data segments"},
    {Kind::kSignature, Area::kModule, "signature", "types of functions"},
    {Kind::kImport, Area::kModule, "import", "imports"},
    {Kind::kDeclaration, Area::kModule, "declaration", "type of each function"},
    {Kind::kExport, Area::kModule, "export", "exports"},
    {Kind::kElement, Area::kModule, "element", "the table of functions"},
    {Kind::kName, Area::kModule, "name", "section \"name\": names of functions"},
    {Kind::kBuildId, Area::kModule, "build-id", "section \"go:buildid\""},
    {Kind::kProducers, Area::kModule, "producers", "section \"producers\""},
    {Kind::kCustom, Area::kModule, "custom", "other custom sections"},
};

consteval bool are_kinds_in_order() {
  unsigned next = 0;
  for (const KindText &text : kKinds)
    if (unsigned(text.kind) != next++)
      return false;
  return next == kNumKinds;
}
static_assert(are_kinds_in_order());

constexpr const KindText &text_of(Kind kind) {
  return kKinds[unsigned(kind)];
}
constexpr const AreaText &text_of(Area area) {
  return kAreas[unsigned(area)];
}

} // namespace wald::size

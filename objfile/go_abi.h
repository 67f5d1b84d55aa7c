// The structures that Go's compiler and linker write and its runtime reads, each layout once: type
// descriptors, itabs, what the compiler says of a function, the tables of pclntab, moduledata. What
// differs between Go versions comes from GoVersion.
//
// These are layouts, and views of bytes that are not trusted: what lies beyond the end reads as
// zero, as empty, or fails, as each says.
// (reference: internal/abi/{type,map,iface,symtab}.go, runtime/symtab.go, runtime/symtabinl.go,
// cmd/internal/goobj/funcinfo.go, cmd/link/internal/ld/{pcln,symtab}.go)
#pragma once

#include "objfile/go_version.h"
#include "objfile/support/bytes.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace wald::objfile {

// -- Type descriptors: a common part; a part by kind; the uncommon part, if there is one; what has
// no fixed number: parameters of functions, methods, fields.

enum class TypeKind : uint8_t {
  kInvalid,
  kBool,
  kInt,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kUintptr,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kArray,
  kChan,
  kFunc,
  kInterface,
  kMap,
  kPointer,
  kSlice,
  kString,
  kStruct,
  kUnsafePointer,
  kVector, // wald's own, in no descriptor: a vector type of simd/archsimd, which is a struct there
};
inline constexpr unsigned kNumTypeKinds = 27; // in descriptors
// As reflect spells it: "int", "ptr", "unsafe.Pointer"; and "vector".
const char *type_kind_name(TypeKind kind);

enum TypeFlag : uint8_t {
  kTypeUncommon = 1,
  kTypeExtraStar = 2, // the string begins with a `*` that is not the type's
  kTypeNamed = 4,
  kTypeRegularMemory = 8,
  kTypeMaskOnDemand = 16,
};

namespace type_layout {
inline constexpr uint64_t kSize = 0, kPointerBytes = 8, kHash = 16, kFlags = 20, kAlignment = 21,
                          kFieldAlignment = 22, kKind = 23, kEqual = 24, kGcData = 32, kText = 40,
                          kPointerToThis = 44;
inline constexpr uint64_t kCommonSize = 48;
// Of the part by kind. An element is an address, except in a func.
inline constexpr uint64_t kElement = 48;     // of array, chan, pointer, slice
inline constexpr uint64_t kArrayLength = 64; // after the slice type
inline constexpr uint64_t kChanDirection = 56;
inline constexpr uint64_t kNumIn = 48, kNumOut = 50; // 16 bits each
inline constexpr uint16_t kVariadic = 0x8000;        // in the number of results
inline constexpr uint64_t kMapKey = 48, kMapElement = 56;
inline constexpr uint64_t kPackagePath = 48;             // of interface and struct: address
inline constexpr uint64_t kInterfaceMethods = 56;        // a slice
inline constexpr uint64_t kInterfaceMethodSize = 8;      // name, type: offsets
inline constexpr uint64_t kFields = 56, kFieldSize = 24; // name, type: addresses; offset
inline constexpr uint64_t kUncommonSize = 16;            // from its beginning:
inline constexpr uint64_t kUncommonPath = 0, kNumMethods = 4, kNumExported = 6, kMethods = 8;
inline constexpr uint64_t kMethodSize = 16; // name, type, code for interfaces, code: offsets
} // namespace type_layout

// The size of map types beyond the common part: an experiment, which 1.24 and 1.25 could turn off,
// changes it.
uint64_t map_extra_bytes(const GoVersion &version, llvm::StringRef experiments);

// The size of the part by kind.
inline uint64_t type_extra_size(TypeKind kind, const GoVersion &version, uint64_t map_extra) {
  switch (kind) {
  case TypeKind::kStruct:
    return 32;
  case TypeKind::kInterface:
    return version.interface_extra_bytes;
  case TypeKind::kMap:
    return map_extra;
  case TypeKind::kArray:
    return 24;
  case TypeKind::kChan:
    return 16;
  case TypeKind::kPointer:
  case TypeKind::kFunc:
  case TypeKind::kSlice:
    return 8;
  default:
    return 0;
  }
}

// A name, as types, fields and methods have it: a byte of flags, a length, the text, and if the
// flags say so, a length and a tag.
struct TypeName {
  llvm::StringRef text, tag;
  bool is_exported = false, is_embedded = false;
};
// Empty texts where the bytes end too early.
TypeName decode_type_name(Bytes bytes);

// -- Itabs: interface type, type, hash, functions (one at least)
namespace itab_layout {
inline constexpr uint64_t kInterface = 0, kType = 8, kHash = 16, kFunctions = 24, kSize = 32;
} // namespace itab_layout

// -- What the compiler says of a function

// FuncInfo of a function that nothing was inlined into.
struct PlainFuncInfo {
  uint32_t args, locals; // bytes
  int32_t start_line;
  uint32_t file; // the only one
};
std::vector<uint8_t> write_func_info(const PlainFuncInfo &info);

// FuncInfo as it is read.
class FuncInfoView {
public:
  FuncInfoView() = default; // of a function without
  // Nothing if the lists do not fit in the bytes.
  static std::optional<FuncInfoView> parse(Bytes data);

  uint32_t args() const { return load<uint32_t>(at_); }
  uint32_t locals() const { return load<uint32_t>(at_ + 4); }
  uint8_t func_id() const { return at_[8]; }
  uint8_t flags() const { return at_[9]; }
  int32_t start_line() const { return load<int32_t>(at_ + 12); }
  uint32_t num_files() const { return num_files_; }
  uint32_t file(uint32_t i) const { return load<uint32_t>(at_ + kFixedSize + 4ull * i); }

  struct InlineNode {
    int32_t parent; // index of the call that this one was inlined through, or -1
    uint32_t file, line;
    uint32_t function_package, function_index; // a symbol reference
    int32_t parent_pc;
  };
  uint32_t num_inline_nodes() const { return num_nodes_; }
  InlineNode inline_node(uint32_t i) const;

private:
  static constexpr uint64_t kFixedSize = 20; // up to and with the number of files
  static constexpr uint64_t kNodeSize = 24;

  const uint8_t *at_ = nullptr;
  uint32_t num_files_ = 0, num_nodes_ = 0;
};

// -- pclntab
namespace pclntab_layout {
inline constexpr std::array<uint8_t, 8> kMagicAndSizes = {0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8};
// The header: magic; then eight words.
inline constexpr uint64_t kNumFunctions = 8, kNumFiles = 16, kTextStart = 24, kNames = 32,
                          kUnitFiles = 40, kFiles = 48, kPcTables = 56, kFunctionTable = 64,
                          kHeaderSize = 72;
inline constexpr uint32_t kNoOffset = UINT32_MAX;

// functab: an entry and the offset of a record for each function, one more entry for the end.
inline constexpr uint64_t kIndexEntrySize = 8;
// A record, and after it the offsets of pcdata and funcdata.
inline constexpr uint64_t kEntry = 0, kName = 4, kArgs = 8, kDeferReturn = 12, kPcsp = 16,
                          kPcfile = 20, kPcline = 24, kNumPcdata = 28, kUnit = 32, kStartLine = 36,
                          kFuncId = 40, kFuncFlags = 41, kNumFuncdata = 43, kRecordSize = 44;

// An inlined call.
inline constexpr uint64_t kInlineFuncId = 0, kInlineName = 4, kInlineParentPc = 8,
                          kInlineStartLine = 12, kInlineNodeSize = 16;

// findfunctab: for each bucket of pcs a function and 16 finer indices of one byte.
inline constexpr uint64_t kBucketPcs = 4096, kSubbucketPcs = 256, kBucketSize = 20;
} // namespace pclntab_layout

// Of a function's flags: it is written in assembly.
inline constexpr uint8_t kAssemblyFlag = 4;

namespace pcdata {
inline constexpr uint32_t kUnsafePoint = 0, kStackMap = 1, kInlineTree = 2, kArgLive = 3,
                          kPanicBounds = 4;
} // namespace pcdata
namespace funcdata {
inline constexpr uint32_t kArgsMaps = 0, kLocalsMaps = 1, kStackObjects = 2, kInlineTree = 3,
                          kOpenDefers = 4, kArgInfo = 5, kArgLiveInfo = 6, kWrapInfo = 7;
} // namespace funcdata

// How much of a pc is the number of the resume point in the function; above is PC_F, the function's
// slot in the table of functions. Those below the first are never used.
inline constexpr unsigned kPcBits = 16;
inline constexpr uint64_t kFirstFunctionSlot = 0x1000;

// -- runtime.moduledata
enum class ModuleField : uint8_t {
  kPcHeader,
  kNames, // slices up to kFunctions; they follow each other
  kUnitFiles,
  kFiles,
  kPcTables,
  kFunctionRecords,
  kFunctions,
  kFindIndex,
  kMinPc,
  kMaxPc,
  kText,
  kTextEnd,
  kNoptrdata,
  kNoptrdataEnd,
  kData,
  kDataEnd,
  kBss,
  kBssEnd,
  kNoptrbss,
  kNoptrbssEnd,
  kCoverage,
  kCoverageEnd,
  kEnd,
  kGcData,
  kGcBss,
  kTypes,
  kTypesLength,
  kTypesEnd,
  kItabsOffset,
  kItabsLength,
  kRodata,
  kFuncdata,
  kPclntabEnd,
  kTextSections, // slices up to kPtab
  kTypeLinks,
  kItabLinks,
  kPtab,
  kPluginPath, // a string
  kPackageHashes,
  kInitTasks,
  kModuleName,
  kModuleHashes,
  kHasMain, // a byte; what follows is the runtime's own
};
inline constexpr unsigned kNumModuleFields = unsigned(ModuleField::kHasMain) + 1;

struct ModuleFieldInfo {
  const char *name;  // as runtime.moduledata has it
  uint8_t num_words; // 3: a slice, 2: a string
  bool is_address;   // and no number, if it is one word
};
const ModuleFieldInfo &module_field_info(ModuleField field);

// Where the fields are in the moduledata of a Go version.
class ModuleDataLayout {
public:
  explicit ModuleDataLayout(const GoVersion &version);
  bool has(ModuleField field) const { return offsets_[unsigned(field)] != kAbsent; }
  // Of a field that it has.
  uint64_t offset(ModuleField field) const { return offsets_[unsigned(field)]; }
  // With the last field that it has.
  uint64_t size() const { return size_; }

private:
  static constexpr uint16_t kAbsent = UINT16_MAX;
  std::array<uint16_t, kNumModuleFields> offsets_;
  uint64_t size_ = 0;
};

} // namespace wald::objfile

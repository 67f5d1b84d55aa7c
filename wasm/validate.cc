// Validation: reads a module once, as a stream, and passes each item on to wabt's validator; but
// for bodies of functions that a quicker one accepts (body_validator.h).
//
// wabt has this connection only inside its interpreter and its text tools, which build a whole
// program in memory on the way; for a large module that costs seconds.
#include "wasm/validate.h"

#include "objfile/support/bytes.h"
#include "objfile/support/printable.h"
#include "wasm/body_validator.h"
#include "wasm/describe_functions.h"
#include "wasm/module_reader.h"
#include "wasm/section_writer.h"
#include "wasm/strict_reader.h"

#include "llvm/ADT/Twine.h"

#include "wabt/binary-reader-nop.h"
#include "wabt/binary-reader.h"
#include "wabt/config.h"
#include "wabt/shared-validator.h"

#include <optional>

namespace wald::wasm {

namespace {

using wabt::Address;
using wabt::Index;
using wabt::Limits;
using wabt::Location;
using wabt::Offset;
using wabt::Opcode;
using wabt::Result;
using wabt::Type;
using wabt::Var;

class ValidatingReader : public wabt::BinaryReaderNop {
public:
  ValidatingReader(const wabt::Features &features)
      : validator_(&errors_, wabt::ValidateOptions(features)) {}

  const wabt::Errors &errors() const { return errors_; }
  // The function whose body was being read last, if reading stopped inside one.
  std::optional<uint32_t> func_index() const { return func_index_; }

  bool OnError(const wabt::Error &error) override {
    // A broken custom section is a warning: it does not make the module invalid.
    if (error.error_level == wabt::ErrorLevel::Error)
      errors_.push_back(error);
    return true;
  }

  // -- Sections before the code.
  Result OnFuncType(Index index, Index param_count, Type *params, Index result_count,
                    Type *results) override {
    return validator_.OnFuncType(at(), param_count, params, result_count, results, index);
  }
  Result OnImportFunc(Index, std::string_view, std::string_view, Index, Index sig) override {
    return validator_.OnFunction(at(), var(sig));
  }
  Result OnImportTable(Index, std::string_view, std::string_view, Index, Type type,
                       const Limits *limits) override {
    return validator_.OnTable(at(), type, *limits);
  }
  Result OnImportMemory(Index, std::string_view, std::string_view, Index,
                        const Limits *limits) override {
    return validator_.OnMemory(at(), *limits);
  }
  Result OnImportGlobal(Index, std::string_view, std::string_view, Index, Type type,
                        bool is_mutable) override {
    return validator_.OnGlobalImport(at(), type, is_mutable);
  }
  Result OnImportTag(Index, std::string_view, std::string_view, Index, Index sig) override {
    return validator_.OnTag(at(), var(sig));
  }
  Result OnFunction(Index, Index sig) override { return validator_.OnFunction(at(), var(sig)); }
  Result OnTable(Index, Type type, const Limits *limits) override {
    return validator_.OnTable(at(), type, *limits);
  }
  Result OnMemory(Index, const Limits *limits) override {
    return validator_.OnMemory(at(), *limits);
  }
  Result BeginGlobal(Index, Type type, bool is_mutable) override {
    global_type_ = type;
    return validator_.OnGlobal(at(), type, is_mutable);
  }
  Result BeginGlobalInitExpr(Index) override { return begin_init(global_type_); }
  Result EndGlobalInitExpr(Index) override { return validator_.EndInitExpr(); }
  Result OnTagType(Index, Index sig) override { return validator_.OnTag(at(), var(sig)); }
  Result OnExport(Index, wabt::ExternalKind kind, Index item, std::string_view name) override {
    return validator_.OnExport(at(), kind, var(item), name);
  }
  Result OnStartFunction(Index func) override { return validator_.OnStart(at(), var(func)); }

  // -- Element and data segments.
  Result BeginElemSegment(Index, Index table, uint8_t flags) override {
    return validator_.OnElemSegment(at(), var(table), segment_kind(flags));
  }
  Result BeginElemSegmentInitExpr(Index) override { return begin_init(Type::I32); }
  Result EndElemSegmentInitExpr(Index) override { return validator_.EndInitExpr(); }
  Result OnElemSegmentElemType(Index, Type type) override {
    return validator_.OnElemSegmentElemType(at(), type);
  }
  Result OnElemSegmentElemExpr_RefNull(Index, Type type) override {
    return validator_.OnElemSegmentElemExpr_RefNull(at(), type);
  }
  Result OnElemSegmentElemExpr_RefFunc(Index, Index func) override {
    return validator_.OnElemSegmentElemExpr_RefFunc(at(), var(func));
  }
  Result OnDataCount(Index count) override {
    validator_.OnDataCount(count);
    return Result::Ok;
  }
  Result BeginDataSegment(Index, Index memory, uint8_t flags) override {
    return validator_.OnDataSegment(at(), var(memory), segment_kind(flags));
  }
  Result BeginDataSegmentInitExpr(Index) override { return begin_init(Type::I32); }
  Result EndDataSegmentInitExpr(Index) override { return validator_.EndInitExpr(); }
  Result EndModule() override { return validator_.EndModule(); }

  // -- Function bodies: blocks and branches.
  Result BeginFunctionBody(Index func, Offset) override {
    func_index_ = func;
    depth_ = 0;
    return validator_.BeginFunctionBody(at(), func);
  }
  Result EndFunctionBody(Index) override {
    Result result = validator_.EndFunctionBody(at());
    if (wabt::Succeeded(result))
      func_index_.reset();
    return result;
  }
  Result OnLocalDecl(Index, Index count, Type type) override {
    return validator_.OnLocalDecl(at(), count, type);
  }
  Result OnBlockExpr(Type type) override {
    ++depth_;
    return validator_.OnBlock(at(), type);
  }
  Result OnLoopExpr(Type type) override {
    ++depth_;
    return validator_.OnLoop(at(), type);
  }
  Result OnIfExpr(Type type) override {
    ++depth_;
    return validator_.OnIf(at(), type);
  }
  Result OnElseExpr() override { return validator_.OnElse(at()); }
  Result OnEndExpr() override {
    // The end of a body or an initialiser is reported by its own function.
    if (depth_ == 0)
      return Result::Ok;
    --depth_;
    return validator_.OnEnd(at());
  }
  Result OnBrExpr(Index depth) override { return validator_.OnBr(at(), var(depth)); }
  Result OnBrIfExpr(Index depth) override { return validator_.OnBrIf(at(), var(depth)); }
  Result OnBrTableExpr(Index count, Index *depths, Index default_depth) override {
    Result result = validator_.BeginBrTable(at());
    for (Index i = 0; i < count; ++i)
      result |= validator_.OnBrTableTarget(at(), var(depths[i]));
    result |= validator_.OnBrTableTarget(at(), var(default_depth));
    result |= validator_.EndBrTable(at());
    return result;
  }
  Result OnCallExpr(Index func) override { return validator_.OnCall(at(), var(func)); }
  Result OnCallIndirectExpr(Index sig, Index table) override {
    return validator_.OnCallIndirect(at(), var(sig), var(table));
  }
  Result OnReturnExpr() override { return validator_.OnReturn(at()); }
  Result OnReturnCallExpr(Index func) override { return validator_.OnReturnCall(at(), var(func)); }
  Result OnReturnCallIndirectExpr(Index sig, Index table) override {
    return validator_.OnReturnCallIndirect(at(), var(sig), var(table));
  }
  Result OnUnreachableExpr() override { return validator_.OnUnreachable(at()); }
  Result OnNopExpr() override { return validator_.OnNop(at()); }
  Result OnDropExpr() override { return validator_.OnDrop(at()); }
  Result OnSelectExpr(Index count, Type *types) override {
    return validator_.OnSelect(at(), count, types);
  }

  // -- Numbers, locals, globals.
  Result OnI32ConstExpr(uint32_t) override { return validator_.OnConst(at(), Type::I32); }
  Result OnI64ConstExpr(uint64_t) override { return validator_.OnConst(at(), Type::I64); }
  Result OnF32ConstExpr(uint32_t) override { return validator_.OnConst(at(), Type::F32); }
  Result OnF64ConstExpr(uint64_t) override { return validator_.OnConst(at(), Type::F64); }
  Result OnV128ConstExpr(v128) override { return validator_.OnConst(at(), Type::V128); }
  Result OnUnaryExpr(Opcode opcode) override { return validator_.OnUnary(at(), opcode); }
  Result OnBinaryExpr(Opcode opcode) override { return validator_.OnBinary(at(), opcode); }
  Result OnTernaryExpr(Opcode opcode) override { return validator_.OnTernary(at(), opcode); }
  Result OnCompareExpr(Opcode opcode) override { return validator_.OnCompare(at(), opcode); }
  Result OnConvertExpr(Opcode opcode) override { return validator_.OnConvert(at(), opcode); }
  Result OnLocalGetExpr(Index local) override { return validator_.OnLocalGet(at(), var(local)); }
  Result OnLocalSetExpr(Index local) override { return validator_.OnLocalSet(at(), var(local)); }
  Result OnLocalTeeExpr(Index local) override { return validator_.OnLocalTee(at(), var(local)); }
  Result OnGlobalGetExpr(Index global) override {
    return validator_.OnGlobalGet(at(), var(global));
  }
  Result OnGlobalSetExpr(Index global) override {
    return validator_.OnGlobalSet(at(), var(global));
  }

  // -- Memory.
  Result OnLoadExpr(Opcode opcode, Index memory, Address align_log2, Address) override {
    return validator_.OnLoad(at(), opcode, var(memory), bytes(align_log2));
  }
  Result OnStoreExpr(Opcode opcode, Index memory, Address align_log2, Address) override {
    return validator_.OnStore(at(), opcode, var(memory), bytes(align_log2));
  }
  Result OnMemoryCopyExpr(Index source, Index target) override {
    return validator_.OnMemoryCopy(at(), var(source), var(target));
  }
  Result OnMemoryFillExpr(Index memory) override {
    return validator_.OnMemoryFill(at(), var(memory));
  }
  Result OnMemoryGrowExpr(Index memory) override {
    return validator_.OnMemoryGrow(at(), var(memory));
  }
  Result OnMemorySizeExpr(Index memory) override {
    return validator_.OnMemorySize(at(), var(memory));
  }
  Result OnMemoryInitExpr(Index segment, Index memory) override {
    return validator_.OnMemoryInit(at(), var(segment), var(memory));
  }
  Result OnDataDropExpr(Index segment) override {
    return validator_.OnDataDrop(at(), var(segment));
  }

  // -- Tables and references.
  Result OnTableCopyExpr(Index target, Index source) override {
    return validator_.OnTableCopy(at(), var(target), var(source));
  }
  Result OnTableInitExpr(Index segment, Index table) override {
    return validator_.OnTableInit(at(), var(segment), var(table));
  }
  Result OnElemDropExpr(Index segment) override {
    return validator_.OnElemDrop(at(), var(segment));
  }
  Result OnTableGetExpr(Index table) override { return validator_.OnTableGet(at(), var(table)); }
  Result OnTableSetExpr(Index table) override { return validator_.OnTableSet(at(), var(table)); }
  Result OnTableGrowExpr(Index table) override { return validator_.OnTableGrow(at(), var(table)); }
  Result OnTableSizeExpr(Index table) override { return validator_.OnTableSize(at(), var(table)); }
  Result OnTableFillExpr(Index table) override { return validator_.OnTableFill(at(), var(table)); }
  Result OnRefFuncExpr(Index func) override { return validator_.OnRefFunc(at(), var(func)); }
  Result OnRefNullExpr(Type type) override { return validator_.OnRefNull(at(), type); }
  Result OnRefIsNullExpr() override { return validator_.OnRefIsNull(at()); }

  // -- Vectors.
  Result OnSimdLaneOpExpr(Opcode opcode, uint64_t lane) override {
    return validator_.OnSimdLaneOp(at(), opcode, lane);
  }
  Result OnSimdShuffleOpExpr(Opcode opcode, v128 lanes) override {
    return validator_.OnSimdShuffleOp(at(), opcode, lanes);
  }
  Result OnSimdLoadLaneExpr(Opcode opcode, Index memory, Address align_log2, Address,
                            uint64_t lane) override {
    return validator_.OnSimdLoadLane(at(), opcode, var(memory), bytes(align_log2), lane);
  }
  Result OnSimdStoreLaneExpr(Opcode opcode, Index memory, Address align_log2, Address,
                             uint64_t lane) override {
    return validator_.OnSimdStoreLane(at(), opcode, var(memory), bytes(align_log2), lane);
  }
  Result OnLoadSplatExpr(Opcode opcode, Index memory, Address align_log2, Address) override {
    return validator_.OnLoadSplat(at(), opcode, var(memory), bytes(align_log2));
  }
  Result OnLoadZeroExpr(Opcode opcode, Index memory, Address align_log2, Address) override {
    return validator_.OnLoadZero(at(), opcode, var(memory), bytes(align_log2));
  }

private:
  Location at() const { return Location(state->offset); }
  Var var(Index index) const { return Var(index, at()); }

  // An alignment that no access has, when the exponent is too large to shift by.
  static Address bytes(Address align_log2) {
    return align_log2 < 32 ? Address(1) << align_log2 : ~Address(0);
  }

  Result begin_init(Type type) {
    depth_ = 0;
    return validator_.BeginInitExpr(at(), type);
  }

  static wabt::SegmentKind segment_kind(uint8_t flags) {
    if ((flags & wabt::SegDeclared) == wabt::SegDeclared)
      return wabt::SegmentKind::Declared;
    return flags & wabt::SegPassive ? wabt::SegmentKind::Passive : wabt::SegmentKind::Active;
  }

  wabt::Errors errors_;
  wabt::SharedValidator validator_;
  std::optional<uint32_t> func_index_;
  uint64_t depth_ = 0; // blocks open in the current body
  Type global_type_ = Type::I32;
};

} // namespace

std::optional<Invalidity> find_invalidity_by_wabt(llvm::ArrayRef<uint8_t> module) {
  // Exceptions, threads, tail calls and other late features are off in wabt's default set, hence
  // their instructions end in OnError and have no function above.
  wabt::ReadBinaryOptions options;
  options.fail_on_custom_section_error = false;
  ValidatingReader reader(options.features);
  Result result = wabt::ReadBinary(module.data(), module.size(), &reader, options);
  if (wabt::Succeeded(result) && reader.errors().empty())
    return std::nullopt;
  if (reader.errors().empty())
    return Invalidity{"unknown reason", reader.func_index()};
  const wabt::Error &error = reader.errors().front();
  return Invalidity{error.message + " at offset " + std::to_string(error.loc.offset),
                    reader.func_index()};
}

// A data section as Go programs have it: segments for the first memory at constant addresses.
static bool is_plain_data(llvm::ArrayRef<uint8_t> payload) {
  constexpr uint8_t kActive = 0, kI32Const = 0x41, kEnd = 0x0b;
  StrictReader in(payload);
  uint32_t count = 0, size = 0;
  if (!in.u32(count))
    return false;
  for (uint32_t i = 0; i < count; i++)
    if (!in.is(kActive) || !in.is(kI32Const) || !in.skip_signed(32) || !in.is(kEnd) ||
        !in.u32(size) || !in.skip(size))
      return false;
  return in.at_end();
}

// Of a list of entries with their sizes, if that is what it is.
static std::optional<uint32_t> num_entries(llvm::ArrayRef<uint8_t> payload) {
  StrictReader in(payload);
  uint32_t count = 0, size = 0;
  if (!in.u32(count))
    return std::nullopt;
  for (uint32_t i = 0; i < count; i++)
    if (!in.u32(size) || !in.skip(size))
      return std::nullopt;
  return in.at_end() ? std::optional(count) : std::nullopt;
}

// The module without what is many, and looked at by others: bodies only trap, which is valid
// whatever the type, and plain data is one segment, which wants the same memory. Empty if the
// sections do not lie as they should.
static std::vector<uint8_t> reduced(llvm::ArrayRef<uint8_t> module) {
  constexpr uint8_t kTrap[] = {3, 0, 0x00, 0x0b}; // its size, no locals, unreachable, end
  constexpr uint8_t kSegment[] = {0, 0x41, 0, 0x0b, 0};
  objfile::Cursor sections(module);
  sections.skip(sizeof kModuleHeader);
  std::vector<uint8_t> result;
  uint64_t copied = 0;
  // A section that is a list of the same.
  auto replace = [&](uint64_t begin, SectionId id, uint64_t count, llvm::ArrayRef<uint8_t> entry) {
    result.insert(result.end(), module.begin() + copied, module.begin() + begin);
    copied = sections.offset();
    uint64_t at = result.size();
    result.resize(at + kSectionHeaderSize + kPaddedLebSize);
    write_section_header(&result[at], id, kPaddedLebSize + count * entry.size());
    write_padded_uleb(&result[at + kSectionHeaderSize], count);
    for (uint64_t i = 0; i < count; i++)
      result.insert(result.end(), entry.begin(), entry.end());
  };
  bool has_data_count = false;
  while (!sections.at_end() && !sections.failed()) {
    uint64_t begin = sections.offset();
    auto id = SectionId(sections.read<uint8_t>());
    uint64_t size = sections.read_uleb(), header_end = sections.offset();
    llvm::ArrayRef<uint8_t> payload = sections.read_bytes(size);
    if (sections.failed() || header_end - begin > kSectionHeaderSize)
      return {};
    has_data_count |= id == SectionId::kDataCount;
    if (id == SectionId::kData && !has_data_count && payload.size() > 1 && is_plain_data(payload))
      replace(begin, id, 1, kSegment);
    if (id != SectionId::kCode)
      continue;
    std::optional<uint32_t> count = num_entries(payload);
    if (!count)
      return {};
    replace(begin, id, *count, kTrap);
  }
  if (sections.failed())
    return {};
  result.insert(result.end(), module.begin() + copied, module.end());
  return result;
}

struct SharedValidation::Contents {
  Module module;
};

SharedValidation::SharedValidation(llvm::ArrayRef<uint8_t> module) : bytes_(module) {
  if (llvm::Expected<Module> read = read_module(module))
    contents_ = std::make_unique<Contents>(Contents{std::move(*read)});
  else
    llvm::consumeError(read.takeError());
}

SharedValidation::~SharedValidation() = default;

bool SharedValidation::accepts_all_but_bodies() const {
  std::vector<uint8_t> rest = reduced(bytes_);
  return contents_ && !rest.empty() && !find_invalidity_by_wabt(rest);
}

bool SharedValidation::accepts_bodies() {
  constexpr size_t kAtOnce = 64;
  if (!contents_)
    return false;
  BodyValidator validator(contents_->module);
  llvm::ArrayRef<FunctionBody> bodies = contents_->module.bodies;
  for (size_t i; (i = next_.fetch_add(kAtOnce)) < bodies.size();)
    for (size_t end = std::min(i + kAtOnce, bodies.size()); i < end; i++)
      if (!validator.accepts(i, bodies[i].contents))
        return false;
  return true;
}

std::optional<Invalidity> find_invalidity(llvm::ArrayRef<uint8_t> module) {
  SharedValidation validation(module);
  if (validation.accepts_bodies() && validation.accepts_all_but_bodies())
    return std::nullopt;
  return find_invalidity_by_wabt(module);
}

// As a module of these two. What is wrong is told by the whole one, with its offset there.
std::optional<Invalidity> find_memory_invalidity(llvm::ArrayRef<uint8_t> module) {
  objfile::Cursor sections(module);
  sections.skip(sizeof kModuleHeader);
  std::vector<uint8_t> part(std::begin(kModuleHeader), std::end(kModuleHeader));
  while (!sections.at_end() && !sections.failed()) {
    uint64_t begin = sections.offset();
    auto id = SectionId(sections.read<uint8_t>());
    sections.skip(sections.read_uleb());
    if (!sections.failed() && (id == SectionId::kMemory || id == SectionId::kData))
      part.insert(part.end(), module.begin() + begin, module.begin() + sections.offset());
  }
  if (!sections.failed())
    if (std::vector<uint8_t> rest = reduced(part); !rest.empty() && !find_invalidity_by_wabt(rest))
      return std::nullopt;
  return find_invalidity(module);
}

std::optional<Problem> validate_module(llvm::ArrayRef<uint8_t> module) {
  std::optional<Invalidity> found = find_invalidity(module);
  if (!found)
    return std::nullopt;
  Problem problem = {"invalid WebAssembly module: " + printable(found->problem), {}};
  if (found->func_index)
    problem.notes.push_back("in " + describe_functions(module, *found->func_index).front());
  return problem;
}

const char *wabt_version() {
  return WABT_VERSION_STRING;
}

} // namespace wald::wasm

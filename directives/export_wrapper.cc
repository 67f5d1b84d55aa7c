// See the header. Facts about the code are in wald's words; the reference's emitter has the same
// order.
#include "directives/export_wrapper.h"

#include "objfile/go_abi.h"
#include "objfile/known_symbols.h"
#include "objfile/support/leb128.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SHA256.h"

namespace wald::directives {

using objfile::GoVersion;
using objfile::NameText;
using objfile::ObjectText;
using objfile::SymbolGroup;
using objfile::SymbolText;
using objfile::TargetText;

namespace {

using ByteVector = std::vector<uint8_t>;

// The instructions that a wrapper is made of.
enum Opcode : uint8_t {
  kUnreachable = 0x00,
  kIf = 0x04,
  kEnd = 0x0b,
  kReturn = 0x0f,
  kCall = 0x10,
  kLocalGet = 0x20,
  kGlobalGet = 0x23,
  kGlobalSet = 0x24,
  kI32Load = 0x28,
  kI64Load = 0x29,
  kF32Load = 0x2a,
  kF64Load = 0x2b,
  kI32Load8U = 0x2d,
  kI32Store = 0x36,
  kI64Store = 0x37,
  kF32Store = 0x38,
  kF64Store = 0x39,
  kI32Store8 = 0x3a,
  kI32Const = 0x41,
  kI64Const = 0x42,
  kI32Eqz = 0x45,
  kI32Add = 0x6a,
  kI32Sub = 0x6b,
  kI64ShrU = 0x88,
  kI32WrapI64 = 0xa7,
  kI64ExtendI32U = 0xad,
  kVectorPrefix = 0xfd,
};
constexpr uint8_t kV128Load = 0x00, kV128Store = 0x0b; // after the prefix
constexpr uint8_t kVoidBlock = 0x40;
constexpr uint8_t kStackPointer = 0; // the global SP

constexpr int64_t kReturnAddressSize = 8;
constexpr int64_t kPcFShift = 16; // a return address is PC_F << 16 | PC_B

// How a kind of field stands in the frame.
struct MemoryAccess {
  uint8_t load, store;
  uint8_t alignment; // as an exponent of two
  bool is_pointer = false;
  bool is_vector = false;
};

MemoryAccess access_of(const Field &field, const GoVersion &version) {
  if (field.raw_kind == version.field_kind_bool)
    return {kI32Load8U, kI32Store8, 0};
  // 64 bits in Go, zero-extended; what is read back is the lower half.
  if (field.raw_kind == kPointerKind)
    return {kI32Load, kI64Store, 3, /*is_pointer=*/true};
  switch (field.type) {
  case wasm::ValueType::kI64:
    return {kI64Load, kI64Store, 3};
  case wasm::ValueType::kF32:
    return {kF32Load, kF32Store, 2};
  case wasm::ValueType::kF64:
    return {kF64Load, kF64Store, 3};
  case wasm::ValueType::kV128:
    return {kV128Load, kV128Store, 0, false, /*is_vector=*/true};
  default:
    return {kI32Load, kI32Store, 2};
  }
}

uint64_t size_of(const Field &field, const GoVersion &version) {
  if (field.raw_kind == version.field_kind_bool)
    return 1;
  if (field.type == wasm::ValueType::kV128)
    return 16;
  MemoryAccess access = access_of(field, version);
  return uint64_t(1) << access.alignment;
}

void append_uleb(ByteVector &to, uint64_t value) {
  uint8_t bytes[wasm::kMaxLebSize];
  to.insert(to.end(), bytes, wasm::write_uleb(bytes, value));
}

class CodeWriter {
public:
  explicit CodeWriter(ByteVector &code) : code_(code) {}

  void op(std::initializer_list<uint8_t> bytes) { code_.insert(code_.end(), bytes); }
  // The operand comes with a relocation, which inserts it. Returns where.
  uint32_t op_with_relocation(uint8_t opcode) {
    code_.push_back(opcode);
    return code_.size();
  }
  void constant(uint8_t opcode, int64_t value) {
    code_.push_back(opcode);
    uint8_t bytes[wasm::kMaxLebSize];
    code_.insert(code_.end(), bytes, wasm::write_sleb(bytes, value));
  }
  // SP += by or SP -= by.
  void move_stack_pointer(uint8_t add_or_subtract, int64_t by) {
    op({kGlobalGet, kStackPointer});
    constant(kI32Const, by);
    op({add_or_subtract, kGlobalSet, kStackPointer});
  }
  void access(uint8_t opcode, const MemoryAccess &access, uint64_t offset) {
    if (access.is_vector)
      code_.push_back(kVectorPrefix);
    op({opcode, access.alignment});
    append_uleb(code_, offset);
  }

private:
  ByteVector &code_;
};

uint64_t frame_size(const Signature &signature, const GoVersion &version) {
  uint64_t end = 0;
  for (llvm::ArrayRef<Field> fields : {llvm::ArrayRef(signature.params), {signature.results}})
    for (const Field &field : fields)
      end = std::max(end, field.frame_offset + size_of(field, version));
  return llvm::alignTo(end, 8);
}

void write_code(ExportWrapper &wrapper, const Signature &signature, const GoVersion &version) {
  CodeWriter code(wrapper.code);
  code.op({0}); // no locals
  // Without a stack nothing has started the program yet.
  code.op({kGlobalGet, kStackPointer, kI32Eqz, kIf, kVoidBlock});
  wrapper.at.not_initialized_call = code.op_with_relocation(kCall);
  code.op({kEnd});

  if (wrapper.frame_size)
    code.move_stack_pointer(kI32Sub, wrapper.frame_size);
  for (uint32_t i = 0; i < signature.params.size(); i++) {
    const Field &field = signature.params[i];
    MemoryAccess access = access_of(field, version);
    code.op({kGlobalGet, kStackPointer, kLocalGet});
    append_uleb(wrapper.code, i);
    if (access.is_pointer)
      code.op({kI64ExtendI32U});
    code.access(access.store, access, field.frame_offset);
  }

  // The call, with a return address as every Go call has it.
  MemoryAccess word{kI64Load, kI64Store, 3};
  code.move_stack_pointer(kI32Sub, kReturnAddressSize);
  code.op({kGlobalGet, kStackPointer});
  wrapper.at.return_address = code.op_with_relocation(kI64Const);
  code.access(kI64Store, word, 0);
  code.constant(kI32Const, 0); // PC_B to start at
  wrapper.at.function_call = code.op_with_relocation(kCall);
  // The function has unwound the wasm stack: the loop runs Go code until it comes back here.
  code.op({kIf, kVoidBlock});
  wrapper.at.resume_address = code.op_with_relocation(kI64Const);
  code.constant(kI64Const, kPcFShift);
  code.op({kI64ShrU, kI32WrapI64});
  wrapper.at.loop_call = code.op_with_relocation(kCall);
  code.op({kEnd});

  for (const Field &field : signature.results) {
    MemoryAccess access = access_of(field, version);
    code.op({kGlobalGet, kStackPointer});
    if (access.is_pointer)
      access.alignment = 2; // only half of it is read
    code.access(access.load, access, field.frame_offset);
  }
  if (wrapper.frame_size)
    code.move_stack_pointer(kI32Add, wrapper.frame_size);
  code.op({kReturn, kUnreachable, kEnd});
}

// ref: funcpctab in cmd/internal/obj/pcln.go: pairs of a value, as the zigzag difference to the one
// before, and for how many PCs it holds; the first difference is to -1, a zero ends the table.
void write_tables(ExportWrapper &wrapper, uint32_t file) {
  constexpr int kFirstLine = 1, kNotInlined = -1;
  auto constant_table = [&](int64_t value) {
    ByteVector table;
    append_uleb(table, (value + 1) * 2);
    table.insert(table.end(), {uint8_t(wrapper.num_pc_values), 0});
    return table;
  };
  wrapper.pcfile = constant_table(file);
  wrapper.pcline = constant_table(kFirstLine);
  wrapper.pcinline = constant_table(kNotInlined);
  // Nothing on the stack before the frame is made, then the frame.
  wrapper.pcsp = {2, 1};
  if (wrapper.frame_size) {
    append_uleb(wrapper.pcsp, wrapper.frame_size * 2);
    wrapper.pcsp.push_back(1);
  }
  wrapper.pcsp.push_back(0);

  // The arguments of the call are locals here.
  wrapper.func_info = objfile::write_func_info(
      {.args = 0, .locals = uint32_t(wrapper.frame_size), .start_line = kFirstLine, .file = file});
}

// What a symbol is to the compiler that is known by its contents: these never coincide with others.
enum class ContentSection : uint8_t { kFuncdata = 'F', kPcTable = 'P' };

// The hash by which equal contents of different objects are one symbol (ref: contentHash in
// cmd/internal/obj/objfile.go, New32 in cmd/internal/hash): of the size, the section and the bytes
// without zeros at the end.
ByteVector content_hash(llvm::ArrayRef<uint8_t> data, ContentSection section) {
  llvm::SHA256 hash;
  constexpr uint8_t kNotPlainSha256 = 1;
  uint8_t head[10] = {kNotPlainSha256};
  objfile::store(head + 1, uint64_t(data.size()));
  head[9] = uint8_t(section);
  hash.update(head);
  while (!data.empty() && data.back() == 0)
    data = data.drop_back();
  hash.update(data);
  std::array<uint8_t, 32> sum = hash.final();
  return {sum.begin(), sum.begin() + 16};
}

SymbolText content_symbol(ByteVector data, ContentSection section) {
  SymbolText symbol;
  symbol.group = SymbolGroup::kHashed;
  symbol.kind = "rodata";
  // ref: LookupInit's callers in cmd/internal/obj: as much as the size allows.
  symbol.alignment = data.size() % 4 == 0 ? 4 : data.size() % 2 == 0 ? 2 : 1;
  symbol.hash.bytes = content_hash(data, section);
  symbol.data.bytes = std::move(data);
  return symbol;
}

SymbolText package_symbol(ByteVector data) {
  SymbolText symbol;
  symbol.kind = "data";
  symbol.data.bytes = std::move(data);
  return symbol;
}

TargetText by_name(llvm::StringRef name) {
  TargetText target;
  target.to = NameText{name.str()};
  return target;
}

constexpr llvm::StringLiteral kNotInitialized =
    objfile::name_of(objfile::KnownSymbol::kNotInitialized);
constexpr llvm::StringLiteral kExportLoop = objfile::name_of(objfile::KnownSymbol::kExportLoop);
// A stack map without a pointer: two bitmaps of no bits. Its name is the compiler's of Go 1.25 and
// later; equal contents are one symbol, whatever they are called.
constexpr llvm::StringLiteral kNoPointers = "gclocals·J26BEvPExEQhJvjp9E8Whg==";

} // namespace

ExportWrapper make_export_wrapper(const Signature &signature, const GoVersion &version,
                                  uint32_t file) {
  ExportWrapper wrapper;
  wrapper.frame_size = frame_size(signature, version);
  wrapper.num_pc_values = wrapper.frame_size ? 2 : 1;
  wrapper.wasm_type = encode_wasm_type(signature);
  write_code(wrapper, signature, version);
  write_tables(wrapper, file);
  return wrapper;
}

void add_export_wrapper(ObjectText &object, llvm::StringRef name, const ExportWrapper &wrapper,
                        const TargetText &function) {
  SymbolText symbol;
  symbol.name.text = name.str();
  symbol.group = SymbolGroup::kNonpkg;
  symbol.kind = "text";
  symbol.flags = {{"nosplit"}, {"wasmexport"}};
  symbol.size = wrapper.num_pc_values;
  symbol.data.bytes = wrapper.code;
  auto add_reloc = [&](const char *type, uint32_t offset, int64_t addend, TargetText target) {
    symbol.relocs.push_back({type, int32_t(offset), std::nullopt, addend, std::move(target)});
  };
  int64_t pc_behind_call = wrapper.num_pc_values - 1;
  add_reloc("R_CALL", wrapper.at.not_initialized_call, 0, by_name(kNotInitialized));
  add_reloc("R_ADDR", wrapper.at.return_address, pc_behind_call, by_name(name));
  add_reloc("R_CALL", wrapper.at.function_call, 0, function);
  add_reloc("R_ADDR", wrapper.at.resume_address, pc_behind_call, by_name(name));
  add_reloc("R_CALL", wrapper.at.loop_call, 0, by_name(kExportLoop));

  // The tables have no names; what refers to one counts in its group.
  auto add_aux = [&](const char *kind, SymbolText table) {
    TargetText target;
    bool is_hashed = table.group == SymbolGroup::kHashed;
    target.raw_package = is_hashed ? objfile::kPackageHashed : objfile::kPackageSelf;
    target.index = llvm::count_if(
        object.symbols, [&](const SymbolText &other) { return other.group == table.group; });
    symbol.auxes.push_back({kind, std::move(target)});
    object.symbols.push_back(std::move(table));
  };
  auto add_pc_table = [&](const char *kind, const ByteVector &data) {
    add_aux(kind, content_symbol(data, ContentSection::kPcTable));
  };
  add_aux("funcinfo", package_symbol(wrapper.func_info));
  symbol.auxes.push_back({"funcdata", {}}); // what arguments hold pointers: it has none
  symbol.auxes.push_back({"funcdata", by_name(kNoPointers)});
  add_pc_table("pcsp", wrapper.pcsp);
  add_pc_table("pcfile", wrapper.pcfile);
  add_pc_table("pcline", wrapper.pcline);
  add_pc_table("pcinline", wrapper.pcinline);
  add_aux("wasmtype", package_symbol(wrapper.wasm_type));
  object.symbols.push_back(std::move(symbol));
}

void add_wrapper_references(ObjectText &object) {
  SymbolText stack_map = content_symbol({2, 0, 0, 0, 0, 0, 0, 0}, ContentSection::kFuncdata);
  stack_map.flags = {{"dupok"}};
  stack_map.name.text = kNoPointers.str();
  object.symbols.push_back(std::move(stack_map));
  for (llvm::StringRef name : {kNotInitialized, kExportLoop}) {
    SymbolText reference;
    reference.name.text = name.str();
    reference.group = SymbolGroup::kRef;
    object.symbols.push_back(std::move(reference));
  }
}

} // namespace wald::directives

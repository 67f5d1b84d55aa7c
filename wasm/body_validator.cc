// The algorithm of the specification's appendix: a stack of the operands' types and one of the
// blocks around. In code that cannot be reached operands are of any type.
#include "wasm/body_validator.h"

#include "wasm/opcode_numbers.h"

#include "llvm/ADT/STLExtras.h"

#include <array>

namespace wald::wasm {

namespace {

constexpr uint8_t kI32 = uint8_t(ValueType::kI32), kI64 = uint8_t(ValueType::kI64),
                  kF32 = uint8_t(ValueType::kF32), kF64 = uint8_t(ValueType::kF64);
constexpr uint8_t kAny = 0; // in code that cannot be reached

constexpr uint8_t kNoResult = 0x40; // type of a block

bool is_number(uint8_t type) {
  return type >= kF64 && type <= kI32;
}

// A load or store: the number, and the exponent of its natural alignment.
struct Access {
  uint8_t type, alignment;
};
constexpr Access kAccesses[] = {
    // Loads, from 0x28 on
    {kI32, 2},
    {kI64, 3},
    {kF32, 2},
    {kF64, 3},
    {kI32, 0},
    {kI32, 0},
    {kI32, 1},
    {kI32, 1},
    {kI64, 0},
    {kI64, 0},
    {kI64, 1},
    {kI64, 1},
    {kI64, 2},
    {kI64, 2},
    // Stores, from 0x36 on
    {kI32, 2},
    {kI64, 3},
    {kF32, 2},
    {kF64, 3},
    {kI32, 0},
    {kI32, 1},
    {kI64, 0},
    {kI64, 1},
    {kI64, 2}};

struct Operation {
  uint8_t operand = 0, num_operands = 0, result = 0; // all operands have one type
};

constexpr std::array<Operation, 256> kOperations = [] {
  std::array<Operation, 256> table{};
  auto set = [&](unsigned first, unsigned last, uint8_t operand, uint8_t count, uint8_t result) {
    for (unsigned opcode = first; opcode <= last; opcode++)
      table[opcode] = {operand, count, result};
  };
  set(0x45, 0x45, kI32, 1, kI32); // eqz
  set(0x46, 0x4f, kI32, 2, kI32); // comparisons
  set(0x50, 0x50, kI64, 1, kI32);
  set(0x51, 0x5a, kI64, 2, kI32);
  set(0x5b, 0x60, kF32, 2, kI32);
  set(0x61, 0x66, kF64, 2, kI32);
  set(0x67, 0x69, kI32, 1, kI32); // clz, ctz, popcnt
  set(0x6a, 0x78, kI32, 2, kI32); // add … rotr
  set(0x79, 0x7b, kI64, 1, kI64);
  set(0x7c, 0x8a, kI64, 2, kI64);
  set(0x8b, 0x91, kF32, 1, kF32); // abs … sqrt
  set(0x92, 0x98, kF32, 2, kF32); // add … copysign
  set(0x99, 0x9f, kF64, 1, kF64);
  set(0xa0, 0xa6, kF64, 2, kF64);
  set(0xa7, 0xa7, kI64, 1, kI32); // wrap
  set(0xa8, 0xa9, kF32, 1, kI32); // trunc
  set(0xaa, 0xab, kF64, 1, kI32);
  set(0xac, 0xad, kI32, 1, kI64); // extend
  set(0xae, 0xaf, kF32, 1, kI64); // trunc
  set(0xb0, 0xb1, kF64, 1, kI64);
  set(0xb2, 0xb3, kI32, 1, kF32); // convert
  set(0xb4, 0xb5, kI64, 1, kF32);
  set(0xb6, 0xb6, kF64, 1, kF32); // demote
  set(0xb7, 0xb8, kI32, 1, kF64); // convert
  set(0xb9, 0xba, kI64, 1, kF64);
  set(0xbb, 0xbb, kF32, 1, kF64); // promote
  set(0xbc, 0xbc, kF32, 1, kI32); // reinterpret
  set(0xbd, 0xbd, kF64, 1, kI64);
  set(0xbe, 0xbe, kI32, 1, kF32);
  set(0xbf, 0xbf, kI64, 1, kF64);
  set(0xc0, 0xc1, kI32, 1, kI32); // extend8_s, extend16_s
  set(0xc2, 0xc4, kI64, 1, kI64);
  return table;
}();

} // namespace

BodyValidator::BodyValidator(const Module &module) : module_(module) {
  for (uint32_t i = 0; i < module.num_functions(); i++)
    functions_.push_back(module.function_type(i));
  for (const Import &import : module.imports) {
    has_memory_ |= import.kind == ExternKind::kMemory;
    has_table_ |= import.kind == ExternKind::kTable && import.value_type == ValueType::kFuncref;
    if (import.kind == ExternKind::kGlobal)
      globals_.push_back({uint8_t(import.value_type), import.is_mutable});
  }
  for (const Global &global : module.globals)
    globals_.push_back({uint8_t(global.type), global.is_mutable});
  has_memory_ |= !module.memories.empty();
  // The first one is the only one that call_indirect may name here.
  if (!module.tables.empty() && !llvm::any_of(module.imports, [](const Import &import) {
        return import.kind == ExternKind::kTable;
      }))
    has_table_ = module.tables[0].element_type == ValueType::kFuncref;
}

bool BodyValidator::accepts(uint32_t defined, Bytes body) {
  uint64_t index = uint64_t(module_.num_imported_functions()) + defined;
  const FuncType *type = index < functions_.size() ? functions_[index] : nullptr;
  if (!type)
    return false;
  locals_.clear();
  results_.clear();
  operands_.clear();
  frames_.clear();
  for (ValueType param : type->params)
    locals_.push_back(uint8_t(param));
  for (ValueType result : type->results)
    results_.push_back(uint8_t(result));
  if (!llvm::all_of(locals_, is_number) || !llvm::all_of(results_, is_number))
    return false;
  frames_.push_back({op::kBlock, 0, /*is_function=*/true, false, 0});
  StrictReader in(body);
  return read_locals(in) && read_code(in);
}

bool BodyValidator::read_locals(StrictReader &in) {
  constexpr uint64_t kMost = 50'000; // that engines take
  uint32_t num_groups = 0;
  if (!in.u32(num_groups))
    return false;
  for (uint32_t i = 0; i < num_groups; i++) {
    uint32_t count = 0;
    uint8_t type = 0;
    if (!in.u32(count) || !in.byte(type) || !is_number(type) || locals_.size() + count > kMost)
      return false;
    locals_.insert(locals_.end(), count, type);
  }
  return true;
}

bool BodyValidator::pop(uint8_t type) {
  const Frame &frame = frames_.back();
  if (operands_.size() == frame.height)
    return frame.is_unreachable;
  uint8_t top = operands_.back();
  operands_.pop_back();
  return top == type || top == kAny || type == kAny;
}

bool BodyValidator::pop_any(uint8_t &type) {
  const Frame &frame = frames_.back();
  type = kAny;
  if (operands_.size() == frame.height)
    return frame.is_unreachable;
  type = operands_.back();
  operands_.pop_back();
  return true;
}

llvm::ArrayRef<uint8_t> BodyValidator::label_of(const Frame &frame) const {
  return frame.opcode == op::kLoop ? llvm::ArrayRef<uint8_t>() : results_of(frame);
}

bool BodyValidator::pop_results(const Frame &frame) {
  bool is_good = true;
  for (uint8_t type : llvm::reverse(results_of(frame)))
    is_good &= pop(type);
  return is_good;
}

void BodyValidator::push_results(const Frame &frame) {
  llvm::ArrayRef<uint8_t> results = results_of(frame);
  operands_.insert(operands_.end(), results.begin(), results.end());
}

void BodyValidator::make_unreachable() {
  operands_.resize(frames_.back().height);
  frames_.back().is_unreachable = true;
}

bool BodyValidator::read_code(StrictReader &in) {
  for (;;) {
    uint8_t opcode = 0;
    uint32_t index = 0;
    if (!in.byte(opcode))
      return false;
    bool is_good = false;
    switch (opcode) {
    case op::kLocalGet:
      is_good = in.u32(index) && index < locals_.size();
      if (is_good)
        push(locals_[index]);
      break;
    case op::kLocalSet:
      is_good = in.u32(index) && index < locals_.size() && pop(locals_[index]);
      break;
    case op::kLocalTee:
      is_good = in.u32(index) && index < locals_.size() && pop(locals_[index]);
      if (is_good)
        push(locals_[index]);
      break;
    case op::kGlobalGet:
      is_good = in.u32(index) && index < globals_.size() && is_number(globals_[index].type);
      if (is_good)
        push(globals_[index].type);
      break;
    case op::kGlobalSet:
      is_good = in.u32(index) && index < globals_.size() && globals_[index].is_mutable &&
                pop(globals_[index].type);
      break;
    case op::kI32Const:
      is_good = in.skip_signed(32);
      push(kI32);
      break;
    case op::kI64Const:
      is_good = in.skip_signed(64);
      push(kI64);
      break;
    case op::kF32Const:
      is_good = in.skip(4);
      push(kF32);
      break;
    case op::kF64Const:
      is_good = in.skip(8);
      push(kF64);
      break;
    case op::kPrefixFC:
      is_good = prefixed(in);
      break;
    case op::kEnd:
      if (!end_block())
        return false;
      if (frames_.empty())
        return in.at_end();
      is_good = true;
      break;
    default:
      is_good = opcode >= op::kI32Eqz && opcode <= op::kI64Extend32S  ? numeric(opcode)
                : opcode >= op::kI32Load && opcode <= op::kMemoryGrow ? access(opcode, in)
                                                                      : control(opcode, in);
    }
    if (!is_good)
      return false;
  }
}

bool BodyValidator::numeric(uint8_t opcode) {
  const Operation &operation = kOperations[opcode];
  bool is_good = pop(operation.operand) && (operation.num_operands == 1 || pop(operation.operand));
  push(operation.result);
  return is_good;
}

bool BodyValidator::access(uint8_t opcode, StrictReader &in) {
  if (!has_memory_)
    return false;
  if (opcode == op::kMemorySize || opcode == op::kMemoryGrow) {
    bool is_good = in.is(0) && (opcode == op::kMemorySize || pop(kI32));
    push(kI32);
    return is_good;
  }
  const Access &found = kAccesses[opcode - op::kI32Load];
  uint32_t alignment = 0, offset = 0;
  if (!in.u32(alignment) || !in.u32(offset) || alignment > found.alignment)
    return false;
  if (opcode >= op::kI32Store)
    return pop(found.type) && pop(kI32);
  bool is_good = pop(kI32);
  push(found.type);
  return is_good;
}

bool BodyValidator::prefixed(StrictReader &in) {
  constexpr Operation kSaturating[] = {
      {kF32, 1, kI32}, {kF64, 1, kI32}, {kF32, 1, kI64}, {kF64, 1, kI64}};
  uint32_t number = 0;
  if (!in.u32(number))
    return false;
  const uint64_t opcode = op::kFirstAfterFC + uint64_t(number);
  if (opcode <= op::kI64TruncSatF64U) { // signed and unsigned
    const Operation &operation = kSaturating[number / 2];
    bool is_good = pop(operation.operand);
    push(operation.result);
    return is_good;
  }
  if (opcode != op::kMemoryCopy && opcode != op::kMemoryFill)
    return false;
  for (int i = opcode == op::kMemoryCopy ? 2 : 1; i > 0; i--)
    if (!in.is(0)) // the memory
      return false;
  return has_memory_ && pop(kI32) && pop(kI32) && pop(kI32);
}

bool BodyValidator::call(const FuncType &type) {
  for (ValueType param : llvm::reverse(type.params))
    if (!is_number(uint8_t(param)) || !pop(uint8_t(param)))
      return false;
  for (ValueType result : type.results)
    push(uint8_t(result));
  return llvm::all_of(type.results, [](ValueType result) { return is_number(uint8_t(result)); });
}

bool BodyValidator::begin_block(uint8_t opcode, StrictReader &in) {
  uint8_t type = 0;
  if (!in.byte(type) || (type != kNoResult && !is_number(type)))
    return false;
  if (opcode == op::kIf && !pop(kI32))
    return false;
  frames_.push_back({opcode, type == kNoResult ? uint8_t(0) : type, /*is_function=*/false,
                     /*is_unreachable=*/false, uint32_t(operands_.size())});
  return true;
}

bool BodyValidator::end_block() {
  const Frame frame = frames_.back();
  if (!pop_results(frame) || operands_.size() != frame.height)
    return false;
  if (frame.opcode == op::kIf && frame.result) // without an else there is none
    return false;
  frames_.pop_back();
  push_results(frame);
  return true;
}

bool BodyValidator::branch_to(uint32_t depth) {
  if (depth >= frames_.size())
    return false;
  llvm::ArrayRef<uint8_t> types = label_of(frames_[frames_.size() - 1 - depth]);
  for (uint8_t type : llvm::reverse(types))
    if (!pop(type))
      return false;
  return true;
}

// All labels have the same types here, as they do in what compilers write.
bool BodyValidator::branch_table(StrictReader &in) {
  uint32_t count = 0, depth = 0;
  if (!pop(kI32) || !in.u32(count))
    return false;
  std::optional<llvm::ArrayRef<uint8_t>> types;
  for (uint64_t i = 0; i <= count; i++) {
    if (!in.u32(depth) || depth >= frames_.size())
      return false;
    llvm::ArrayRef<uint8_t> of_label = label_of(frames_[frames_.size() - 1 - depth]);
    if (types && *types != of_label)
      return false;
    types = of_label;
  }
  if (!branch_to(depth))
    return false;
  make_unreachable();
  return true;
}

bool BodyValidator::control(uint8_t opcode, StrictReader &in) {
  uint32_t index = 0;
  switch (opcode) {
  case op::kUnreachable:
    make_unreachable();
    return true;
  case op::kNop:
    return true;
  case op::kBlock:
  case op::kLoop:
  case op::kIf:
    return begin_block(opcode, in);
  case op::kElse: {
    Frame frame = frames_.back();
    if (frame.opcode != op::kIf || !pop_results(frame) || operands_.size() != frame.height)
      return false;
    frame.opcode = op::kElse;
    frame.is_unreachable = false;
    frames_.back() = frame;
    return true;
  }
  case op::kBr:
    if (!in.u32(index) || !branch_to(index))
      return false;
    make_unreachable();
    return true;
  case op::kBrIf: {
    if (!in.u32(index) || !pop(kI32) || !branch_to(index))
      return false;
    llvm::ArrayRef<uint8_t> types = label_of(frames_[frames_.size() - 1 - index]);
    operands_.insert(operands_.end(), types.begin(), types.end());
    return true;
  }
  case op::kBrTable:
    return branch_table(in);
  case op::kReturn:
    if (!branch_to(frames_.size() - 1))
      return false;
    make_unreachable();
    return true;
  case op::kCall:
    return in.u32(index) && index < functions_.size() && functions_[index] &&
           call(*functions_[index]);
  case op::kCallIndirect: {
    return in.u32(index) && in.is(0) && has_table_ && index < module_.types.size() && pop(kI32) &&
           call(module_.types[index]);
  }
  case op::kDrop: {
    uint8_t type = 0;
    return pop_any(type);
  }
  case op::kSelect: {
    uint8_t first = 0, second = 0;
    if (!pop(kI32) || !pop_any(second) || !pop_any(first) ||
        (first != second && first != kAny && second != kAny))
      return false;
    push(first == kAny ? second : first);
    return true;
  }
  default:
    return false;
  }
}

} // namespace wald::wasm

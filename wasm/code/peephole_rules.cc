// The rules, one function each, and their table at the end. Each is right for all values on the
// stack; what has to be known about Go beyond that stands with the rule.
#include "wasm/code/dispatch.h"
#include "wasm/code/peepholes.h"

#include <algorithm>

namespace wald::code {

namespace {

Instruction i32_const(int64_t value) {
  return {op::kI32Const, 0, 0, int32_t(value)};
}
Instruction i64_const(int64_t value) {
  return {op::kI64Const, 0, 0, value};
}

// -- Addresses are computed as 64-bit numbers that were 32-bit ones before and become so again.

bool wrap_const(Window &w) {
  if (!w.is(1, op::kI64Const))
    return false;
  int64_t value = w[1].value;
  w.drop(2);
  w.append(i32_const(value));
  return true;
}

bool wrap_extended(Window &w) {
  if (!w.is(1, op::kI64ExtendI32U) && !w.is(1, op::kI64ExtendI32S))
    return false;
  w.drop(2);
  return true;
}

Op narrow_load(Op load) {
  switch (load) {
  case op::kI64Load:
  case op::kI64Load32S:
  case op::kI64Load32U:
    return op::kI32Load;
  case op::kI64Load8S:
    return op::kI32Load8S;
  case op::kI64Load8U:
    return op::kI32Load8U;
  case op::kI64Load16S:
    return op::kI32Load16S;
  case op::kI64Load16U:
    return op::kI32Load16U;
  }
  return op::kNop;
}

// The low half comes first in memory. Whether the access traps can only change where the last four
// bytes lie beyond the memory's end: Go's variables of 8 bytes do not lie across it.
bool wrap_load(Window &w) {
  Instruction load = w.size() > 1 ? w[1] : Instruction();
  Op narrow = narrow_load(load.op);
  if (narrow == op::kNop)
    return false;
  load.op = narrow;
  load.extra = std::min<uint16_t>(load.extra, 2);
  w.drop(2);
  w.append(load);
  return true;
}

Op narrow_arithmetic(Op wide, int64_t operand) {
  switch (wide) {
  case op::kI64Add:
    return op::kI32Add;
  case op::kI64Sub:
    return op::kI32Sub;
  case op::kI64Mul:
    return op::kI32Mul;
  case op::kI64And:
    return op::kI32And;
  case op::kI64Or:
    return op::kI32Or;
  case op::kI64Xor:
    return op::kI32Xor;
  case op::kI64Shl: // 32-bit shifts count modulo 32
    return operand >= 0 && operand < 32 ? op::kI32Shl : op::kNop;
  }
  return op::kNop;
}

// The low half of the result depends on the low halves of the operands only.
bool wrap_arithmetic(Window &w) {
  if (!w.is(2, op::kI64Const))
    return false;
  int64_t operand = w[2].value;
  Op narrow = narrow_arithmetic(w[1].op, operand);
  if (narrow == op::kNop)
    return false;
  w.drop(3);
  w.append({.op = op::kI32WrapI64});
  w.append(i32_const(operand));
  w.append({.op = narrow});
  return true;
}

bool extend_const(Window &w) {
  if (!w.is(1, op::kI32Const))
    return false;
  int64_t value = uint32_t(w[1].value);
  w.drop(2);
  w.append(i64_const(value));
  return true;
}

// -- The low half as a 64-bit number.

// A 64-bit constant takes six bytes and, in engines, a register. The wrap goes on into what is
// before it.
bool keep_low_half(Window &w) {
  if (!w.is(1, op::kI64Const) || w[1].value != int64_t(UINT32_MAX))
    return false;
  w.drop(2);
  w.append({.op = op::kI32WrapI64});
  w.append({.op = op::kI64ExtendI32U});
  return true;
}

uint64_t most_of_load(Op load) {
  switch (load) {
  case op::kI64Load8U:
    return UINT8_MAX;
  case op::kI64Load16U:
    return UINT16_MAX;
  }
  return 0;
}

bool mask_what_was_loaded(Window &w) {
  if (!w.is(1, op::kI64Const) || w.size() < 3)
    return false;
  uint64_t most = most_of_load(w[2].op);
  if (most == 0 || (uint64_t(w[1].value) & most) != most)
    return false;
  w.drop(2);
  return true;
}

Op extended_load(Op load) {
  switch (load) {
  case op::kI32Load:
    return op::kI64Load32U;
  case op::kI32Load8U:
    return op::kI64Load8U;
  case op::kI32Load16U:
    return op::kI64Load16U;
  }
  return op::kNop;
}

bool extend_load(Window &w) {
  Instruction load = w.size() > 1 ? w[1] : Instruction();
  load.op = extended_load(load.op);
  if (load.op == op::kNop)
    return false;
  w.drop(2);
  w.append(load);
  return true;
}

// -- Sums of constants, and sums that an access can do.

bool add_zero(Window &w) {
  if (!w.is(1, op::kI32Const) || w[1].value != 0)
    return false;
  w.drop(2);
  return true;
}

// x + a + b
bool add_twice(Window &w) {
  if (!w.is(1, op::kI32Const) || !w.is(2, op::kI32Add) || !w.is(3, op::kI32Const))
    return false;
  int64_t sum = w[1].value + w[3].value;
  w.drop(4);
  w.append(i32_const(sum));
  w.append({.op = op::kI32Add});
  return true;
}

// Whether the instructions up to `back` are SP + c with an offset that may be added to an access.
// Both are sums without a carry: slots of a frame lie in memory above SP.
bool is_slot_address(const Window &w, size_t back, int64_t offset) {
  return w.is(back, op::kI32Add) && w.is(back + 1, op::kI32Const) &&
         w.is(back + 2, op::kLocalGet, kLocalSp) && w[back + 1].value >= 0 &&
         w[back + 1].value + offset <= int64_t(UINT32_MAX);
}

bool load_slot(Window &w) {
  Instruction load = w[0];
  if (!is_slot_address(w, 1, load.value))
    return false;
  load.value += w[2].value;
  w.drop(3);
  w.append(load);
  return true;
}

// The value stands between the address and the store.
bool store_slot(Window &w) {
  Instruction store = w[0];
  size_t length = w.length_of_value(1);
  if (length == 0 || !is_slot_address(w, 1 + length, store.value))
    return false;
  store.value += w[2 + length].value;
  std::vector<Instruction> &code = w.code();
  code.erase(code.end() - length - 3, code.end() - length - 1);
  code.back() = store;
  return true;
}

// -- Conditions.

bool eqz_extended(Window &w) {
  if (!w.is(1, op::kI64ExtendI32U) && !w.is(1, op::kI64ExtendI32S))
    return false;
  w.drop(2);
  w.append({.op = op::kI32Eqz});
  return true;
}

// Comparisons of integers in the order of their opcodes: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s
// ge_u. Those of floats are left: with NaN neither they nor their opposites hold.
bool not_compared(Window &w) {
  constexpr uint8_t kOpposite[] = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};
  for (Op first : {op::kI32Eq, op::kI64Eq}) {
    if (w.size() < 2 || w[1].op < first || w[1].op >= first + 10)
      continue;
    Op opposite = first + kOpposite[w[1].op - first];
    w.drop(2);
    w.append({.op = opposite});
    return true;
  }
  return false;
}

bool equals_zero(Window &w) {
  bool is_wide = w[0].op == op::kI64Eq;
  if (!w.is(1, is_wide ? op::kI64Const : op::kI32Const) || w[1].value != 0)
    return false;
  w.drop(2);
  w.append({.op = is_wide ? op::kI64Eqz : op::kI32Eqz});
  return true;
}

// A 32-bit number, extended with zeros, beside a constant that is one.
bool compare_extended(Window &w) {
  if (!w.is(1, op::kI64Const) || !w.is(2, op::kI64ExtendI32U) || uint64_t(w[1].value) > UINT32_MAX)
    return false;
  int64_t operand = w[1].value;
  Op narrow = op::kI32Eq + (w[0].op - op::kI64Eq);
  w.drop(3);
  w.append(i32_const(operand));
  w.append({.op = narrow});
  return true;
}

// A condition that only has to be zero or not.
bool branch_on_double_not(Window &w) {
  Instruction branch = w[0];
  if (w.is(1, op::kI32Eqz) && w.is(2, op::kI32Eqz)) {
    w.drop(3);
    w.append(branch);
    return true;
  }
  if (w.is(1, op::kI32Ne) && w.is(2, op::kI32Const) && w[2].value == 0) {
    w.drop(3);
    w.append(branch);
    return true;
  }
  return false;
}

// wazero makes one instruction of a comparison and the branch after it, but not with an eqz between
// them. Floats have no opposite comparison. The branch leaves one block more.
bool branch_unless_float(Window &w) {
  if (!w.is(1, op::kI32Eqz) || w.size() < 3 || w[2].op < op::kF32Eq || w[2].op > op::kF64Ge)
    return false;
  uint32_t label = w[0].index;
  w.drop(2);
  w.append({.op = op::kIf, .value = kVoid});
  w.append({.op = op::kElse});
  w.append({.op = op::kBr, .index = label + 1});
  w.append({.op = op::kEnd});
  return true;
}

// -- Locals and the stack pointer.

bool get_what_was_set(Window &w) {
  if (!w.is(1, op::kLocalSet, w[0].index))
    return false;
  uint32_t local = w[0].index;
  w.drop(2);
  w.append({.op = op::kLocalTee, .index = local});
  return true;
}

bool drop_nop(Window &w) {
  w.drop(1);
  return true;
}

bool is_change_of_sp(const Window &w, size_t back, Op change) {
  return w.is(back, op::kGlobalSet, kGlobalSp) && w.is(back + 1, op::kLocalTee, kLocalSp) &&
         w.is(back + 2, change) && w.is(back + 3, op::kI32Const) &&
         w.is(back + 4, op::kLocalGet, kLocalSp);
}

// The frame's size and 8 for the return address.
bool change_sp_twice(Window &w) {
  for (Op change : {op::kI32Add, op::kI32Sub}) {
    if (!is_change_of_sp(w, 0, change) || !is_change_of_sp(w, 5, change))
      continue;
    int64_t sum = w[3].value + w[8].value;
    w.drop(5);
    w.code()[w.size() - 4].value = int32_t(sum);
    return true;
  }
  return false;
}

// Nothing reads the local after a return.
bool return_without_local_sp(Window &w) {
  if (!w.is(1, op::kI32Const) || !w.is(2, op::kGlobalSet, kGlobalSp) ||
      !w.is(3, op::kLocalTee, kLocalSp))
    return false;
  std::vector<Instruction> &code = w.code();
  code.erase(code.end() - 4);
  return true;
}

// The argument 0 belongs below the function's number, which was computed before it and waits in a
// local; now it comes first. Between the number and the call stands the push of the return address.
//   target; SP -= 8; store the address; i64.const 16; i64.shr_u; i32.wrap_i64
//   local.set s; i32.const 0; local.get s; call_indirect
bool call_without_scratch(Window &w) {
  constexpr size_t kPush = 8, kAbove = 4 + 3;
  if (!w.is(1, op::kLocalGet) || !w.is(2, op::kI32Const) || w[2].value != 0 ||
      !w.is(3, op::kLocalSet, w[1].index) || !w.is(kAbove, op::kI64Store) ||
      !w.is(kAbove + 1, op::kI64Const) || !w.is(kAbove + 2, op::kLocalGet, kLocalSp) ||
      !is_change_of_sp(w, kAbove + 3, op::kI32Sub))
    return false;
  for (size_t back = 4; back < kAbove; back++)
    if (op_info(w[back].op).immediate != Immediate::kNone && !w.is(back, op::kI32Const) &&
        !w.is(back, op::kI64Const))
      return false;
  size_t length = w.length_of_value(kAbove + kPush);
  if (length == 0)
    return false;
  Instruction call = w[0], zero = w[2];
  w.drop(4);
  std::vector<Instruction> &code = w.code();
  code.insert(code.end() - (kAbove - 4) - kPush - length, zero);
  code.push_back(call);
  return true;
}

// In the order of the last instruction; of two rules for one the first that fits is taken.
constexpr Rule kRules[] = {
    {op::kNop, "nop -> ", drop_nop},
    {op::kIf, "eqz eqz if -> if; const 0, ne, if -> if", branch_on_double_not},
    {op::kBrIf, "eqz eqz br_if -> br_if; const 0, ne, br_if -> br_if", branch_on_double_not},
    {op::kBrIf, "float comparison, eqz, br_if l -> comparison, if, else, br l + 1, end",
     branch_unless_float},
    {op::kReturn, "tee SP, global.set, const, return -> global.set, const, return",
     return_without_local_sp},
    {op::kCallIndirect, "f, set s, const 0, get s, call_indirect -> const 0, f, call_indirect",
     call_without_scratch},
    {op::kLocalGet, "set x, get x -> tee x", get_what_was_set},
    {op::kGlobalSet, "SP += a, SP += b -> SP += a + b", change_sp_twice},
    {op::kI32Load, "SP + c, load -> SP, load offset c", load_slot},
    {op::kI64Load, "the same", load_slot},
    {op::kF32Load, "the same", load_slot},
    {op::kF64Load, "the same", load_slot},
    {op::kI32Load8S, "the same", load_slot},
    {op::kI32Load8U, "the same", load_slot},
    {op::kI32Load16S, "the same", load_slot},
    {op::kI32Load16U, "the same", load_slot},
    {op::kI64Load8S, "the same", load_slot},
    {op::kI64Load8U, "the same", load_slot},
    {op::kI64Load16S, "the same", load_slot},
    {op::kI64Load16U, "the same", load_slot},
    {op::kI64Load32S, "the same", load_slot},
    {op::kI64Load32U, "the same", load_slot},
    {op::kI32Store, "SP + c, v, store -> SP, v, store offset c", store_slot},
    {op::kI64Store, "the same", store_slot},
    {op::kF32Store, "the same", store_slot},
    {op::kF64Store, "the same", store_slot},
    {op::kI32Store8, "the same", store_slot},
    {op::kI32Store16, "the same", store_slot},
    {op::kI64Store8, "the same", store_slot},
    {op::kI64Store16, "the same", store_slot},
    {op::kI64Store32, "the same", store_slot},
    {op::kI32Eqz, "comparison, eqz -> opposite comparison", not_compared},
    {op::kI32Eq, "const 0, eq -> eqz", equals_zero},
    {op::kI64Eqz, "extend, i64.eqz -> i32.eqz", eqz_extended},
    {op::kI64Eq, "extend_u, const, i64.eq -> const, i32.eq", compare_extended},
    {op::kI64Eq, "const 0, eq -> eqz", equals_zero},
    {op::kI64Ne, "the same with ne", compare_extended},
    {op::kI64LtU, "the same with lt_u", compare_extended},
    {op::kI64GtU, "the same with gt_u", compare_extended},
    {op::kI64LeU, "the same with le_u", compare_extended},
    {op::kI64GeU, "the same with ge_u", compare_extended},
    {op::kI32Add, "const 0, add -> ", add_zero},
    {op::kI32Add, "const a, add, const b, add -> const a + b, add", add_twice},
    {op::kI32WrapI64, "i64.const, wrap -> i32.const", wrap_const},
    {op::kI32WrapI64, "extend, wrap -> ", wrap_extended},
    {op::kI32WrapI64, "i64.load, wrap -> i32.load", wrap_load},
    {op::kI32WrapI64, "const, i64.op, wrap -> wrap, const, i32.op", wrap_arithmetic},
    {op::kI64ExtendI32U, "i32.const, extend_u -> i64.const", extend_const},
    {op::kI64ExtendI32U, "i32.load, extend_u -> i64.load32_u", extend_load},
    {op::kI64And, "const 0xffffffff, and -> wrap, extend_u", keep_low_half},
    {op::kI64And, "load8_u, const 0xff, and -> load8_u", mask_what_was_loaded},
};

static_assert(std::size(kRules) <= UINT8_MAX); // RuleRange

} // namespace

llvm::ArrayRef<Rule> peephole_rules() {
  return kRules;
}

} // namespace wald::code

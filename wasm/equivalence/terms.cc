// The rewrites. x and y are any terms, c a constant, ext an extension of 32 bits to 64.
//
//   sums         x - c = x + (-c)         c + x = x + c        (x + a) + b = x + (a + b)
//                x + 0 = x                a + b of two constants is one
//   low halves   wrap(ext x) = x          wrap(x op y) = wrap x op wrap y: + - * and or xor
//                wrap(x << c) = wrap x << c, c < 32            wrap(c) = the constant
//                wrap(load of 8 bytes) = load of 4; of 1, 2, 4 bytes: the 32-bit load of as many
//   extensions   ext_u(c) = the constant  ext_u(load of n bytes) = the 64-bit load of as many
//                x and 0xffffffff = ext_u(wrap x)
//                load of 1 or 2 bytes and a constant that has all of their bits = the load
//   comparisons  > >= <= != are < and = with the operands changed, or their opposite
//                x = 0 is eqz x           eqz(ext x) = eqz x   eqz(eqz x) = x for a comparison x
//                ext_u x = ext_u y, ext_u x <u ext_u y: of x and y, 32 bits; for small constants,
//                too
//   addresses    (SP + c) with offset o = SP with offset c + o, for the stack pointer SP only
//
// Only the last one needs to be believed (README.md, "A slot of a frame"), and of the loads that
// the wider one traps where the narrower one does ("Loads of half a variable").
#include "wasm/equivalence/terms.h"

#include <algorithm>
#include <bit>

namespace wald::equivalence {

namespace {

constexpr unsigned kDeepest = 400; // what a chain of additions may be narrowed in; the rest stays

uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = (a ^ std::rotl(b, 29)) * 0x9e3779b97f4a7c15;
  return x ^ x >> 32;
}

uint64_t hash_of(const Term &term) {
  uint64_t hash = mix(uint64_t(term.op) << 16 | term.lane, term.value);
  hash = mix(hash, uint64_t(term.a) << 32 | term.b);
  return mix(hash, term.c);
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
  return 0;
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
  return 0;
}

// The bits that a load can set.
uint64_t loaded_bits(Op load) {
  switch (load) {
  case op::kI64Load8U:
    return 0xff;
  case op::kI64Load16U:
    return 0xffff;
  }
  return 0;
}

bool is_extension(Op opcode) {
  return opcode == op::kI64ExtendI32S || opcode == op::kI64ExtendI32U;
}

} // namespace

void Terms::clear() {
  constexpr size_t kFirstRoom = 1024;
  if (table_.empty())
    table_.resize(kFirstRoom);
  for (size_t id = 1; id < terms_.size(); id++)
    table_[slots_[id]] = kNoTerm;
  terms_.assign(1, Term());
  wrapped_.assign(1, kNoTerm);
  slots_.assign(1, 0);
}

void Terms::grow() {
  table_.assign(table_.size() * 2, kNoTerm);
  for (TermId id = 1; id < terms_.size(); id++) {
    size_t at = hash_of(terms_[id]) & (table_.size() - 1);
    while (table_[at])
      at = (at + 1) & (table_.size() - 1);
    table_[at] = id;
    slots_[id] = at;
  }
}

TermId Terms::make(const Term &term) {
  if (terms_.size() * 2 > table_.size())
    grow();
  size_t at = hash_of(term) & (table_.size() - 1);
  for (; table_[at]; at = (at + 1) & (table_.size() - 1))
    if (terms_[table_[at]] == term)
      return table_[at];
  TermId id = terms_.size();
  table_[at] = id;
  terms_.push_back(term);
  wrapped_.push_back(kNoTerm);
  slots_.push_back(at);
  return id;
}

TermId Terms::constant(const code::Instruction &instruction, const code::Body &body) {
  if (instruction.op != op::kV128Const)
    return make({.op = instruction.op, .value = instruction.value});
  return shuffle(kNoTerm, kNoTerm, body.vectors[instruction.index]);
}

TermId Terms::shuffle(TermId a, TermId b, const std::array<uint8_t, 16> &lanes) {
  uint64_t low = 0, high = 0;
  for (unsigned i = 0; i < 8; i++) {
    low |= uint64_t(lanes[i]) << (8 * i);
    high |= uint64_t(lanes[8 + i]) << (8 * i);
  }
  TermId bytes = make(
      {.op = op::kV128Const, .a = TermId(high), .b = TermId(high >> 32), .value = int64_t(low)});
  return a == kNoTerm ? bytes : make({.op = op::kI8x16Shuffle, .a = a, .b = b, .c = bytes});
}

TermId Terms::load(Op opcode, Address address, uint32_t version, uint32_t lane, TermId vector) {
  return make({.op = opcode,
               .lane = uint16_t(lane),
               .a = address.base,
               .b = version,
               .c = vector,
               .value = address.offset});
}

// -- Sums.

TermId Terms::add(Op opcode, TermId a, TermId b) {
  Op constant = opcode == op::kI32Add ? op::kI32Const : op::kI64Const;
  auto make_constant = [&](uint64_t value) {
    return constant == op::kI32Const ? i32(value) : i64(value);
  };
  if (terms_[a].op == constant)
    std::swap(a, b);
  if (terms_[b].op != constant)
    return make({.op = opcode, .a = a, .b = b});
  uint64_t value = terms_[b].value;
  if (terms_[a].op == constant)
    return make_constant(terms_[a].value + value);
  if (terms_[a].op == opcode && terms_[terms_[a].b].op == constant) {
    value += terms_[terms_[a].b].value;
    a = terms_[a].a;
  }
  b = make_constant(value);
  return terms_[b].value == 0 ? a : make({.op = opcode, .a = a, .b = b});
}

// -- Low halves.

TermId Terms::wrap(TermId a, unsigned depth) {
  if (wrapped_[a])
    return wrapped_[a];
  const Term term = terms_[a];
  auto arithmetic = [&](Op narrow) {
    TermId left = wrap(term.a, depth + 1);
    return binary(narrow, left, wrap(term.b, depth + 1), 0);
  };
  TermId result = kNoTerm;
  if (is_extension(term.op))
    result = term.a;
  else if (term.op == op::kI64Const)
    result = i32(term.value);
  else if (Op load = narrow_load(term.op))
    result = make({.op = load, .a = term.a, .b = term.b, .value = term.value});
  else if (depth < kDeepest)
    switch (term.op) {
    case op::kI64Add:
      result = arithmetic(op::kI32Add);
      break;
    case op::kI64Sub:
      result = arithmetic(op::kI32Sub);
      break;
    case op::kI64Mul:
      result = arithmetic(op::kI32Mul);
      break;
    case op::kI64And:
      result = arithmetic(op::kI32And);
      break;
    case op::kI64Or:
      result = arithmetic(op::kI32Or);
      break;
    case op::kI64Xor:
      result = arithmetic(op::kI32Xor);
      break;
    case op::kI64Shl:
      if (is_i64_const(term.b) && uint64_t(terms_[term.b].value) < 32)
        result = arithmetic(op::kI32Shl);
      break;
    }
  if (!result)
    result = make({.op = op::kI32WrapI64, .a = a});
  wrapped_[a] = result;
  return result;
}

// -- Comparisons.

bool Terms::is_truth(TermId a) const {
  Op opcode = terms_[a].op;
  return opcode >= op::kI32Eqz && opcode <= op::kF64Ge;
}

TermId Terms::negation(TermId a) {
  const Term &term = terms_[a];
  if (term.op == op::kI32Eqz && is_truth(term.a))
    return term.a;
  return make({.op = op::kI32Eqz, .a = a});
}

TermId Terms::is_zero(bool is_wide, TermId a) {
  if (!is_wide)
    return negation(a);
  if (is_extension(terms_[a].op))
    return negation(terms_[a].a);
  if (TermId x = narrowed(a))
    return negation(x);
  return make({.op = op::kI64Eqz, .a = a});
}

// The 32-bit number of which this is the extension with zeros.
TermId Terms::narrowed(TermId a) {
  const Term &term = terms_[a];
  if (term.op == op::kI64ExtendI32U)
    return term.a;
  if (term.op == op::kI64Const && uint64_t(term.value) <= UINT32_MAX)
    return i32(term.value);
  if (term.op == op::kI64Load32U || term.op == op::kI64Load16U || term.op == op::kI64Load8U)
    return wrap(a, 0);
  return kNoTerm;
}

TermId Terms::equal(bool is_wide, TermId a, TermId b) {
  if (is_wide)
    if (TermId x = narrowed(a))
      if (TermId y = narrowed(b))
        return equal(false, x, y);
  Op constant = is_wide ? op::kI64Const : op::kI32Const;
  if (terms_[a].op == constant && terms_[b].op != constant)
    std::swap(a, b);
  if (terms_[b].op == constant && terms_[b].value == 0)
    return is_zero(is_wide, a);
  return make({.op = is_wide ? op::kI64Eq : op::kI32Eq, .a = a, .b = b});
}

TermId Terms::less(bool is_wide, bool is_signed, TermId a, TermId b) {
  if (is_wide && !is_signed)
    if (TermId x = narrowed(a))
      if (TermId y = narrowed(b))
        return less(false, false, x, y);
  Op first = is_wide ? op::kI64LtS : op::kI32LtS;
  return make({.op = Op(first + !is_signed), .a = a, .b = b});
}

// In the order of the opcodes: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u.
TermId Terms::compare(bool is_wide, unsigned which, TermId a, TermId b) {
  bool is_signed = which % 2 == 0;
  switch (which) {
  case 0:
    return equal(is_wide, a, b);
  case 1:
    return negation(equal(is_wide, a, b));
  case 2:
  case 3:
    return less(is_wide, is_signed, a, b);
  case 4:
  case 5:
    return less(is_wide, is_signed, b, a);
  case 6:
  case 7:
    return negation(less(is_wide, is_signed, b, a));
  default:
    return negation(less(is_wide, is_signed, a, b));
  }
}

// -- All instructions that only compute.

TermId Terms::unary(Op opcode, TermId a, uint32_t lane) {
  if (opcode == op::kI32Eqz && is_known(a))
    return known(terms_[a].value == 0);
  a = plain(a);
  switch (opcode) {
  case op::kI32Eqz:
    return is_zero(false, a);
  case op::kI64Eqz:
    return is_zero(true, a);
  case op::kI32WrapI64:
    return wrap(a, 0);
  case op::kI64ExtendI32U:
    if (is_i32_const(a))
      return i64(uint32_t(terms_[a].value));
    if (Op load = extended_load(terms_[a].op)) {
      const Term term = terms_[a];
      return make({.op = load, .a = term.a, .b = term.b, .value = term.value});
    }
    break;
  }
  return make({.op = opcode, .lane = uint16_t(lane), .a = a});
}

TermId Terms::binary(Op opcode, TermId a, TermId b, uint32_t lane) {
  if (is_known(a) && is_i32_const(b)) {
    uint32_t x = terms_[a].value, y = terms_[b].value;
    if (opcode == op::kI32Eq || opcode == op::kI32Ne)
      return known((x == y) == (opcode == op::kI32Eq));
    if (opcode == op::kI32Add || opcode == op::kI32Sub)
      return known(opcode == op::kI32Add ? x + y : x - y);
  }
  a = plain(a);
  b = plain(b);
  if (opcode >= op::kI32Eq && opcode < op::kI32Eq + 10)
    return compare(false, opcode - op::kI32Eq, a, b);
  if (opcode >= op::kI64Eq && opcode < op::kI64Eq + 10)
    return compare(true, opcode - op::kI64Eq, a, b);
  if (opcode == op::kI32Add || opcode == op::kI64Add)
    return add(opcode, a, b);
  if (opcode == op::kI64And && is_i64_const(b)) {
    uint64_t mask = terms_[b].value, bits = loaded_bits(terms_[a].op);
    if (mask == 0xffffffff)
      return unary(op::kI64ExtendI32U, wrap(a, 0), 0);
    if (bits && (mask & bits) == bits)
      return a;
  }
  if (opcode == op::kI32Sub && is_i32_const(b))
    return add(op::kI32Add, a, i32(-terms_[b].value));
  if (opcode == op::kI64Sub && is_i64_const(b))
    return add(op::kI64Add, a, i64(-uint64_t(terms_[b].value)));
  return make({.op = opcode, .lane = uint16_t(lane), .a = a, .b = b});
}

TermId Terms::ternary(Op opcode, TermId a, TermId b, TermId c) {
  a = plain(a);
  b = plain(b);
  return make({.op = opcode, .a = a, .b = b, .c = plain(c)});
}

Address Terms::address(TermId base, uint32_t offset) const {
  const Term &term = terms_[base];
  if (term.op == op::kI32Add && is_stack_pointer(base))
    return {term.a, terms_[term.b].value + int64_t(offset)};
  return {base, offset};
}

TermId Terms::condition(TermId value, bool &holds) const {
  while (terms_[value].op == op::kI32Eqz) {
    holds = !holds;
    value = terms_[value].a;
  }
  return value;
}

} // namespace wald::equivalence

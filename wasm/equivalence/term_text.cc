#include "wasm/equivalence/term_text.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <iterator>

namespace wald::equivalence {

namespace {

// By opcode.
constexpr const char *kNames[] = {
    "unreachable",
    "nop",
    "block",
    "loop",
    "if",
    "else",
    "",
    "",
    "",
    "",
    "",
    "end",
    "br",
    "br_if",
    "br_table",
    "return",
    "call",
    "call_indirect",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "drop",
    "select",
    "",
    "",
    "",
    "",
    "local.get",
    "local.set",
    "local.tee",
    "global.get",
    "global.set",
    "",
    "",
    "",
    "i32.load",
    "i64.load",
    "f32.load",
    "f64.load",
    "i32.load8_s",
    "i32.load8_u",
    "i32.load16_s",
    "i32.load16_u",
    "i64.load8_s",
    "i64.load8_u",
    "i64.load16_s",
    "i64.load16_u",
    "i64.load32_s",
    "i64.load32_u",
    "i32.store",
    "i64.store",
    "f32.store",
    "f64.store",
    "i32.store8",
    "i32.store16",
    "i64.store8",
    "i64.store16",
    "i64.store32",
    "memory.size",
    "memory.grow",
    "i32.const",
    "i64.const",
    "f32.const",
    "f64.const",
    "i32.eqz",
    "i32.eq",
    "i32.ne",
    "i32.lt_s",
    "i32.lt_u",
    "i32.gt_s",
    "i32.gt_u",
    "i32.le_s",
    "i32.le_u",
    "i32.ge_s",
    "i32.ge_u",
    "i64.eqz",
    "i64.eq",
    "i64.ne",
    "i64.lt_s",
    "i64.lt_u",
    "i64.gt_s",
    "i64.gt_u",
    "i64.le_s",
    "i64.le_u",
    "i64.ge_s",
    "i64.ge_u",
    "f32.eq",
    "f32.ne",
    "f32.lt",
    "f32.gt",
    "f32.le",
    "f32.ge",
    "f64.eq",
    "f64.ne",
    "f64.lt",
    "f64.gt",
    "f64.le",
    "f64.ge",
    "i32.clz",
    "i32.ctz",
    "i32.popcnt",
    "i32.add",
    "i32.sub",
    "i32.mul",
    "i32.div_s",
    "i32.div_u",
    "i32.rem_s",
    "i32.rem_u",
    "i32.and",
    "i32.or",
    "i32.xor",
    "i32.shl",
    "i32.shr_s",
    "i32.shr_u",
    "i32.rotl",
    "i32.rotr",
    "i64.clz",
    "i64.ctz",
    "i64.popcnt",
    "i64.add",
    "i64.sub",
    "i64.mul",
    "i64.div_s",
    "i64.div_u",
    "i64.rem_s",
    "i64.rem_u",
    "i64.and",
    "i64.or",
    "i64.xor",
    "i64.shl",
    "i64.shr_s",
    "i64.shr_u",
    "i64.rotl",
    "i64.rotr",
    "f32.abs",
    "f32.neg",
    "f32.ceil",
    "f32.floor",
    "f32.trunc",
    "f32.nearest",
    "f32.sqrt",
    "f32.add",
    "f32.sub",
    "f32.mul",
    "f32.div",
    "f32.min",
    "f32.max",
    "f32.copysign",
    "f64.abs",
    "f64.neg",
    "f64.ceil",
    "f64.floor",
    "f64.trunc",
    "f64.nearest",
    "f64.sqrt",
    "f64.add",
    "f64.sub",
    "f64.mul",
    "f64.div",
    "f64.min",
    "f64.max",
    "f64.copysign",
    "i32.wrap_i64",
    "i32.trunc_f32_s",
    "i32.trunc_f32_u",
    "i32.trunc_f64_s",
    "i32.trunc_f64_u",
    "i64.extend_i32_s",
    "i64.extend_i32_u",
    "i64.trunc_f32_s",
    "i64.trunc_f32_u",
    "i64.trunc_f64_s",
    "i64.trunc_f64_u",
    "f32.convert_i32_s",
    "f32.convert_i32_u",
    "f32.convert_i64_s",
    "f32.convert_i64_u",
    "f32.demote_f64",
    "f64.convert_i32_s",
    "f64.convert_i32_u",
    "f64.convert_i64_s",
    "f64.convert_i64_u",
    "f64.promote_f32",
    "i32.reinterpret_f32",
    "i64.reinterpret_f64",
    "f32.reinterpret_i32",
    "f64.reinterpret_i64",
    "i32.extend8_s",
    "i32.extend16_s",
    "i64.extend8_s",
    "i64.extend16_s",
    "i64.extend32_s",
};

class Writer {
public:
  explicit Writer(const Terms &terms) : terms_(terms), out_(text_) {}
  void write(TermId id, unsigned depth);
  void write(Address address, unsigned depth);
  std::string take() { return std::move(text_); }

private:
  const Terms &terms_;
  std::string text_;
  llvm::raw_string_ostream out_;
};

void Writer::write(Address address, unsigned depth) {
  write(address.base, depth);
  if (address.offset)
    out_ << " offset=" << address.offset;
}

void Writer::write(TermId id, unsigned depth) {
  constexpr unsigned kDeepest = 8;
  if (id == kNoTerm)
    return;
  const Term &term = terms_[id];
  switch (term.op) {
  case kSymbol: {
    const char *kind = term.lane                            ? "SP"
                       : term.a == uint32_t(Origin::kDead)  ? "dead"
                       : term.a >= uint32_t(Origin::kEvent) ? "result"
                                                            : "x";
    out_ << kind << term.a << '.' << (term.b & INT32_MAX);
    return;
  }
  case kKnown:
  case op::kI32Const:
  case op::kI64Const:
    out_ << term.value;
    return;
  case op::kF32Const:
  case op::kF64Const:
    out_ << llvm::format_hex(term.value, 1);
    return;
  case op::kV128Const:
    out_ << "v128:" << llvm::format_hex_no_prefix(uint64_t(term.b) << 32 | term.a, 16)
         << llvm::format_hex_no_prefix(term.value, 16);
    return;
  }
  out_ << '(' << op_text(term.op);
  if (depth == kDeepest) {
    out_ << " ...)";
    return;
  }
  bool is_load = code::op_info(term.op).immediate == code::Immediate::kMemory ||
                 code::op_info(term.op).immediate == code::Immediate::kMemoryLane;
  if (is_load) {
    out_ << ' ';
    write(Address{term.a, term.value}, depth + 1);
    out_ << " after=" << term.b;
  }
  if (term.lane)
    out_ << " lane=" << term.lane;
  for (TermId operand : {is_load ? kNoTerm : term.a, is_load ? kNoTerm : term.b, term.c}) {
    if (operand)
      out_ << ' ';
    write(operand, depth + 1);
  }
  out_ << ')';
}

} // namespace

std::string op_text(Op opcode) {
  if (opcode < std::size(kNames))
    return kNames[opcode];
  std::string text;
  llvm::raw_string_ostream(text) << (opcode < 0x200 ? "fc:" : "fd:")
                                 << (opcode & (opcode < 0x200 ? 0xff : 0x1ff));
  return text;
}

std::string term_text(const Terms &terms, TermId id) {
  Writer writer(terms);
  writer.write(id, 0);
  return writer.take();
}

std::string address_text(const Terms &terms, Address address) {
  Writer writer(terms);
  writer.write(address, 0);
  return writer.take();
}

} // namespace wald::equivalence

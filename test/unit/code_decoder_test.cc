// Bodies of functions: bytes to instructions and back.
#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/module_reader.h"

#include "wat.h"

#include "gmock/gmock.h"

namespace wald::code {
namespace {

using ByteVector = std::vector<uint8_t>;

std::string fault_of(const ByteVector &bytes, llvm::ArrayRef<Insertion> insertions = {}) {
  Body body;
  std::optional<DecodeFault> fault = decode(bytes, insertions, body);
  return fault ? fault->reason : "";
}

ByteVector encoded(const Body &body) {
  ByteVector room;
  llvm::ArrayRef<uint8_t> bytes = encode(body, room);
  return ByteVector(bytes.begin(), bytes.end());
}

// The first function of a module in text form, as wabt writes it.
ByteVector body_of(std::string_view text) {
  ByteVector module = test::assemble(text);
  wasm::Module read = llvm::cantFail(wasm::read_module(module));
  return ByteVector(read.bodies[0].contents.begin(), read.bodies[0].contents.end());
}

Instruction with_immediate(Op opcode, Body &body) {
  Instruction instruction;
  instruction.op = opcode;
  switch (op_info(opcode).immediate) {
  case Immediate::kBlockType:
    instruction.value = kVoid;
    break;
  case Immediate::kIndex:
    instruction.index = opcode == op::kBr || opcode == op::kBrIf ? 0 : 300;
    break;
  case Immediate::kBrTable:
    instruction.index = body.targets.size();
    instruction.value = 3;
    body.targets.insert(body.targets.end(), {0, 0, 0});
    break;
  case Immediate::kCallIndirect:
    instruction.index = 7;
    break;
  case Immediate::kMemory:
    instruction.extra = 2;
    instruction.value = 0xfffffff0;
    break;
  case Immediate::kMemoryLane:
    instruction.extra = 1;
    instruction.value = 200;
    instruction.index = 3;
    break;
  case Immediate::kLane:
    instruction.index = 1;
    break;
  case Immediate::kI32:
    instruction.value = INT32_MIN;
    break;
  case Immediate::kI64:
    instruction.value = INT64_MIN;
    break;
  case Immediate::kF32:
    instruction.value = 0x7fa00001; // a signalling NaN keeps its bits
    break;
  case Immediate::kF64:
    instruction.value = 0x7ff4000000000001;
    break;
  case Immediate::kV128:
    instruction.index = body.vectors.size();
    body.vectors.push_back({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    break;
  default:
    break;
  }
  return instruction;
}

TEST(CodeDecoder, ReadsEveryInstructionThatTheEncoderWrites) {
  for (Op opcode = 0; opcode < op::kNumOps; opcode++) {
    if (op_info(opcode).immediate == Immediate::kUnknown || opcode == op::kElse ||
        opcode == op::kEnd)
      continue;
    Body body;
    body.locals = {{1, 0x7f}, {300, 0x7e}};
    body.code.push_back(with_immediate(opcode, body));
    bool opens = op_info(opcode).immediate == Immediate::kBlockType;
    body.code.resize(opens ? 3 : 2, Instruction{.op = op::kEnd});
    ByteVector bytes = encoded(body);
    Body again;
    ASSERT_FALSE(decode(bytes, {}, again)) << opcode;
    EXPECT_EQ(again.code, body.code) << opcode;
    EXPECT_EQ(again.locals, body.locals);
    EXPECT_EQ(again.targets, body.targets);
    EXPECT_EQ(again.vectors, body.vectors);
    EXPECT_EQ(encoded(again), bytes) << opcode;
  }
}

// Of one byte, of two, and as large as they get.
TEST(CodeDecoder, KeepsConstants) {
  Body body, read;
  for (int64_t value : {int64_t(0), int64_t(63), int64_t(64), int64_t(-64), int64_t(-65), INT64_MAX,
                        INT64_MAX - 63, INT64_MIN})
    body.code.push_back({.op = op::kI64Const, .value = value});
  for (int32_t value : {63, 64, -64, -65, INT32_MAX, INT32_MIN})
    body.code.push_back({.op = op::kI32Const, .value = value});
  body.code.push_back({.op = op::kEnd});
  ByteVector bytes = encoded(body);
  EXPECT_FALSE(decode(bytes, {}, read));
  EXPECT_EQ(read.code, body.code);
}

TEST(CodeDecoder, AgreesWithWabtAboutLengths) {
  ByteVector bytes =
      body_of(R"((module (memory 1) (table 1 funcref) (type $t (func (param i32) (result i32)))
    (func (param i32) (result i32) (local i64 f64 v128)
      (block (loop (br_if 1 (i32.eqz (local.get 0))) (br_table 0 1 0 1 (local.get 0))))
      (local.set 3 (v128.const i32x4 1 -2 3 4))
      (local.set 3 (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (local.get 3) (local.get 3)))
      (v128.store offset=16 align=1 (i32.const 8) (local.get 3))
      (v128.store64_lane offset=300 1 (i32.const 8) (local.get 3))
      (local.set 3 (v128.load8_lane 15 (i32.const 8) (local.get 3)))
      (local.set 3 (i16x8.add_sat_s (local.get 3) (i64x2.extmul_high_i32x4_u (local.get 3) (local.get 3))))
      (local.set 3 (f64x2.pmax (local.get 3) (f64x2.convert_low_i32x4_u (local.get 3))))
      (local.set 1 (i64.trunc_sat_f64_u (f64.const -0.5)))
      (local.set 1 (i64.extend8_s (i64.const -9223372036854775808)))
      (memory.copy (i32.const 1) (i32.const 2) (i32.const 3))
      (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
      (drop (memory.grow (memory.size)))
      (drop (i32x4.extract_lane 3 (local.get 3)))
      (if (result i32) (local.get 0) (then (call_indirect (type $t) (i32.const 0) (i32.const 0)))
        (else (f32.store offset=4 (i32.const 0) (f32.const nan:0x200001)) (return (i32.const 70)))))))");
  Body body;
  ASSERT_FALSE(decode(bytes, {}, body));
  EXPECT_EQ(encoded(body), bytes);
}

TEST(CodeDecoder, TakesInsertedNumbersForImmediates) {
  // call, i32.const, i64.const without their numbers, as Go's objects have them.
  ByteVector bytes = {0, 0x10, 0x41, 0x42, 0x0b};
  Body body;
  ASSERT_FALSE(decode(bytes, {{2, 64}, {3, int64_t(0xfffffff0)}, {4, int64_t(1) << 40}}, body));
  EXPECT_EQ(body.code[0].index, 64u);
  EXPECT_EQ(body.code[1].value, -16);
  EXPECT_EQ(body.code[2].value, int64_t(1) << 40);
}

TEST(CodeDecoder, RefusesInsertionsElsewhere) {
  EXPECT_EQ(fault_of({0, 0x41, 0x05, 0x0b}, {{1, 7}}), "insertion between immediates");
  EXPECT_EQ(fault_of({0, 0x10, 0x0b}, {{2, -1}}), "inserted index over 32 bits");
}

TEST(CodeDecoder, RefusesEveryTruncation) {
  ByteVector bytes = body_of("(module (memory 1) (func (param i32) (result i32) (local i64)"
                             "(block (br_table 0 1 (local.get 0))) (memory.copy (i32.const 1)"
                             "(i32.const 2) (i32.const 3)) (drop (f64.const 1)) (i32.const 300)))");
  EXPECT_EQ(fault_of(bytes), "");
  for (size_t size = 0; size < bytes.size(); size++)
    EXPECT_NE(fault_of(ByteVector(bytes.begin(), bytes.begin() + size)), "") << size;
}

TEST(CodeDecoder, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(fault_of({0, 0xff, 0x0b}), "unknown instruction");
  EXPECT_EQ(fault_of({0, 0xfc, 0x08, 0x00, 0x0b}), "unknown instruction");       // memory.init
  EXPECT_EQ(fault_of({0, 0xfd, 0x80, 0x80, 0x01, 0x0b}), "unknown instruction"); // no such vector
  EXPECT_EQ(fault_of({0, 0xfd, 154, 0x01, 0x0b}), "unknown instruction");        // a hole
  EXPECT_EQ(fault_of({0, 0x05, 0x0b}), "else without if");
  EXPECT_EQ(fault_of({0, 0x02, 0x40, 0x05, 0x0b, 0x0b}), "else without if");
  EXPECT_EQ(fault_of({0, 0x0c, 0x01, 0x0b}), "label that does not exist");
  EXPECT_EQ(fault_of({0, 0x0e, 0x01, 0x00, 0x01, 0x0b}), "label that does not exist");
  EXPECT_EQ(fault_of({0, 0x0b, 0x0b}), "bytes after the end");
  EXPECT_EQ(fault_of({0, 0x28, 0x42, 0x01, 0x00, 0x0b}), "unknown memory access");
  EXPECT_EQ(fault_of({0, 0xfc, 0x0a, 0x00, 0x01, 0x0b}), "unknown memory");
  EXPECT_EQ(fault_of({1, 0xff, 0xff, 0x7f, 0x7f, 0x0b}), "too many locals");
  EXPECT_EQ(fault_of({0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x0b}),
            "number that is too long");
}

} // namespace
} // namespace wald::code

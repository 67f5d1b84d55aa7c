#include "wasm/code/encoder.h"

#include "objfile/support/leb128.h"

namespace wald::code {

namespace {

// Bytes, at the most, with those that write_sleb_roomy writes beyond: of an instruction without the
// labels of a br_table, of a label or a group of locals.
constexpr size_t kMostOfInstruction = 24, kMostOfOther = 8;

// The place `at` in the room, after which there are that many bytes then.
uint8_t *make_room(std::vector<uint8_t> &room, uint8_t *at, size_t size) {
  size_t used = at - room.data();
  if (room.size() - used < size)
    room.resize(2 * (used + size));
  return room.data() + used;
}

uint8_t *write_opcode(uint8_t *at, Op opcode) {
  if (opcode < 0x100) {
    *at++ = opcode;
    return at;
  }
  *at++ = opcode < 0x200 ? op::kPrefixFC : op::kPrefixFD;
  return wasm::write_uleb(at, opcode & (opcode < 0x200 ? 0xff : 0x1ff));
}

uint8_t *write_fixed(uint8_t *at, uint64_t value, unsigned size) {
  for (; size > 0; size--, value >>= 8)
    *at++ = uint8_t(value);
  return at;
}

// Most numbers are of one byte.
uint8_t *write_uleb(uint8_t *at, uint64_t value) {
  if (value >= 0x80) [[unlikely]]
    return wasm::write_uleb(at, value);
  *at = uint8_t(value);
  return at + 1;
}

uint8_t *write_immediate(uint8_t *at, const Instruction &instruction, const Body &body) {
  switch (op_info(instruction.op).immediate) {
  case Immediate::kUnknown:
  case Immediate::kNone:
  case Immediate::kBrTable:
    return at;
  case Immediate::kBlockType:
  case Immediate::kI32:
  case Immediate::kI64:
    return wasm::write_sleb_roomy(at, instruction.value);
  case Immediate::kIndex:
    return write_uleb(at, instruction.index);
  case Immediate::kCallIndirect:
    at = write_uleb(at, instruction.index);
    return write_uleb(at, instruction.extra);
  case Immediate::kMemory:
  case Immediate::kMemoryLane:
    at = write_uleb(at, instruction.extra);
    at = write_uleb(at, instruction.value);
    if (op_info(instruction.op).immediate == Immediate::kMemoryLane)
      *at++ = instruction.index;
    return at;
  case Immediate::kLane:
    *at++ = instruction.index;
    return at;
  case Immediate::kF32:
    return write_fixed(at, instruction.value, 4);
  case Immediate::kF64:
    return write_fixed(at, instruction.value, 8);
  case Immediate::kV128:
    for (uint8_t byte : body.vectors[instruction.index])
      *at++ = byte;
    return at;
  case Immediate::kZeros:
    *at++ = 0;
    [[fallthrough]];
  case Immediate::kZero:
    *at++ = 0;
    return at;
  }
  return at;
}

// Writes an instruction in its short form, or returns nullptr.
uint8_t *write_short(uint8_t *at, const Instruction &instruction) {
  if (instruction.op >= kShortForms.size())
    return nullptr;
  const ShortForm form = kShortForms[instruction.op];
  const uint32_t number =
      (instruction.index & uint32_t(form.index)) | uint16_t(instruction.extra & form.extra);
  // A constant is signed: from -64 to 63.
  const uint64_t value =
      (uint64_t(instruction.value) + (form.constant & 0x40)) & (form.constant | form.offset);
  if ((number | value) >= 0x80 || form.length == 0)
    return nullptr;
  at[0] = uint8_t(instruction.op);
  at[1] = uint8_t(number | (instruction.value & 0x7f & form.constant));
  at[2] = uint8_t(instruction.value);
  return at + form.length;
}

} // namespace

llvm::ArrayRef<uint8_t> encode(const Body &body, std::vector<uint8_t> &room) {
  auto most_from = [&](size_t i) { return (body.code.size() - i) * kMostOfInstruction; };
  uint8_t *at =
      make_room(room, room.data(), (body.locals.size() + 1) * kMostOfOther + most_from(0));
  at = write_uleb(at, body.locals.size());
  for (const LocalGroup &group : body.locals) {
    at = write_uleb(at, group.count);
    *at++ = group.type;
  }
  for (size_t i = 0; i < body.code.size(); i++) {
    const Instruction &instruction = body.code[i];
    if (uint8_t *next = write_short(at, instruction)) [[likely]] {
      at = next;
      continue;
    }
    at = write_opcode(at, instruction.op);
    at = write_immediate(at, instruction, body);
    if (instruction.op != op::kBrTable)
      continue;
    at = make_room(room, at, (instruction.value + 1) * kMostOfOther + most_from(i));
    at = write_uleb(at, instruction.value - 1);
    for (int64_t n = 0; n < instruction.value; n++)
      at = write_uleb(at, body.targets[instruction.index + n]);
  }
  return {room.data(), at};
}

} // namespace wald::code

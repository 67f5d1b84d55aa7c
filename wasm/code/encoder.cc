#include "wasm/code/encoder.h"

#include "objfile/support/leb128.h"

namespace wald::code {

namespace {

constexpr size_t kRoom = 32; // more than any instruction but br_table takes

// Bytes that grow by doubling, with a place to write at that needs no check for each byte.
class Output {
public:
  explicit Output(std::vector<uint8_t> &bytes) : bytes_(bytes) {}

  uint8_t *reserve() {
    if (bytes_.size() - size_ < kRoom)
      bytes_.resize(bytes_.size() * 2 + 1024);
    return bytes_.data() + size_;
  }
  void advance(uint8_t *end) { size_ = end - bytes_.data(); }
  llvm::ArrayRef<uint8_t> written() const { return llvm::ArrayRef(bytes_).take_front(size_); }

  void uleb(uint64_t value) { advance(wasm::write_uleb(reserve(), value)); }
  void byte(uint8_t value) {
    *reserve() = value;
    size_++;
  }

private:
  std::vector<uint8_t> &bytes_;
  size_t size_ = 0;
};

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

uint8_t *write_immediate(uint8_t *at, const Instruction &instruction, const Body &body) {
  switch (op_info(instruction.op).immediate) {
  case Immediate::kUnknown:
  case Immediate::kNone:
  case Immediate::kBrTable:
    return at;
  case Immediate::kBlockType:
  case Immediate::kI32:
  case Immediate::kI64:
    return wasm::write_sleb(at, instruction.value);
  case Immediate::kIndex:
    return wasm::write_uleb(at, instruction.index);
  case Immediate::kCallIndirect:
    at = wasm::write_uleb(at, instruction.index);
    return wasm::write_uleb(at, instruction.extra);
  case Immediate::kMemory:
  case Immediate::kMemoryLane:
    at = wasm::write_uleb(at, instruction.extra);
    at = wasm::write_uleb(at, instruction.value);
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

} // namespace

llvm::ArrayRef<uint8_t> encode(const Body &body, std::vector<uint8_t> &room) {
  Output out(room);
  out.uleb(body.locals.size());
  for (const LocalGroup &group : body.locals) {
    out.uleb(group.count);
    out.byte(group.type);
  }
  for (const Instruction &instruction : body.code) {
    uint8_t *at = write_opcode(out.reserve(), instruction.op);
    out.advance(write_immediate(at, instruction, body));
    if (instruction.op != op::kBrTable)
      continue;
    out.uleb(instruction.value - 1);
    for (int64_t i = 0; i < instruction.value; i++)
      out.uleb(body.targets[instruction.index + i]);
  }
  return out.written();
}

} // namespace wald::code

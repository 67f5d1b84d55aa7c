#include "wasm/code/decoder.h"

#include "objfile/support/bytes.h"

namespace wald::code {

namespace {

constexpr uint64_t kMostLocals = 50000; // what engines accept

class Decoder {
public:
  Decoder(Bytes bytes, llvm::ArrayRef<Insertion> insertions, Body &body,
          std::vector<uint32_t> *offsets)
      : at_(bytes.begin()), begin_(bytes.begin()), end_(bytes.end()), insertions_(insertions),
        body_(body), offsets_(offsets) {
    find_next_insertion();
  }

  std::optional<DecodeFault> run();

private:
  void read_locals();
  void read_code();
  bool read_common(Instruction &instruction);
  void read_instruction(Instruction &instruction);
  void note_offset() {
    if (offsets_) [[unlikely]]
      offsets_->push_back(at_ - begin_);
  }
  void read_immediate(Instruction &instruction, Immediate kind);
  void read_br_table(Instruction &instruction);
  void read_vector(Instruction &instruction);
  void track_nesting(const Instruction &instruction);
  void check_label(uint32_t label) {
    if (label > depth_)
      fail("label that does not exist");
  }

  void fail(const char *reason) {
    if (!fault_)
      fault_ = DecodeFault{reason, uint64_t(at_ - begin_)};
    at_ = end_;
  }
  uint8_t read_byte() {
    if (at_ == end_) {
      fail("end of the bytes");
      return 0;
    }
    return *at_++;
  }
  // Most numbers are of one byte.
  uint64_t read_uleb(unsigned most_bits) {
    if (at_ < end_ && *at_ < 0x80) [[likely]]
      return *at_++;
    return read_long_uleb(most_bits);
  }
  int64_t read_sleb(unsigned most_bits) {
    if (at_ < end_ && *at_ < 0x80) [[likely]]
      return int64_t(*at_++ ^ 0x40) - 0x40;
    return read_long_sleb(most_bits);
  }
  uint64_t read_long_uleb(unsigned most_bits);
  int64_t read_long_sleb(unsigned most_bits);
  uint64_t read_fixed(unsigned size);
  void find_next_insertion() {
    insertion_at_ = insertions_.empty() ? nullptr : begin_ + insertions_.front().offset;
  }
  bool take_insertion(int64_t &value) {
    if (at_ != insertion_at_) [[likely]]
      return false;
    if (insertions_.empty())
      return false;
    value = insertions_.front().value;
    insertions_ = insertions_.drop_front();
    find_next_insertion();
    return true;
  }
  uint32_t read_index() {
    int64_t value;
    if (!take_insertion(value))
      return read_uleb(32);
    if (uint64_t(value) > UINT32_MAX)
      fail("inserted index over 32 bits");
    return value;
  }

  const uint8_t *at_, *begin_, *end_;
  const uint8_t *insertion_at_; // of the first of insertions_
  llvm::ArrayRef<Insertion> insertions_;
  Body &body_;
  std::vector<uint32_t> *offsets_;
  uint64_t depth_ = 0;      // open blocks
  std::vector<bool> is_if_; // of each open block: an `if` that has had no `else`
  bool is_over_ = false;
  std::optional<DecodeFault> fault_;
};

uint64_t Decoder::read_long_uleb(unsigned most_bits) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < most_bits; shift += 7) {
    uint8_t byte = read_byte();
    if (most_bits - shift < 7 && (byte & 0x7f) >> (most_bits - shift))
      break;
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80)
      return value;
  }
  fail("number that is too long");
  return 0;
}

int64_t Decoder::read_long_sleb(unsigned most_bits) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < most_bits; shift += 7) {
    uint8_t byte = read_byte();
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte >= 0x80)
      continue;
    if (shift + 7 < 64 && byte & 0x40)
      value |= ~uint64_t(0) << (shift + 7);
    return value;
  }
  fail("number that is too long");
  return 0;
}

uint64_t Decoder::read_fixed(unsigned size) {
  uint64_t value = 0;
  if (uint64_t(end_ - at_) < size) {
    fail("end of the bytes");
    return 0;
  }
  for (unsigned i = 0; i < size; i++)
    value |= uint64_t(*at_++) << (8 * i);
  return value;
}

void Decoder::read_locals() {
  uint64_t num_groups = read_uleb(32), num_locals = 0;
  for (; num_groups > 0 && !fault_; num_groups--) {
    uint32_t count = read_uleb(32);
    uint8_t type = read_byte();
    num_locals += count;
    body_.locals.push_back({count, type});
    if (num_locals > kMostLocals)
      fail("too many locals");
  }
}

void Decoder::read_br_table(Instruction &instruction) {
  uint64_t count = read_uleb(32) + 1;
  if (count > uint64_t(end_ - at_))
    return fail("end of the bytes");
  instruction.index = body_.targets.size();
  instruction.value = count;
  for (; count > 0 && !fault_; count--) {
    uint32_t label = read_uleb(32);
    check_label(label);
    body_.targets.push_back(label);
  }
}

void Decoder::read_vector(Instruction &instruction) {
  instruction.index = body_.vectors.size();
  std::array<uint8_t, 16> &vector = body_.vectors.emplace_back();
  for (uint8_t &byte : vector)
    byte = read_byte();
}

void Decoder::read_immediate(Instruction &instruction, Immediate kind) {
  switch (kind) {
  case Immediate::kUnknown:
    return fail("unknown instruction");
  case Immediate::kNone:
    return;
  case Immediate::kBlockType:
    instruction.value = read_sleb(35);
    return;
  case Immediate::kIndex:
    instruction.index = read_index();
    if (instruction.op == op::kBr || instruction.op == op::kBrIf)
      check_label(instruction.index);
    return;
  case Immediate::kBrTable:
    return read_br_table(instruction);
  case Immediate::kCallIndirect:
    instruction.index = read_uleb(32);
    instruction.extra = read_uleb(16);
    return;
  case Immediate::kMemory:
  case Immediate::kMemoryLane:
    instruction.extra = read_uleb(16);
    // Bit 6 announces the index of another memory.
    if (instruction.extra > 4)
      return fail("unknown memory access");
    instruction.value = read_uleb(32);
    if (kind == Immediate::kMemoryLane)
      instruction.index = read_byte();
    return;
  case Immediate::kLane:
    instruction.index = read_byte();
    return;
  case Immediate::kI32:
    if (!take_insertion(instruction.value))
      instruction.value = read_sleb(35);
    instruction.value = int32_t(instruction.value);
    return;
  case Immediate::kI64:
    if (!take_insertion(instruction.value))
      instruction.value = read_sleb(70);
    return;
  case Immediate::kF32:
    instruction.value = read_fixed(4);
    return;
  case Immediate::kF64:
    instruction.value = read_fixed(8);
    return;
  case Immediate::kV128:
    return read_vector(instruction);
  case Immediate::kZeros:
    if (read_byte())
      fail("unknown memory");
    [[fallthrough]];
  case Immediate::kZero:
    if (read_byte())
      fail("unknown memory");
    return;
  }
}

void Decoder::track_nesting(const Instruction &instruction) {
  switch (instruction.op) {
  case op::kBlock:
  case op::kLoop:
  case op::kIf:
    depth_++;
    is_if_.push_back(instruction.op == op::kIf);
    break;
  case op::kElse:
    if (depth_ == 0 || !is_if_.back())
      return fail("else without if");
    is_if_.back() = false;
    break;
  case op::kEnd:
    if (depth_ == 0) {
      is_over_ = true;
      break;
    }
    depth_--;
    is_if_.pop_back();
    break;
  }
}

// Nine of ten: those of a short form, all in the bytes. Of another one nothing is read.
bool Decoder::read_common(Instruction &instruction) {
  const uint8_t *at = at_;
  if (end_ - at < 3)
    return false;
  const ShortForm form = kShortForms[at[0]];
  const uint8_t first = at[1], second = at[2];
  if ((first > form.most_first) | (second > form.most_second) | (at + 1 == insertion_at_))
    return false;
  instruction.op = at[0];
  instruction.extra = first & form.extra;
  instruction.index = first & form.index;
  instruction.value = ((int64_t(first ^ 0x40) - 0x40) & form.constant) | (second & form.offset);
  at_ = at + form.length;
  return true;
}

void Decoder::read_instruction(Instruction &instruction) {
  instruction.op = read_byte();
  if (instruction.op == op::kPrefixFC || instruction.op == op::kPrefixFD) {
    uint64_t number = read_uleb(32);
    Op base = instruction.op == op::kPrefixFC ? 0x100 : 0x200;
    bool exists = number < (base == 0x100 ? 0x100u : op::kNumOps - 0x200u);
    instruction.op = exists ? base + number : op::kNumOps;
  }
  read_immediate(instruction, op_info(instruction.op).immediate);
  if (instruction.op <= op::kEnd)
    track_nesting(instruction);
}

void Decoder::read_code() {
  // Each takes a byte at least, but for one that the end of the bytes cuts off.
  body_.code.resize(uint64_t(end_ - at_) + 1);
  Instruction *next = body_.code.data();
  while (!is_over_ && !fault_) {
    for (; note_offset(), read_common(*next); next++) {
    }
    read_instruction(*next++);
  }
  body_.code.resize(next - body_.code.data());
  if (!fault_ && at_ != end_)
    fail("bytes after the end");
  if (!fault_ && !insertions_.empty())
    fail("insertion between immediates");
}

std::optional<DecodeFault> Decoder::run() {
  body_.clear();
  if (offsets_)
    offsets_->clear();
  read_locals();
  read_code();
  return fault_;
}

} // namespace

std::optional<DecodeFault> decode(Bytes bytes, llvm::ArrayRef<Insertion> insertions, Body &body,
                                  std::vector<uint32_t> *offsets) {
  return Decoder(bytes, insertions, body, offsets).run();
}

} // namespace wald::code

// The compiler's code is a stack machine's: the address of an access is SP and a constant, pushed
// some instructions before. So the operand stack is followed from one branch or call to the next,
// as far as it holds such addresses; anything else on it is unknown.
#include "directives/types/frame_accesses.h"

namespace wald::directives {

using objfile::Object;

namespace {

struct Value {
  enum Kind : uint8_t { kUnknown, kConstant, kFrameAddress } kind = kUnknown;
  int64_t number = 0; // the constant, or what is added to SP
};

// Instructions take values off the stack and push one or none; operands stand behind the opcode.
struct Effect {
  uint8_t pops, pushes;
};

// Of the numeric instructions, which have no operands.
Effect numeric_effect(uint8_t opcode) {
  auto is_in = [opcode](uint8_t first, uint8_t last) { return opcode >= first && opcode <= last; };
  bool is_binary = is_in(0x46, 0x4f) || is_in(0x51, 0x66) || is_in(0x6a, 0x78) ||
                   is_in(0x7c, 0x8a) || is_in(0x92, 0x98) || is_in(0xa0, 0xa6);
  return {uint8_t(is_binary ? 2 : 1), 1};
}

class CodeReader {
public:
  CodeReader(const Object &object, uint32_t local)
      : code_(object.data(local)), relocs_(object.relocs(local)) {}

  std::vector<FrameAccess> read() {
    skip_locals();
    while (is_known_ && !code_.at_end() && !code_.failed())
      read_instruction(code_.read<uint8_t>());
    return is_known_ && !code_.failed() ? std::move(accesses_) : std::vector<FrameAccess>();
  }

private:
  // Local 0 is PC_B, local 1 a copy of SP (ref: assemble in cmd/internal/obj/wasm/wasmobj.go).
  static constexpr uint64_t kStackPointerLocal = 1;

  void skip_locals() {
    for (uint64_t groups = code_.read_uleb(); groups > 0 && !code_.failed(); groups--) {
      code_.read_uleb();
      code_.skip(1);
    }
  }

  // An operand; that of an instruction with a relocation is not in the code yet.
  uint64_t read_operand() {
    for (; next_reloc_ < relocs_.size(); next_reloc_++) {
      objfile::RelocRecord reloc = relocs_[next_reloc_];
      if (reloc.offset() > int64_t(code_.offset()))
        break;
      uint16_t type = reloc.type() & ~objfile::kRelocWeak;
      bool is_operand = type == objfile::kRelocAddr || type == objfile::kRelocCall;
      if (is_operand && reloc.offset() == int64_t(code_.offset()))
        return kRelocated;
    }
    return code_.read_uleb();
  }

  void read_instruction(uint8_t opcode) {
    if (opcode >= 0x28 && opcode <= 0x3e)
      return read_access(opcode);
    if (opcode >= 0x45 && opcode <= 0xc4)
      return read_numeric(opcode);
    switch (opcode) {
    case 0x01: // nop
      return;
    case 0x1a: // drop
      pop();
      return;
    case 0x1b: // select
      return apply({3, 1});
    case 0x20: { // local.get
      bool is_sp = read_operand() == kStackPointerLocal;
      return push(is_sp ? Value{Value::kFrameAddress, 0} : Value());
    }
    case 0x23: // global.get
      read_operand();
      return push({});
    case 0x21: // local.set
    case 0x24: // global.set
      read_operand();
      return apply({1, 0});
    case 0x22: // local.tee
      read_operand();
      return;
    case 0x41: // i32.const
    case 0x42: // i64.const
      return read_constant();
    case 0x43: // f32.const
    case 0x44: { // f64.const
      uint64_t bits = opcode == 0x43 ? code_.read<uint32_t>() : code_.read<uint64_t>();
      return push({bits == 0 ? Value::kConstant : Value::kUnknown, 0});
    }
    case 0xfc:
      return read_bulk();
    default:
      stack_.clear();
      skip_control_operands(opcode);
    }
  }

  void skip_control_operands(uint8_t opcode) {
    switch (opcode) {
    case 0x00: // unreachable
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      return code_.skip(1);
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
      read_operand();
      return;
    case 0x11: // call_indirect
      read_operand();
      read_operand();
      return;
    case 0x0e: // br_table
      for (uint64_t targets = code_.read_uleb() + 1; targets > 0 && !code_.failed(); targets--)
        code_.read_uleb();
      return;
    default: // vectors, and what no compiler of Go's emits
      is_known_ = false;
    }
  }

  // Saturating conversions, memory.copy and memory.fill.
  void read_bulk() {
    uint64_t opcode = code_.read_uleb();
    if (opcode < 8)
      return apply({1, 1});
    if (opcode != 10 && opcode != 11)
      is_known_ = false;
    code_.skip(opcode == 10 ? 2 : 1);
    apply({3, 0});
  }

  void read_constant() {
    uint64_t begin = code_.offset();
    uint64_t bits = read_operand();
    if (bits == kRelocated)
      return push({});
    unsigned used = 7 * (code_.offset() - begin); // the sign is the highest bit that is there
    if (used < 64 && bits >> (used - 1) & 1)
      bits |= ~uint64_t(0) << used;
    push({Value::kConstant, int64_t(bits)});
  }

  void read_numeric(uint8_t opcode) {
    constexpr uint8_t kI32Add = 0x6a, kI64Add = 0x7c, kI32WrapI64 = 0xa7, kI64ExtendI32U = 0xad;
    if (opcode == kI32WrapI64 || opcode == kI64ExtendI32U)
      return; // an address stays one
    if (opcode != kI32Add && opcode != kI64Add)
      return apply(numeric_effect(opcode));
    Value b = pop(), a = pop();
    bool is_address = a.kind == Value::kFrameAddress && b.kind == Value::kConstant;
    push(is_address ? Value{Value::kFrameAddress, int64_t(uint64_t(a.number) + uint64_t(b.number))}
                    : Value());
  }

  void read_access(uint8_t opcode) {
    // From i32.load to i64.store32.
    static constexpr uint8_t kSizes[] = {4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2,
                                         4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4};
    bool is_float = opcode == 0x2a || opcode == 0x2b || opcode == 0x38 || opcode == 0x39;
    bool is_store = opcode >= 0x36;
    code_.read_uleb(); // the alignment
    uint64_t offset = read_operand();
    bool is_zero = false;
    if (is_store) {
      Value value = pop();
      is_zero = value.kind == Value::kConstant && value.number == 0;
    }
    Value address = pop();
    if (address.kind == Value::kFrameAddress && !is_zero && offset != kRelocated)
      accesses_.push_back({uint64_t(address.number) + offset, kSizes[opcode - 0x28], is_float});
    if (!is_store)
      push({});
  }

  void push(Value value) { stack_.push_back(value); }
  Value pop() {
    if (stack_.empty())
      return {};
    Value value = stack_.back();
    stack_.pop_back();
    return value;
  }
  void apply(Effect effect) {
    for (uint8_t i = 0; i < effect.pops; i++)
      pop();
    for (uint8_t i = 0; i < effect.pushes; i++)
      push({});
  }

  static constexpr uint64_t kRelocated = ~uint64_t(0);
  objfile::Cursor code_;
  objfile::Table<objfile::RelocRecord> relocs_;
  uint64_t next_reloc_ = 0;
  std::vector<Value> stack_;
  std::vector<FrameAccess> accesses_;
  bool is_known_ = true;
};

} // namespace

std::vector<FrameAccess> frame_accesses(const Object &object, uint32_t local) {
  return CodeReader(object, local).read();
}

} // namespace wald::directives

// The compiler's code is a stack machine's: the address of an access is SP and a constant, pushed
// some instructions before. So the operand stack is followed from one branch or call to the next,
// as far as it holds such addresses; anything else on it is unknown.
#include "directives/types/frame_accesses.h"

#include "wasm/code/decoder.h"

namespace wald::directives {

using objfile::Object;

namespace op = wald::code::op;
using code::Instruction;
using code::Op;

namespace {

// A function's local 0 is PC_B, local 1 a copy of SP (ref: assemble in cmd/internal/obj/wasm).
constexpr uint32_t kStackPointerLocal = 1;

// What an address is that only the linker knows: no frame reaches as far.
constexpr int64_t kSomeAddress = INT32_MAX;

std::vector<code::Insertion> insertions_of(const Object &object, uint32_t local) {
  std::vector<code::Insertion> insertions;
  for (objfile::RelocRecord reloc : object.relocs(local)) {
    uint16_t type = reloc.type() & ~objfile::kRelocWeak;
    if (type == objfile::kRelocAddr)
      insertions.push_back({uint32_t(reloc.offset()), kSomeAddress});
    else if (type == objfile::kRelocCall)
      insertions.push_back({uint32_t(reloc.offset()), 0});
  }
  return insertions;
}

struct Value {
  enum Kind : uint8_t { kUnknown, kConstant, kFrameAddress } kind = kUnknown;
  int64_t number = 0; // the constant, or what is added to SP
};

class AccessFinder {
public:
  void step(const Instruction &at) {
    if (code::is_load(at.op) || code::is_store(at.op))
      return access(at);
    switch (at.op) {
    case op::kLocalGet:
      return push(at.index == kStackPointerLocal ? Value{Value::kFrameAddress, 0} : Value());
    case op::kI32Const:
    case op::kI64Const:
    case op::kF32Const:
    case op::kF64Const:
      return push({Value::kConstant, at.value});
    case op::kI32WrapI64:
    case op::kI64ExtendI32U:
    case op::kLocalTee:
      return; // what is on the stack stays what it is
    case op::kI32Add:
    case op::kI64Add:
      return add();
    default:
      return apply(at.op);
    }
  }

  std::vector<FrameAccess> take() { return std::move(accesses_); }

private:
  void access(const Instruction &at) {
    // From i32.load to i64.store32.
    static constexpr uint8_t kSizes[] = {4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2,
                                         4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4};
    constexpr Op kF32Store = 0x38, kF64Store = 0x39;
    bool is_float =
        at.op == op::kF32Load || at.op == op::kF64Load || at.op == kF32Store || at.op == kF64Store;
    bool is_store = code::is_store(at.op);
    Value stored = is_store ? pop() : Value();
    bool is_zero = stored.kind == Value::kConstant && stored.number == 0;
    Value address = pop();
    if (address.kind == Value::kFrameAddress && !is_zero)
      accesses_.push_back(
          {uint64_t(address.number) + uint64_t(at.value), kSizes[at.op - op::kI32Load], is_float});
    if (!is_store)
      push({});
  }

  void add() {
    Value b = pop(), a = pop();
    bool is_address = a.kind == Value::kFrameAddress && b.kind == Value::kConstant;
    push(is_address ? Value{Value::kFrameAddress, int64_t(uint64_t(a.number) + uint64_t(b.number))}
                    : Value());
  }

  void apply(Op opcode) {
    const code::OpInfo &info = code::op_info(opcode);
    bool is_control = opcode <= op::kCallIndirect && opcode != op::kNop;
    if (is_control)
      return stack_.clear();
    for (uint8_t i = 0; i < info.pops; i++)
      pop();
    for (uint8_t i = 0; i < info.pushes; i++)
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

  std::vector<Value> stack_;
  std::vector<FrameAccess> accesses_;
};

} // namespace

std::vector<FrameAccess> frame_accesses(const Object &object, uint32_t local) {
  code::Body body;
  if (code::decode(object.data(local), insertions_of(object, local), body))
    return {};
  AccessFinder finder;
  for (const Instruction &instruction : body.code)
    finder.step(instruction);
  return finder.take();
}

} // namespace wald::directives

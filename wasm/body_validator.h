// A quick validator for bodies of functions as Go's compiler and wald write them. Validation of a
// large module is nearly all about its code, and a validator for all of WebAssembly with a call for
// each instruction takes longer than the link.
//
// It knows the numbers, memory and control flow of WebAssembly 1.0, sign extension, conversions
// that saturate, memory.copy and memory.fill; blocks have at most one result. A body with anything
// else, or with an error, it does not accept: then somebody who knows all of WebAssembly is asked.
// What it accepts is valid. Tests hold it against wabt.
#pragma once

#include "wasm/module_reader.h"
#include "wasm/strict_reader.h"

#include <vector>

namespace wald::wasm {

class BodyValidator {
public:
  // Of a module that is valid but for its bodies.
  explicit BodyValidator(const Module &module);

  // Whether the body of the defined function, without its size, is certainly valid.
  bool accepts(uint32_t defined, Bytes body);

private:
  struct Frame {
    uint8_t opcode;
    uint8_t result; // of a block; 0: none
    bool is_function;
    bool is_unreachable;
    uint32_t height; // of the operand stack at its beginning
  };

  bool read_locals(StrictReader &in);
  bool read_code(StrictReader &in);
  bool control(uint8_t opcode, StrictReader &in);
  bool access(uint8_t opcode, StrictReader &in);
  bool prefixed(StrictReader &in);
  bool numeric(uint8_t opcode);
  bool call(const FuncType &type);
  bool begin_block(uint8_t opcode, StrictReader &in);
  bool end_block();
  bool branch_to(uint32_t depth);
  bool branch_table(StrictReader &in);

  bool pop(uint8_t type);
  bool pop_any(uint8_t &type);
  void push(uint8_t type) { operands_.push_back(type); }
  bool pop_results(const Frame &frame);
  void push_results(const Frame &frame);
  void make_unreachable();
  llvm::ArrayRef<uint8_t> results_of(const Frame &frame) const {
    return frame.is_function ? llvm::ArrayRef(results_)
           : frame.result    ? llvm::ArrayRef(frame.result)
                             : llvm::ArrayRef<uint8_t>();
  }
  // Of a branch to it.
  llvm::ArrayRef<uint8_t> label_of(const Frame &frame) const;

  const Module &module_;
  std::vector<const FuncType *> functions_; // by index, imports included
  struct Variable {
    uint8_t type;
    bool is_mutable;
  };
  std::vector<Variable> globals_; // imports included
  bool has_memory_ = false, has_table_ = false;

  // Of the body that is looked at.
  std::vector<uint8_t> locals_, results_, operands_;
  std::vector<Frame> frames_;
};

} // namespace wald::wasm

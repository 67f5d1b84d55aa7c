// The seam for passes that change code: who makes a function's body out of what was compiled.
//
// A transformation is given one function after the other, as the compiler left it and with what is
// to be inserted where, and appends the body that the module gets. By then all numbers are final:
// it may change what a function does inside, but neither which functions the program has nor their
// order, for these are the program counters (PC_F) that pclntab, the table and data speak of.
// Program counters within a function are numbers of resume points (PC_B), not places in the bytes,
// so the tables stay right as long as the function can still be resumed at each.
//
// It may add functions and types to the module (ModulePlan::added): after all of the program's, so
// that the numbers of these stay, and known to nobody but the bodies that it makes.
//
// Each body is made once. Parts of the code are made by two threads at the same time and kept until
// they are written, for where data begins depends on the size of all; so what a worker appends must
// depend on nothing but the function.
//
//     OutputPlan::bodies                      makes the transformation, when types are known
//     transform.make_worker()                 one for each thread
//     worker.append_body(function, bytes)     for each function, of any part, once
#pragma once

#include "linker/core/symbol.h"

#include <memory>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace wald {

// A number to be inserted into the code, as SLEB128, for the relocation there.
struct Operand {
  enum class Kind : uint8_t {
    kAddress,  // of `target` and an addend: data, or a function's program counter
    kFunction, // index of the called function of the program, `target`
    kImport,   // index of the called import, whose wrapper is `target`
  };
  Kind kind;
  uint32_t offset; // in the compiled code
  int64_t value;   // with kFunction and kImport ModulePlan::type_of() tells its type
  SymId target;
};

struct CompiledFunction {
  uint32_t number; // in ctx.text
  SymId symbol;
  Bytes code; // an entry of the code section without its size and without operands
  llvm::ArrayRef<Operand> operands; // in order, all within the code
};

class BodyTransform {
public:
  // What one thread needs; it may keep memory from one function to the next.
  class Worker {
  public:
    virtual ~Worker() = default;
    // Appends the body: an entry of the code section without its size. Errors go to ctx.diag.
    virtual void append_body(const CompiledFunction &function, std::vector<uint8_t> &bytes) = 0;
  };

  virtual ~BodyTransform() = default;
  virtual std::unique_ptr<Worker> make_worker() = 0;
  // For --stats, when all workers are gone; as lines. `cpu_ns` is what they took.
  virtual void print_stats(uint64_t cpu_ns, llvm::raw_ostream &out) const = 0;
};

// Appends the body as it was compiled, with its operands.
void append_compiled_body(const CompiledFunction &function, std::vector<uint8_t> &bytes);

} // namespace wald

// Runs a wasm module inside this process, on wabt's interpreter, with WASI preview 1 as the host.
//
// Order of use: load (reads, validates and resolves the imports), instantiate, then call any number
// of times. wabt's headers are not included here: they do not compile as C++20 with gcc 12.
#pragma once

#include "wasm/run/wasi.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace wald::wasm {

enum class InterpType { i32, i64, f32, f64, other };

llvm::StringRef interp_type_name(InterpType type);

// A number as its bits, in the low end of `bits`.
struct InterpValue {
  InterpType type = InterpType::i32;
  uint64_t bits = 0;
};

// Integers are signed decimals, floats the shortest text that reads back as the same number.
std::string format_value(const InterpValue &value);

// The opposite: also unsigned, hexadecimal (0x) integers, "inf" and "nan". False if it does not
// fit.
bool parse_value(llvm::StringRef text, InterpType type, InterpValue &out);

struct InterpFunctionType {
  std::vector<InterpType> params;
  std::vector<InterpType> results;
};

std::string format_function_type(const InterpFunctionType &type); // (i32, i32) -> (i32)

struct InterpExport {
  std::string name;
  InterpFunctionType type;
};

struct InterpOutcome {
  enum class Kind { returned, exited, trapped };
  Kind kind = Kind::returned;
  std::vector<InterpValue> results; // returned
  uint32_t exit_code = 0;           // exited
  std::string trap;                 // trapped: what happened
  std::vector<std::string> stack;   // trapped: functions, the innermost first
};

struct InterpOptions {
  // If set, unknown function imports print themselves here and return zeros.
  llvm::raw_ostream *stub_log = nullptr;
};

class Interpreter {
public:
  // `module` and `wasi` must outlive the interpreter. The error is complete but for the file's
  // name.
  static llvm::Expected<std::unique_ptr<Interpreter>>
  load(llvm::ArrayRef<uint8_t> module, Wasi &wasi, const InterpOptions &options);
  ~Interpreter();

  // Sets up memory and runs the module's start function, if it has one.
  InterpOutcome instantiate();

  // All exported functions, in the module's order.
  const std::vector<InterpExport> &exports() const;
  const InterpExport *find_export(llvm::StringRef name) const;

  // `function` is one of exports(); `args` must fit its type. Only after instantiate() returned.
  InterpOutcome call(const InterpExport &function, llvm::ArrayRef<InterpValue> args);

private:
  struct State;
  explicit Interpreter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace wald::wasm

// All steps of one function, from its bytes to its new bytes.
#pragma once

#include "wasm/code/decoder.h"
#include "wasm/code/restructure.h"
#include "wasm/code/statistics.h"

#include <optional>

namespace wald::code {

// For one thread: the memory that one function needed serves the next.
class FunctionOptimizer {
public:
  explicit FunctionOptimizer(const Environment &environment) : environment_(environment) {}

  // The new entry of the code section, without its size, which stands there until the next call.
  // Nothing if the function stays as it was. Counts either.
  std::optional<Bytes> optimize(const Function &function, Bytes bytes,
                                llvm::ArrayRef<Insertion> insertions);

  const Statistics &statistics() const { return statistics_; }

private:
  Left transform(const Function &function, Bytes bytes, llvm::ArrayRef<Insertion> insertions);

  void shorten();

  Environment environment_;
  ControlFlow control_flow_;
  Body body_;
  std::vector<uint8_t> room_;
  Statistics statistics_;
};

} // namespace wald::code

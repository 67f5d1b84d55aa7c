#include "wasm/code/optimize_function.h"

#include "objfile/support/leb128.h"
#include "wasm/code/encoder.h"
#include "wasm/code/outlined_calls.h"

namespace wald::code {

Left FunctionOptimizer::transform(const Function &function, Bytes bytes,
                                  llvm::ArrayRef<Insertion> insertions) {
  if (decode(bytes, insertions, body_))
    return Left::kUndecodable;
  if (Left left = control_flow_.rebuild(environment_, function, body_); left != Left::kNothing)
    return left;
  shorten();
  return Left::kNothing;
}

// One pass for both: what stands before a call is as short as it gets when the call is read.
void FunctionOptimizer::shorten() {
  body_.spare.clear();
  body_.spare.swap(body_.code);
  Window written(body_.code);
  for (const Instruction &instruction : body_.spare)
    if (instruction.op != op::kCall || !outline_call(environment_, instruction, written))
      written.append(instruction);
}

std::optional<Bytes> FunctionOptimizer::optimize(const Function &function, Bytes bytes,
                                                 llvm::ArrayRef<Insertion> insertions) {
  uint64_t size = bytes.size();
  for (const Insertion &insertion : insertions)
    size += wasm::sleb_size(insertion.value);
  statistics_.num_functions++;
  statistics_.bytes_before += size;
  Left left = transform(function, bytes, insertions);
  if (left != Left::kNothing) {
    statistics_.left[unsigned(left)]++;
    statistics_.bytes_after += size;
    return std::nullopt;
  }
  statistics_.num_rebuilt++;
  Bytes result = encode(body_, room_);
  statistics_.bytes_after += result.size();
  return result;
}

} // namespace wald::code

#include "wasm/code/statistics.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace wald::code {

void Statistics::add(const Statistics &other) {
  num_functions += other.num_functions;
  num_rebuilt += other.num_rebuilt;
  bytes_before += other.bytes_before;
  bytes_after += other.bytes_after;
  for (unsigned i = 0; i < kNumLeft; i++)
    left[i] += other.left[i];
}

void Statistics::print(llvm::raw_ostream &out) const {
  out << "functions " << num_functions << '\n' << "rebuilt " << num_rebuilt << '\n';
  for (unsigned i = 1; i < kNumLeft; i++)
    if (left[i])
      out << "left " << left[i] << ": " << left_reason(Left(i)) << '\n';
  double ratio = double(bytes_after) / double(std::max<uint64_t>(bytes_before, 1));
  out << "code bytes " << bytes_before << " to " << bytes_after << " ("
      << llvm::format("%.3f", ratio) << ")\n";
}

} // namespace wald::code

#include "linker/tables/pclntab/find_func_table.h"

#include "linker/inspect/pc_table.h"
#include "wasm/data_sink.h"

namespace wald {

using namespace objfile::pclntab_layout;

static constexpr uint64_t kBucketsPerFunction = (1ull << objfile::kPcBits) / kBucketPcs;

void BucketFindTable::arrange() {
  llvm::ArrayRef<Function> functions = facts_.functions();
  uint64_t length = number(entry_pc(ctx_, FuncIndex(functions.size() - 1))) +
                    SymbolView(ctx_, functions.back().id).size() -
                    number(entry_pc(ctx_, FuncIndex(0)));
  num_buckets_ = llvm::divideCeil(length, kBucketPcs);
  size_ = 4 * num_buckets_ + llvm::divideCeil(length, kSubbucketPcs);
}

uint32_t BucketFindTable::function_of(uint64_t bucket) const {
  return std::min<uint64_t>(bucket / kBucketsPerFunction, facts_.functions().size() - 1);
}

void BucketFindTable::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  if (num_buckets_ == 0)
    return;
  // The last one may be cut short.
  uint64_t last = num_buckets_ - 1;
  out.feed_spread_words(last, kBucketSize, [&](uint64_t bucket) { return function_of(bucket); });
  objfile::store(out.reserve(4), function_of(last));
  out.advance(4);
  out.feed_zeros(size_ - last * kBucketSize - 4);
}

void ReachableFindTable::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  uint64_t bytes_left = size_;
  for (uint32_t i = 0; i < facts_.functions().size() && bytes_left; i++) {
    uint64_t size = std::min(kBucketsPerFunction * kBucketSize, bytes_left), used = 0;
    for (uint64_t n = num_asked_for(FuncIndex(i)); n && used < size; n--) {
      objfile::store(out.reserve(4), i);
      out.advance(4);
      uint64_t finer = std::min(kBucketSize, size - used) - 4;
      out.feed_zeros(finer);
      used += 4 + finer;
    }
    out.feed_zeros(size - used);
    bytes_left -= size;
  }
}

// One more resume point than a function has is asked for: return addresses in a list of callers are
// one more than that of the call.
uint64_t ReachableFindTable::num_asked_for(FuncIndex index) const {
  const Function &function = facts_.functions()[number(index)];
  SymbolView symbol(ctx_, function.id);
  // No function has more resume points than bytes.
  if (ctx_.version->func_pcs_are_indices || symbol.size() < kBucketPcs)
    return 1;
  uint64_t num_resume_points = 0;
  for (inspect::PcRuns runs(facts_.pc_table(function, objfile::AuxKind::kPcsp)); runs.next();)
    num_resume_points = runs.end();
  return std::min(num_resume_points, symbol.size()) / kBucketPcs + 1;
}

void BucketFindTable::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  for (uint64_t bucket = 0; bucket < num_buckets_; bucket++)
    fn({bucket * kBucketSize, std::min(kBucketSize, size_ - bucket * kBucketSize),
        facts_.functions()[function_of(bucket)].id});
}

} // namespace wald

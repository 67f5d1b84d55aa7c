// The functions that the compiler calls at comparisons where it is told to
// (-fsanitize=fuzzer-no-link).
#include "steps.h"

#include <atomic>

namespace wald::test {
namespace {

// Threads may lose a step of each other's: what is asked is an order of magnitude.
std::atomic<uint64_t> steps;
std::atomic<bool> is_counting;

} // namespace

uint64_t steps_so_far() {
  return steps;
}

void count_steps(bool on) {
  is_counting = on;
}

} // namespace wald::test

#ifdef WALD_COUNTS_STEPS
#define WALD_NO_COVERAGE __attribute__((no_sanitize("coverage")))

namespace {
WALD_NO_COVERAGE inline void count_step() {
  using namespace wald::test;
  if (is_counting.load(std::memory_order_relaxed))
    steps.store(steps.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}
} // namespace

extern "C" {
#define WALD_COUNT(NAME, TYPE)                                                                     \
  WALD_NO_COVERAGE void NAME(TYPE, TYPE) {                                                         \
    count_step();                                                                                  \
  }
WALD_COUNT(__sanitizer_cov_trace_cmp1, uint8_t)
WALD_COUNT(__sanitizer_cov_trace_cmp2, uint16_t)
WALD_COUNT(__sanitizer_cov_trace_cmp4, uint32_t)
WALD_COUNT(__sanitizer_cov_trace_cmp8, uint64_t)
WALD_COUNT(__sanitizer_cov_trace_const_cmp1, uint8_t)
WALD_COUNT(__sanitizer_cov_trace_const_cmp2, uint16_t)
WALD_COUNT(__sanitizer_cov_trace_const_cmp4, uint32_t)
WALD_COUNT(__sanitizer_cov_trace_const_cmp8, uint64_t)
#undef WALD_COUNT
}
#endif

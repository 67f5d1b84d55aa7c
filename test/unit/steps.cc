// The functions that the compiler calls at comparisons where it is told to
// (-fsanitize=fuzzer-no-link).
#include "steps.h"

namespace wald::test {
namespace {

// Read and written by the compiler's own operations, for those of the library compare, too. Threads
// may lose a step of each other's: what is asked is an order of magnitude.
uint64_t steps;
bool is_counting;

} // namespace

uint64_t steps_so_far() {
  return __atomic_load_n(&steps, __ATOMIC_RELAXED);
}

void count_steps(bool on) {
  __atomic_store_n(&is_counting, on, __ATOMIC_RELAXED);
}

} // namespace wald::test

#ifdef WALD_COUNTS_STEPS
#define WALD_NO_COVERAGE __attribute__((no_sanitize("coverage")))

namespace {
WALD_NO_COVERAGE inline void count_step() {
  using namespace wald::test;
  if (__atomic_load_n(&is_counting, __ATOMIC_RELAXED))
    __atomic_store_n(&steps, __atomic_load_n(&steps, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
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

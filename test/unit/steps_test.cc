// The counter itself: without it all tests that work grows in proportion would pass in silence.
#include "steps.h"

#include "gtest/gtest.h"

namespace wald::test {
namespace {

uint64_t steps_of_loop(unsigned rounds) {
  volatile unsigned number = 0;
  return steps_of([&] {
    for (unsigned i = 0; i < rounds; i++)
      if (number == i + 1)
        number = 0;
  });
}

TEST(Steps, AreCountedInTheBuildForFuzzing) {
#ifdef WALD_COUNTS_STEPS
  EXPECT_GE(steps_of_loop(1000), 1000u);
  EXPECT_LE(steps_of_loop(1000), 2010u);
#else
  EXPECT_EQ(steps_of_loop(1000), 0u);
#endif
}

} // namespace
} // namespace wald::test

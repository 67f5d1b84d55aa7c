// How much work code does, counted in steps instead of seconds: a test that work grows in
// proportion to the input must not fail because the machine is busy.
//
// A step is a comparison of integers that the program executes, but for those that only end a loop.
// The build for fuzzing (the preset `asan`) has a call at each; other builds count nothing, and
// there all counts are 0.
#pragma once

#include <cstdint>

namespace wald::test {

// The steps that work() takes, those of other threads among them.
template <typename Work> uint64_t steps_of(Work work);

uint64_t steps_so_far();
void count_steps(bool on);

template <typename Work> uint64_t steps_of(Work work) {
  uint64_t before = steps_so_far();
  count_steps(true);
  work();
  count_steps(false);
  return steps_so_far() - before;
}

// EXPECT_IN_PROPORTION(few, many): of eight times as much input. Four times as many steps as in
// proportion are allowed, for tables that grow and the like; work that grows with the square takes
// eight times as many.
#define EXPECT_IN_PROPORTION(few, many) EXPECT_LE(many, 32 * (few))

} // namespace wald::test

// Clocks, in nanoseconds.
#pragma once

#include <cstdint>
#include <ctime>

namespace wald {

inline uint64_t read_clock(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

} // namespace wald

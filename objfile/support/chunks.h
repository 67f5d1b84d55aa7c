// Work on numbered things by several threads: each takes the next chunk when it is done with one.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace wald::objfile {

// fn(thread, i) for each i from 0 to `count`, in order within a chunk. `thread` is below
// `num_threads`, which is 1 at least; 0 is the caller.
template <typename Fn> void for_each_in_chunks(uint64_t count, unsigned num_threads, Fn fn) {
  constexpr uint64_t kChunk = 64;
  std::atomic<uint64_t> next = 0;
  auto work = [&](unsigned thread) {
    for (uint64_t begin; (begin = next.fetch_add(kChunk)) < count;)
      for (uint64_t i = begin; i < std::min(begin + kChunk, count); i++)
        fn(thread, i);
  };
  std::vector<std::thread> others;
  for (unsigned thread = 1; thread < num_threads; thread++)
    others.emplace_back(work, thread);
  work(0);
  for (std::thread &other : others)
    other.join();
}

} // namespace wald::objfile

// Work for a second thread.
#pragma once

#include "linker/context.h"

#include <functional>
#include <thread>

namespace wald {

// Whether a second thread is allowed and the program large enough to pay for starting it.
inline bool has_work_for_threads(const Context &ctx) {
  constexpr uint32_t kFewDefinitions = 20'000;
  return ctx.num_threads > 1 && ctx.num_positional > kFewDefinitions;
}

// A function that runs beside the calling thread until join(), or on it, right away, where `beside`
// is false.
class Task {
public:
  Task(bool beside, std::function<void()> fn) {
    if (beside)
      thread_ = std::thread(std::move(fn));
    else
      fn();
  }
  Task(const Task &) = delete;
  Task &operator=(const Task &) = delete;
  ~Task() { join(); }
  void join() {
    if (thread_.joinable())
      thread_.join();
  }

private:
  std::thread thread_;
};

} // namespace wald

// Tasks for a second thread: started, and waited for, by name.
#pragma once

#include "objfile/system/clock.h"
#include "objfile/system/signal_block.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <vector>

namespace wald {

// Runs one task after the other on a thread of its own, beside the calling one; without a thread
// each at once, on the calling one.
//
// The thread lives as long as the link: waking a processor that has gone to sleep takes as long as
// a pass of a small program, so it stays awake for a moment after each task. Its owner calls stop()
// before the process ends.
class Helper {
public:
  // Where no thread can be made, the link goes on with one. Signals from outside are the main
  // thread's.
  void create_thread() {
    processor_ = sched_getcpu();
    wasm::SignalBlock block;
    has_thread_ = pthread_create(&thread_, nullptr, run_thread, this) == 0;
  }
  bool has_thread() const { return has_thread_; }
  void stop() {
    if (!has_thread())
      return;
    wait();
    set(kStop);
    pthread_join(thread_, nullptr);
    has_thread_ = false;
  }

  // Runs fn() beside the caller until wait(). One at a time: waits for an earlier task first.
  void start(const char *task, std::function<void()> fn) {
    wait();
    fn_ = std::move(fn);
    tasks_.push_back({task, has_thread(), read_clock(CLOCK_MONOTONIC), 0, 0, 0});
    if (!has_thread())
      return run_task();
    set(kBusy);
  }
  void wait() {
    if (state_.load(std::memory_order_acquire) == kBusy)
      wait_while(kBusy);
  }

  // What every task so far has cost. Not while one runs.
  struct Task {
    const char *name;
    bool is_beside;    // on the thread of its own
    uint64_t asked_ns; // when start() was called
    uint64_t start_ns, wall_ns, cpu_ns;
  };
  const std::vector<Task> &tasks() const { return tasks_; }

private:
  enum State : uint32_t { kIdle, kBusy, kStop };

  // A new thread often begins on its creator's processor, waits there until that has used up its
  // time, and moves to an idle one only then: late for a pass of a few milliseconds. So it moves by
  // itself. Later it may run anywhere.
  static void leave(int processor) {
    cpu_set_t allowed, others;
    if (processor < 0 || processor >= CPU_SETSIZE ||
        sched_getaffinity(0, sizeof allowed, &allowed) != 0)
      return;
    others = allowed;
    CPU_CLR(processor, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0)
      sched_setaffinity(0, sizeof allowed, &allowed);
  }

  static void *run_thread(void *helper) {
    auto *self = static_cast<Helper *>(helper);
    leave(self->processor_);
    self->loop();
    return nullptr;
  }
  void loop() {
    for (;;) {
      wait_while(kIdle);
      if (state_.load(std::memory_order_acquire) == kStop)
        return;
      run_task();
      set(kIdle);
    }
  }
  void run_task() {
    Task &task = tasks_.back();
    task.start_ns = read_clock(CLOCK_MONOTONIC);
    uint64_t cpu = read_clock(CLOCK_THREAD_CPUTIME_ID);
    fn_();
    task.wall_ns = read_clock(CLOCK_MONOTONIC) - task.start_ns;
    task.cpu_ns = read_clock(CLOCK_THREAD_CPUTIME_ID) - cpu;
  }
  void set(State state) {
    state_.store(state, std::memory_order_release);
    state_.notify_all();
  }
  void wait_while(State state) {
    constexpr std::chrono::milliseconds kAwake(3);
    const auto start = std::chrono::steady_clock::now();
    for (unsigned i = 1;; i++) {
      if (state_.load(std::memory_order_acquire) != state)
        return;
      pause();
      if (i % 64 == 0) {
        if (std::chrono::steady_clock::now() - start > kAwake)
          break;
        std::this_thread::yield();
      }
    }
    state_.wait(state, std::memory_order_acquire);
  }
  // Leaves the core to its other thread for an instant.
  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }

  std::atomic<State> state_ = kIdle;
  std::function<void()> fn_;
  std::vector<Task> tasks_; // the last is the one that runs
  int processor_ = -1;      // on which it was started
  bool has_thread_ = false;
  pthread_t thread_{};
};

} // namespace wald

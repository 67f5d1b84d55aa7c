// Handlers run in the middle of anything, so they write straight to stderr, allocate nothing and
// take no lock.
#include "objfile/system/fault_handlers.h"

#include "objfile/system/mapped_file.h"
#include "objfile/system/temporary_file.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/ErrorHandling.h"

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace wald {

namespace {

constexpr int kErrorStatus = 2;

void print(std::string_view text) {
  while (!text.empty()) {
    ssize_t count = write(STDERR_FILENO, text.data(), text.size());
    if (count <= 0)
      return;
    text.remove_prefix(count);
  }
}

void print_number(uint64_t value) {
  char digits[20], *at = std::end(digits);
  do
    *--at = char('0' + value % 10);
  while (value /= 10);
  print({at, size_t(std::end(digits) - at)});
}

// Two threads may come to their end at the same time; the first one tells why.
void be_the_only_one() {
  static std::atomic_flag is_ending;
  if (is_ending.test_and_set())
    for (;;)
      pause();
}

[[noreturn]] void end_with_error() {
  wasm::remove_temporary_files();
  _exit(kErrorStatus);
}

void print_limit(int resource, std::string_view what) {
  rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return;
  print(">>> the limit of ");
  print(what);
  print(" is ");
  print_number(limit.rlim_cur >> 10);
  print(" KiB\n");
}

[[noreturn]] void end_without_memory() {
  be_the_only_one();
  print("wald: error: out of memory\n");
  print_limit(RLIMIT_AS, "addresses (ulimit -v)");
  print_limit(RLIMIT_DATA, "data (ulimit -d)");
  end_with_error();
}

[[noreturn]] void end_without_stack() {
  be_the_only_one();
  print("wald: error: out of memory for the stack\n");
  print_limit(RLIMIT_STACK, "the stack (ulimit -s)");
  print_limit(RLIMIT_AS, "addresses (ulimit -v)");
  end_with_error();
}

// -- Handlers

void end_by(int signal) {
  wasm::remove_temporary_files();
  // The signal comes again after the handler.
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void on_request_to_end(int signal) {
  end_by(signal);
}

const char *stack_top = nullptr;

// Whether the stack should have grown to this place but did not get the memory. One that is larger
// than any link needs has grown through an error of wald's.
bool is_stack_without_memory(const void *place) {
  constexpr ptrdiff_t kMostUsed = 1 << 20;
  return place <= stack_top && stack_top - static_cast<const char *>(place) < kMostUsed;
}

void on_fault(int signal, siginfo_t *info, void *) {
  if (signal == SIGSEGV && info->si_code == SEGV_MAPERR && is_stack_without_memory(info->si_addr))
    end_without_stack();
  be_the_only_one();
  print("wald: error: internal error: signal ");
  print_number(signal);
  print("\n>>> please report it with the command line and the files that it names\n");
  end_by(signal);
}

void on_missing_page(int signal, siginfo_t *info, void *context) {
  std::string_view file;
  if (info->si_code > 0)
    file = objfile::MappedFile::name_at(info->si_addr);
  if (file.empty())
    return on_fault(signal, info, context);
  be_the_only_one();
  print("wald: error: ");
  print(file);
  print(" changed while it was read\n>>> it became shorter, or its disk failed\n");
  end_with_error();
}

// Leaves signals as they are that someone wants ignored, as nohup does, or handles already.
void handle(llvm::ArrayRef<int> signals, struct sigaction action) {
  for (int signal : signals) {
    struct sigaction before;
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_DFL)
      sigaction(signal, &action, nullptr);
  }
}

} // namespace

void install_fault_handlers() {
  std::set_new_handler(end_without_memory);
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { end_without_memory(); });
  llvm::install_fatal_error_handler([](void *, const char *reason, bool) {
    be_the_only_one();
    print("wald: error: ");
    print(reason);
    print("\n");
    end_with_error();
  });

  struct sigaction action = {};
  sigfillset(&action.sa_mask);
  action.sa_handler = on_request_to_end;
  handle({SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGXCPU, SIGUSR1, SIGUSR2}, action);
  // Writing beyond the largest size of a file (ulimit -f) is then an error of write().
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  handle({SIGXFSZ}, action);

  // The stack may be what is at fault.
  alignas(16) static char stack[16 << 10];
  stack_t alternative = {};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  stack_top = static_cast<const char *>(__builtin_frame_address(0));
  sigaltstack(&alternative, nullptr);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  handle({SIGSEGV, SIGILL, SIGFPE, SIGABRT}, action);
  // Sanitizers' handlers know nothing of files.
  action.sa_sigaction = on_missing_page;
  sigaction(SIGBUS, &action, nullptr);
}

} // namespace wald

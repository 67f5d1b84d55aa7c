// Holds back, in this thread and those that it starts meanwhile, the signals that other processes
// send. A fault of the program's own cannot be held back.
#pragma once

#include <csignal>
#include <pthread.h>

namespace wald::wasm {

class SignalBlock {
public:
  SignalBlock() {
    sigset_t sent;
    sigfillset(&sent);
    for (int fault : {SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS})
      sigdelset(&sent, fault);
    pthread_sigmask(SIG_BLOCK, &sent, &before_);
  }
  ~SignalBlock() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalBlock(const SignalBlock &) = delete;
  SignalBlock &operator=(const SignalBlock &) = delete;

private:
  sigset_t before_;
};

} // namespace wald::wasm

// A signal handler can read only what is in place before the signal comes, so names of existing
// files are noted in a table of fixed size; a process has one or two. While a file gets its name or
// loses it, signals that end the process wait.
#include "wasm/temporary_file.h"

#include "wasm/signal_block.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace wald::wasm {

namespace {

std::array<std::atomic<const char *>, 8> existing_files;

} // namespace

int TemporaryFile::create(llvm::StringRef folder, unsigned mode) {
  SignalBlock block;
  // The name ends in what is unlikely to be another link's, and O_EXCL settles the rest. It does
  // not contain the output's, which may be as long as names can be.
  for (unsigned attempt = 0; attempt < 100; attempt++) {
    name_ =
        folder.str() + ".wald-" + std::to_string(getpid()) + "-" + std::to_string(attempt) + ".tmp";
    int fd = open(name_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
    if (fd >= 0) {
      for (slot_ = 0; slot_ < existing_files.size(); slot_++) {
        const char *none = nullptr;
        if (existing_files[slot_].compare_exchange_strong(none, name_.c_str()))
          break;
      }
      return fd;
    }
    if (errno != EEXIST)
      break;
  }
  int error = errno;
  name_.clear();
  errno = error;
  return -1;
}

int TemporaryFile::rename_to(const std::string &name) {
  SignalBlock block;
  if (rename(name_.c_str(), name.c_str()) < 0)
    return errno;
  forget();
  return 0;
}

void TemporaryFile::remove() {
  if (!exists())
    return;
  SignalBlock block;
  unlink(name_.c_str());
  forget();
}

void TemporaryFile::forget() {
  if (slot_ < existing_files.size())
    existing_files[slot_] = nullptr;
  name_.clear();
}

void remove_temporary_files() {
  for (std::atomic<const char *> &file : existing_files)
    if (const char *name = file.load())
      unlink(name);
}

} // namespace wald::wasm

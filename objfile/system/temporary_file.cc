// A signal handler can read only what is in place before the signal comes, so names of existing
// files are noted in a table of fixed size; a process has one or two. While a file gets its name or
// loses it, signals that end the process wait.
#include "objfile/system/temporary_file.h"

#include "objfile/system/signal_block.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::wasm {

namespace {

std::array<std::atomic<const char *>, 8> existing_files;

// A directory that is not empty stays.
void remove_file_or_directory(const char *name) {
  if (unlink(name) < 0)
    rmdir(name);
}

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
      note();
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

void TemporaryFile::adopt(std::string name) {
  SignalBlock block;
  name_ = std::move(name);
  note();
}

void TemporaryFile::note() {
  for (slot_ = 0; slot_ < existing_files.size(); slot_++) {
    const char *none = nullptr;
    if (existing_files[slot_].compare_exchange_strong(none, name_.c_str()))
      break;
  }
}

int TemporaryFile::rename_to(const std::string &name) {
  SignalBlock block;
  if (!exchange_with(name) && rename(name_.c_str(), name.c_str()) < 0)
    return errno;
  forget();
  return 0;
}

// ext4 begins to write a file to the disk when it is renamed over another: a fifth of a large
// link's time. Where two files change names and the old one then goes, it does not. The name always
// leads to one or the other, as with rename().
bool TemporaryFile::exchange_with(const std::string &name) {
#ifdef RENAME_EXCHANGE
  auto exchange = [&] {
    return renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, name.c_str(), RENAME_EXCHANGE) == 0;
  };
  struct stat info;
  if (lstat(name.c_str(), &info) < 0 || !S_ISREG(info.st_mode) || !exchange())
    return false;
  if (unlink(name_.c_str()) == 0)
    return true;
  exchange(); // it has become something else in between; rename() will say what is wrong
#endif
  return false;
}

void TemporaryFile::remove() {
  if (!exists())
    return;
  SignalBlock block;
  remove_file_or_directory(name_.c_str());
  forget();
}

void TemporaryFile::forget() {
  if (slot_ < existing_files.size())
    existing_files[slot_] = nullptr;
  name_.clear();
}

void remove_temporary_files() {
  // Twice: a directory may stand before what is in it.
  for (int round = 0; round < 2; round++)
    for (std::atomic<const char *> &file : existing_files)
      if (const char *name = file.load())
        remove_file_or_directory(name);
}

} // namespace wald::wasm

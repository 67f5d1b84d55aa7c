// A file under a hidden name that disappears with its object. Also for processes that end at once:
// a signal handler can remove all of them.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald::wasm {

class TemporaryFile {
public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  ~TemporaryFile() { remove(); }

  // Creates a file in the folder, which is empty or ends in a slash. Returns the descriptor, or -1
  // and errno.
  int create(llvm::StringRef folder, unsigned mode);
  // Takes over a name below which another process is to write a file, or a directory that will be
  // empty.
  void adopt(std::string name);
  // Leaves the file where it is.
  void keep() { forget(); }
  // Gives the file its name, which another one may have had until then. 0 or the error's number.
  int rename_to(const std::string &name);
  bool exists() const { return !name_.empty(); }
  const std::string &name() const { return name_; }

private:
  bool exchange_with(const std::string &name);
  void note();
  void remove();
  void forget();

  std::string name_; // empty: there is no file
  unsigned slot_ = 0;
};

// Removes every temporary file of the process. Safe in signal handlers.
void remove_temporary_files();

} // namespace wald::wasm

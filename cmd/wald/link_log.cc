#include "wald/link_log.h"

#include "objfile/system/process.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace wald {

namespace fs = llvm::sys::fs;

bool LinkLog::create(const char *variable) {
  llvm::SmallString<128> folder;
  llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
  int fd = file_.create((folder + "/").str(), /*mode=*/0600);
  if (fd < 0) {
    report_error(llvm::Twine("cannot make a temporary file: ") + std::strerror(errno));
    return false;
  }
  ::close(fd);
  ::setenv(variable, file_.name().c_str(), /*overwrite=*/1);
  return true;
}

std::string LinkLog::text() const {
  auto text = read_disk_file(file_.name());
  return text ? (*text)->getBuffer().str() : "";
}

void append_to_log(const char *variable, const llvm::Twine &line) {
  std::string log = environment_value(variable);
  std::error_code error;
  if (log.empty())
    return;
  // Who reads it may have been stopped and have removed it.
  llvm::raw_fd_ostream out(log, error, fs::CD_OpenExisting, fs::FA_Write, fs::OF_Append);
  if (error)
    return;
  out << line;
  out.close();
  out.clear_error(); // the link is then not counted
}

} // namespace wald

#include "objfile/system/text_file.h"

namespace wald {

std::string write_text_file(const std::string &file,
                            llvm::function_ref<void(llvm::raw_ostream &)> write) {
  std::error_code error;
  llvm::raw_fd_ostream out(file, error);
  if (!error) {
    constexpr size_t kBuffer = 1 << 16; // some are megabytes
    out.SetBufferSize(kBuffer);
    write(out);
    out.close();
    error = out.error();
    out.clear_error(); // else the stream's end would be the process's
  }
  return error ? "cannot write " + file + ": " + error.message() : "";
}

} // namespace wald

#include "objfile/system/go_root.h"

#include "objfile/system/process.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace wald {

std::string toolchain_version(llvm::StringRef root) {
  if (root.empty())
    return "";
  llvm::SmallString<128> file(root);
  llvm::sys::path::append(file, "VERSION");
  auto text = read_disk_file(file);
  return text ? (*text)->getBuffer().split('\n').first.rtrim().str() : "";
}

} // namespace wald

// The module is read back from the disk, so what is checked is what was written.
#include "wald/checked_link.h"

#include "wald/process.h"
#include "wasm/validate.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <unistd.h>

namespace wald {

namespace fs = llvm::sys::fs;

LinkResult checked_link(const LinkOptions &options) {
  fs::file_status status;
  if (options.validate && !fs::status(options.output, status) && fs::is_other(status)) {
    report_error("cannot validate " + options.output + ": it is a device or pipe");
    return {LinkStatus::kError, ""};
  }
  LinkResult result = link(options);
  if (!options.validate || result.status != LinkStatus::kOk)
    return result;
  auto module = read_disk_file(options.output);
  std::string problem;
  if (!module)
    problem = "cannot read " + options.output + " to validate it: " + module.getError().message();
  else if (llvm::Error error =
               wasm::validate_module(llvm::arrayRefFromStringRef((*module)->getBuffer())))
    problem = "the module is not valid WebAssembly: " + llvm::toString(std::move(error)) +
              "\n>>> this is an error in wald, unless -E, -T or -D ask for such a module";
  if (problem.empty())
    return result;
  llvm::SmallString<128> file; // not a symbolic link to it
  if (!fs::real_path(options.output, file))
    ::unlink(file.c_str());
  report_error(problem);
  return {LinkStatus::kError, ""};
}

} // namespace wald

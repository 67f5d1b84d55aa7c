// The module is read back from the disk, so what is checked is what was written.
#include "wald/checked_link.h"

#include "wald/process.h"
#include "wasm/validate.h"

#include "llvm/ADT/StringExtras.h"

#include <unistd.h>

namespace wald {

LinkResult checked_link(const LinkOptions &options) {
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
  ::unlink(options.output.c_str());
  report_error(problem);
  return {LinkStatus::kError, ""};
}

} // namespace wald

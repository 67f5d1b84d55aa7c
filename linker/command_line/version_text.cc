#include "linker/command_line/version_text.h"

#include "objfile/go_version.h"
#include "wasm/validate.h"

#include "llvm/Config/llvm-config.h"

namespace wald {

std::string version_text() {
  std::string text = "wald " WALD_VERSION "\nlinks Go";
  for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++)
    text += (minor == objfile::kOldestGoMinor ? " 1." : ", 1.") + std::to_string(minor);
  text += " for wasip1/wasm and js/wasm\n";
  text += "libraries: LLVM " LLVM_VERSION_STRING ", wabt ";
  return text + wasm::wabt_version() + "\n";
}

} // namespace wald

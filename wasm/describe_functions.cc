#include "wasm/describe_functions.h"

#include "objfile/support/printable.h"
#include "wasm/module_reader.h"

namespace wald::wasm {

std::vector<std::string> describe_functions(llvm::ArrayRef<uint8_t> bytes,
                                            llvm::ArrayRef<uint32_t> func_indices) {
  llvm::Expected<Module> module = read_module(bytes);
  std::vector<std::string> descriptions;
  for (uint32_t func_index : func_indices) {
    std::string &text = descriptions.emplace_back("function " + std::to_string(func_index));
    llvm::StringRef name = module ? module->function_name(func_index) : llvm::StringRef();
    if (!name.empty())
      text += " (" + printable(name) + ")";
  }
  if (!module)
    llvm::consumeError(module.takeError());
  return descriptions;
}

} // namespace wald::wasm

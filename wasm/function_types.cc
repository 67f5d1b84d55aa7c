#include "wasm/function_types.h"

namespace wald::wasm {

uint32_t FunctionTypes::index_of(llvm::ArrayRef<ValueType> params,
                                 llvm::ArrayRef<ValueType> results) {
  std::string key;
  for (ValueType type : params)
    key += char(type);
  key += '\0'; // no type
  for (ValueType type : results)
    key += char(type);
  auto [entry, is_new] = index_.try_emplace(key, uint32_t(types_.size()));
  if (is_new)
    types_.push_back({params.vec(), results.vec()});
  return entry->second;
}

void FunctionTypes::write(OutputStream &out) const {
  out.write_uleb(types_.size());
  for (const auto &[params, results] : types_) {
    out.write_byte(0x60);
    for (const std::vector<ValueType> *list : {&params, &results}) {
      out.write_uleb(list->size());
      for (ValueType type : *list)
        out.write_byte(uint8_t(type));
    }
  }
}

} // namespace wald::wasm

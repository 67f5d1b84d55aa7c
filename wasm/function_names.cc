// Reads the function names of a module: finds the custom section "name" and its subsection 1.
#include "wasm/function_names.h"

#include "objfile/support/printable.h"

namespace wald::wasm {

namespace {

// A reader that stops at the end of its bytes and then returns zeros.
class Reader {
public:
  explicit Reader(llvm::ArrayRef<uint8_t> bytes) : bytes_(bytes) {}

  bool is_at_end() const { return bytes_.empty(); }

  uint8_t byte() {
    if (bytes_.empty())
      return 0;
    uint8_t value = bytes_.front();
    bytes_ = bytes_.drop_front();
    return value;
  }

  uint64_t leb() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !is_at_end(); shift += 7) {
      uint8_t next = byte();
      value |= uint64_t(next & 0x7f) << shift;
      if (!(next & 0x80))
        return value;
    }
    bytes_ = {};
    return 0;
  }

  // A length and that many bytes, or what is left of them.
  llvm::ArrayRef<uint8_t> block() {
    uint64_t length = leb();
    llvm::ArrayRef<uint8_t> value = bytes_.take_front(length);
    bytes_ = bytes_.drop_front(value.size());
    return value;
  }

  llvm::StringRef string() {
    llvm::ArrayRef<uint8_t> value = block();
    return llvm::StringRef(reinterpret_cast<const char *>(value.data()), value.size());
  }

private:
  llvm::ArrayRef<uint8_t> bytes_;
};

constexpr uint8_t kCustomSection = 0;
constexpr uint8_t kFunctionSubsection = 1;
constexpr size_t kHeaderSize = 8;

void read_names(llvm::ArrayRef<uint8_t> subsection, FunctionNames &out) {
  Reader reader(subsection);
  for (uint64_t count = reader.leb(); count > 0 && !reader.is_at_end(); --count) {
    // The two highest numbers mean an empty place in the map; no module has so many functions.
    uint64_t func_index = reader.leb();
    llvm::StringRef name = reader.string();
    if (func_index < UINT32_MAX - 1)
      out[static_cast<uint32_t>(func_index)] = name;
  }
}

} // namespace

FunctionNames read_function_names(llvm::ArrayRef<uint8_t> module) {
  FunctionNames names;
  Reader sections(module.drop_front(std::min(kHeaderSize, module.size())));
  while (!sections.is_at_end()) {
    uint8_t id = sections.byte();
    Reader section(sections.block());
    if (id != kCustomSection || section.string() != "name")
      continue;
    while (!section.is_at_end()) {
      uint8_t kind = section.byte();
      llvm::ArrayRef<uint8_t> subsection = section.block();
      if (kind == kFunctionSubsection)
        read_names(subsection, names);
    }
  }
  return names;
}

std::string describe_function(const FunctionNames &names, uint32_t func_index) {
  std::string text = "function " + std::to_string(func_index);
  auto found = names.find(func_index);
  if (found != names.end())
    text += " (" + printable(found->second) + ")";
  return text;
}

} // namespace wald::wasm

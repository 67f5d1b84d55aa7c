// The names of functions as debuggers and profilers show them
// (ref: writeNameSec in cmd/link/internal/wasm/asm.go).
#include "linker/output/module_sections.h"

#include "llvm/Support/ConvertUTF.h"

#include <array>

namespace wald {

namespace {

using wasm::kSectionHeaderSize;

// What a character becomes in a name: letters, digits, _ and . stay, the others become one _.
// Zero for a byte of a longer character.
constexpr std::array<uint8_t, 256> kReadable = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned c = 0; c < 0x80; c++) {
    bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    c == '_' || c == '.';
    table[c] = is_plain ? c : '_';
  }
  return table;
}();

// Bytes of the UTF-8 character at the front; an invalid byte counts as one.
size_t character_size(StringRef text) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  size_t size = llvm::getNumBytesForUTF8(*begin);
  return size <= text.size() && llvm::isLegalUTF8Sequence(begin, begin + size) ? size : 1;
}

// Returns the place after it. The result is never longer than the name.
uint8_t *write_readable(uint8_t *at, StringRef name) {
  bool is_ascii = true;
  for (size_t i = 0; i < name.size(); i++) {
    at[i] = kReadable[uint8_t(name[i])];
    is_ascii &= at[i] != 0;
  }
  if (is_ascii) [[likely]]
    return at + name.size();
  for (size_t i = 0; i < name.size();) {
    uint8_t readable = kReadable[uint8_t(name[i])];
    *at++ = readable ? readable : '_';
    i += readable ? 1 : character_size(name.substr(i));
  }
  return at;
}

} // namespace

std::vector<uint8_t> encode_name_section(const Context &ctx, const ModulePlan &plan) {
  std::vector<uint8_t> bytes;
  if (!ctx.plan.has_names || ctx.plan.has_full_names)
    return bytes;
  constexpr char kName[] = "\4name";
  constexpr uint64_t kPayload = kSectionHeaderSize + 5, kNamesStart = kPayload + kSectionHeaderSize;
  uint64_t used = kNamesStart;
  auto room = [&](uint64_t size) {
    if (used + size > bytes.size())
      bytes.resize(std::max(2 * bytes.size(), used + size));
    return bytes.data() + used;
  };
  bytes.resize(64 * ctx.text.size() + 4096);
  uint64_t count = ctx.text.size() + plan.added.size();
  used = wasm::write_uleb(room(wasm::kMaxLebSize), count) - bytes.data();
  for (uint64_t i = 0; i < count; i++) {
    bool is_added = i >= ctx.text.size();
    StringRef name = is_added ? plan.added[i - ctx.text.size()].name : ctx.text_names[i];
    uint8_t *at = room(name.size() + 2 * wasm::kMaxLebSize);
    at = wasm::write_uleb(at, plan.imports.size() + i);
    uint8_t *begin = at + wasm::uleb_size(name.size());
    uint8_t *end = write_readable(begin, name);
    uint8_t *text = wasm::write_uleb(at, end - begin);
    if (text != begin) // shorter than the name, by characters of several bytes
      std::memmove(text, begin, end - begin);
    used = text + (end - begin) - bytes.data();
  }
  bytes.resize(used);
  wasm::write_section_header(&bytes[0], wasm::SectionId::kCustom, used - kSectionHeaderSize);
  std::memcpy(&bytes[kSectionHeaderSize], kName, 5);
  bytes[kPayload] = 1; // the subsection of functions, which has the same header
  wasm::write_padded_uleb(&bytes[kPayload + 1], used - kNamesStart);
  return bytes;
}

} // namespace wald

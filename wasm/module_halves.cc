#include "wasm/module_halves.h"

#include "objfile/support/bytes.h"
#include "wasm/section_writer.h"

namespace wald::wasm {

namespace {

using Bytes = llvm::ArrayRef<uint8_t>;
using objfile::Cursor;

constexpr uint8_t kStub[] = {3, 0, 0x00, 0x0b}; // size; no locals, unreachable, end

} // namespace

std::optional<ModuleHalves> ModuleHalves::of(Bytes module) {
  ModuleHalves halves;
  halves.module_ = module;
  Cursor sections(module);
  sections.skip(sizeof kModuleHeader);
  Bytes code;
  while (!sections.at_end() && !sections.failed()) {
    uint64_t begin = sections.offset();
    auto id = SectionId(sections.read<uint8_t>());
    Bytes payload = sections.read_bytes(sections.read_uleb());
    if (id == SectionId::kCode) {
      if (!code.empty())
        return std::nullopt;
      halves.code_ = halves.sections_.size();
      code = payload;
    }
    halves.sections_.push_back(module.slice(begin, sections.offset() - begin));
  }
  if (sections.failed() || code.empty())
    return std::nullopt;

  Cursor entries(code);
  uint64_t count = entries.read_uleb(), begin = entries.offset();
  std::optional<uint64_t> middle;
  for (uint64_t i = 0; i < count && !entries.failed(); i++) {
    entries.skip(entries.read_uleb());
    if (!middle && entries.offset() >= code.size() / 2) {
      middle = entries.offset();
      halves.num_first_ = i + 1;
    }
  }
  if (entries.failed() || !entries.at_end() || !middle)
    return std::nullopt;
  halves.num_second_ = count - halves.num_first_;
  halves.first_entries_ = code.slice(begin, *middle - begin);
  halves.second_entries_ = code.drop_front(*middle);
  return halves;
}

std::vector<uint8_t> ModuleHalves::with(uint64_t stubs_before, Bytes entries, uint64_t stubs_after,
                                        bool keeps_custom) const {
  std::vector<uint8_t> bytes;
  auto append = [&](Bytes more) { bytes.insert(bytes.end(), more.begin(), more.end()); };
  auto append_stubs = [&](uint64_t count) {
    for (; count > 0; count--)
      append(kStub);
  };
  uint8_t count[kMaxLebSize];
  Bytes written_count(count, write_uleb(count, num_first_ + num_second_));
  uint64_t size =
      written_count.size() + (stubs_before + stubs_after) * sizeof kStub + entries.size();
  bytes.reserve(module_.size() - first_entries_.size() - second_entries_.size() + size +
                kSectionHeaderSize);
  append(module_.take_front(sizeof kModuleHeader));
  for (size_t i = 0; i < sections_.size(); i++) {
    if (i != code_) {
      if (keeps_custom || SectionId(sections_[i].front()) != SectionId::kCustom)
        append(sections_[i]);
      continue;
    }
    uint8_t header[kSectionHeaderSize];
    write_section_header(header, SectionId::kCode, size);
    append(header);
    append(written_count);
    append_stubs(stubs_before);
    append(entries);
    append_stubs(stubs_after);
  }
  return bytes;
}

std::vector<uint8_t> ModuleHalves::first() const {
  return with(0, first_entries_, num_second_, /*keeps_custom=*/true);
}

std::vector<uint8_t> ModuleHalves::second() const {
  return with(num_first_, second_entries_, 0, /*keeps_custom=*/false);
}

} // namespace wald::wasm

// Sections around what is streamed into a module. A section's header says how long it is, which is
// known last: room is left for a header of a fixed size, and it is written when the section ends.
#pragma once

#include "objfile/support/leb128.h"
#include "objfile/system/output_file.h"
#include "wasm/section_id.h"

#include <atomic>
#include <optional>

namespace wald::wasm {

inline constexpr uint64_t kSectionHeaderSize = 1 + kPaddedLebSize;
inline constexpr uint8_t kModuleHeader[] = {0, 'a', 's', 'm', 1, 0, 0, 0};

// At `at`: the header of a section with so long a payload.
inline void write_section_header(uint8_t *at, SectionId id, uint32_t payload_size) {
  at[0] = uint8_t(id);
  write_padded_uleb(at + 1, payload_size);
}

// Several threads may write sections at the same time, each to a stream of its own.
class SectionWriter {
public:
  explicit SectionWriter(OutputFile &file) : file_(file) {}

  OutputFile &file() { return file_; }

  // A section at the stream's place, with what write_payload() writes to the stream.
  template <typename Fn> void write(OutputStream &out, SectionId id, Fn write_payload) {
    uint64_t start = out.offset();
    out.advance(out.reserve(kSectionHeaderSize) + kSectionHeaderSize);
    write_payload();
    out.flush(); // the header may still be in the buffer
    frame(id, start, out.offset());
  }

  // The header of a section that lies in the file from `start`, where the header's place is, up to
  // `end`.
  void frame(SectionId id, uint64_t start, uint64_t end) {
    uint64_t size = end - start - kSectionHeaderSize;
    if (size > UINT32_MAX) {
      too_long_ = int(id);
      return;
    }
    uint8_t header[kSectionHeaderSize];
    write_section_header(header, id, size);
    file_.write(start, header);
  }

  // A section that is longer than a module can say.
  std::optional<SectionId> too_long() const {
    int id = too_long_;
    return id < 0 ? std::nullopt : std::optional(SectionId(id));
  }

private:
  OutputFile &file_;
  std::atomic<int> too_long_ = -1;
};

} // namespace wald::wasm

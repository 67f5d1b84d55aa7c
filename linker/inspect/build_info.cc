#include "linker/inspect/build_info.h"

#include "llvm/Support/MathExtras.h"

#include <tuple>

namespace wald::inspect {

using llvm::StringRef;

namespace {

// What the go command puts around the text (reference: cmd/go/internal/modload/build.go).
constexpr StringRef kBegin("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16);
constexpr StringRef kEnd("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);

// With strings that the linker sets, a NUL follows: no other constant has that, but by chance.
constexpr uint64_t kMostVersionBytes = 4096;

// The runs of bytes that have no gap, so that what is searched for is in one of them.
StringRef find_text(const MemoryImage &memory) {
  for (const MemoryImage::Extent &extent : memory.extents()) {
    StringRef bytes = objfile::to_string(memory.from(extent.begin, extent.end - extent.begin));
    size_t begin = bytes.find(kBegin);
    if (begin == StringRef::npos)
      continue;
    StringRef text = bytes.drop_front(begin + kBegin.size());
    size_t end = text.find(kEnd);
    if (end != StringRef::npos)
      return text.take_front(end);
  }
  return "";
}

StringRef find_version(const MemoryImage &memory, uint64_t data, uint64_t data_end,
                       StringRef version) {
  StringRef found;
  data_end = std::min(data_end, memory.size());
  for (uint64_t at = llvm::alignTo(data, 8); at + 16 <= data_end; at += 8) {
    uint64_t size = memory.load<uint64_t>(at + 8);
    if (size < version.size() || size > kMostVersionBytes)
      continue;
    std::optional<Bytes> bytes = memory.at(memory.load<uint64_t>(at), size + 1);
    if (!bytes || bytes->back() != 0)
      continue;
    StringRef text = objfile::to_string(bytes->drop_back());
    if (!text.starts_with(version) || text == found)
      continue;
    if (!found.empty())
      return "";
    found = text;
  }
  return found;
}

} // namespace

std::vector<BuildInfo::Line> BuildInfo::lines() const {
  std::vector<Line> lines;
  for (StringRef rest = text; !rest.empty();) {
    auto [line, after] = rest.split('\n');
    rest = after;
    Line &entry = lines.emplace_back();
    std::tie(entry.kind, line) = line.split('\t');
    line.split(entry.fields, '\t');
  }
  return lines;
}

StringRef BuildInfo::setting(StringRef key) const {
  for (const Line &line : lines())
    if (line.kind == "build" && line.fields.size() == 1) {
      auto [name, value] = line.fields[0].split('=');
      if (name == key)
        return value;
    }
  return "";
}

BuildInfo find_build_info(const MemoryImage &memory, uint64_t data, uint64_t data_end,
                          StringRef version) {
  BuildInfo info;
  info.text = find_text(memory);
  info.go_version = find_version(memory, data, data_end, version);
  return info;
}

} // namespace wald::inspect

#include "objfile/archive.h"

#include <algorithm>
#include <cassert>

namespace wald::objfile {

namespace {

constexpr llvm::StringLiteral kMagic = "!<arch>\n";
constexpr uint64_t kHeaderSize = 60;

llvm::StringRef name_in(llvm::StringRef header) {
  return header.substr(0, 16).rtrim(' ');
}

// A size that cannot be read counts as zero, as for the reference.
uint64_t size_in(llvm::StringRef header) {
  uint64_t size = 0;
  if (header.substr(48, 10).trim(' ').getAsInteger(0, size))
    return 0;
  return size;
}

} // namespace

MemberKind classify_member(llvm::StringRef name) {
  if (name == "__.PKGDEF")
    return MemberKind::kExportData;
  if (name == "dynimportfail")
    return MemberKind::kForcesExternalLink;
  if (name == "preferlinkext")
    return MemberKind::kNote;
  // A name of 16 bytes may have lost its extension.
  if (name.size() < 16 && !name.ends_with(".o") && !name.ends_with(".syso"))
    return MemberKind::kNote;
  return MemberKind::kObject;
}

bool is_archive(Bytes file) {
  return to_string(file).starts_with(kMagic);
}

uint64_t size_of_export_data(Bytes front) {
  if (!is_archive(front) || front.size() < kMagic.size() + kHeaderSize)
    return 0;
  llvm::StringRef header = to_string(front.slice(kMagic.size(), kHeaderSize));
  if (classify_member(name_in(header)) != MemberKind::kExportData)
    return 0;
  uint64_t size = size_in(header);
  return kMagic.size() + kHeaderSize + size + (size & 1);
}

llvm::Expected<std::vector<ArchiveMember>> read_archive(Bytes file, Bytes front, uint64_t skipped) {
  assert(skipped == 0 || is_archive(front));
  std::vector<ArchiveMember> members;
  if (!is_archive(front.empty() ? file : front)) {
    members.push_back({"", file, 0});
    return members;
  }
  const uint64_t file_size = skipped + file.size();
  // What is there of a part of the file.
  auto part = [&](uint64_t begin, uint64_t size) {
    uint64_t first = std::max(begin, skipped), end = std::max(begin + size, skipped);
    return file.slice(first - skipped, end - first);
  };
  uint64_t offset = kMagic.size();
  while (offset + kHeaderSize <= file_size) {
    bool is_in_front = offset + kHeaderSize <= front.size();
    llvm::StringRef header =
        to_string(is_in_front ? front.slice(offset, kHeaderSize) : part(offset, kHeaderSize));
    uint64_t size = size_in(header);
    offset += kHeaderSize;
    llvm::StringRef name = name_in(header);
    if (size > file_size - offset)
      return llvm::createStringError(
          std::errc::invalid_argument,
          "archive member %s at offset %llu has %llu bytes, but the file ends after %llu",
          name.str().c_str(), (unsigned long long)(offset - kHeaderSize), (unsigned long long)size,
          (unsigned long long)(file_size - offset));
    members.push_back({name, part(offset, size), offset});
    offset += size + (size & 1);
  }
  if (offset < file_size)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "truncated archive: it ends inside the header at offset %llu",
                                   (unsigned long long)offset);
  return members;
}

} // namespace wald::objfile

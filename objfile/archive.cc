#include "objfile/archive.h"

namespace wald::objfile {

namespace {

constexpr llvm::StringLiteral kMagic = "!<arch>\n";
constexpr uint64_t kHeaderSize = 60;

// A size that cannot be read counts as zero, as for the reference.
uint64_t parse_size(llvm::StringRef field) {
  uint64_t size = 0;
  if (field.trim(' ').getAsInteger(0, size))
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

llvm::Expected<std::vector<ArchiveMember>> read_archive(Bytes file, Bytes front) {
  std::vector<ArchiveMember> members;
  if (!is_archive(front.empty() ? file : front)) {
    members.push_back({"", file, 0});
    return members;
  }
  uint64_t offset = kMagic.size();
  while (offset + kHeaderSize <= file.size()) {
    Bytes from = offset + kHeaderSize <= front.size() ? front : file;
    llvm::StringRef header = to_string(from.slice(offset, kHeaderSize));
    uint64_t size = parse_size(header.substr(48, 10));
    offset += kHeaderSize;
    llvm::StringRef name = header.substr(0, 16).rtrim(' ');
    if (size > file.size() - offset)
      return llvm::createStringError(
          std::errc::invalid_argument,
          "archive member %s at offset %llu has %llu bytes, but the file ends after %llu",
          name.str().c_str(), (unsigned long long)(offset - kHeaderSize), (unsigned long long)size,
          (unsigned long long)(file.size() - offset));
    members.push_back({name, file.slice(offset, size), offset});
    offset += size + (size & 1);
  }
  if (offset < file.size())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "truncated archive: it ends inside the header at offset %llu",
                                   (unsigned long long)offset);
  return members;
}

} // namespace wald::objfile

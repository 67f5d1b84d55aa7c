// Archives, objects of every version, and their YAML form.
#include "targets.h"

#include "object_reading.h"
#include "objfile/archive.h"
#include "objfile/object_yaml.h"

namespace wald::fuzz {

using objfile::Bytes;

namespace {

// Reads the member as each version has it, whatever it says of itself.
void read_object(Bytes member) {
  llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(member);
  if (!header) {
    llvm::consumeError(header.takeError());
    return;
  }
  for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++) {
    llvm::Expected<objfile::Object> object =
        objfile::Object::parse(member, *header, *objfile::find_go_version(minor));
    if (object)
      test::read_everything(*object);
    else
      llvm::consumeError(object.takeError());
  }
}

} // namespace

void fuzz_archive(Bytes input) {
  // The whole file; with a copy of the first bytes, as a mapped file has it; and without what the
  // linker does not map.
  Bytes first_bytes = input.take_front(128);
  uint64_t unneeded = objfile::size_of_export_data(first_bytes);
  for (auto [front, skipped] : {std::pair(Bytes(), uint64_t(0)),
                                {first_bytes, uint64_t(0)},
                                {first_bytes, unneeded < input.size() ? unneeded : 0}}) {
    llvm::Expected<std::vector<objfile::ArchiveMember>> members =
        objfile::read_archive(input.drop_front(skipped), front, skipped);
    if (!members) {
      llvm::consumeError(members.takeError());
      continue;
    }
    for (const objfile::ArchiveMember &member : *members) {
      (void)objfile::classify_member(member.name);
      read_object(member.contents);
    }
  }
}

void fuzz_object(Bytes input) {
  read_object(input);
  for (bool exact : {false, true}) {
    llvm::Expected<objfile::ObjectText> text = objfile::decode_object(input, exact);
    if (!text) {
      llvm::consumeError(text.takeError());
      continue;
    }
    llvm::Expected<std::vector<uint8_t>> again = objfile::encode_object(*text);
    if (!again)
      llvm::consumeError(again.takeError());
  }
}

void fuzz_yaml(Bytes input) {
  llvm::StringRef yaml = objfile::to_string(input);
  if (llvm::Expected<std::vector<uint8_t>> bytes = objfile::object_from_yaml(yaml))
    fuzz_object(*bytes);
  else
    llvm::consumeError(bytes.takeError());
  if (llvm::Expected<std::vector<uint8_t>> bytes = objfile::archive_from_yaml(yaml))
    fuzz_archive(*bytes);
  else
    llvm::consumeError(bytes.takeError());
}

} // namespace wald::fuzz

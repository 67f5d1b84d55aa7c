// Go objects and archives as YAML, so that tests do not need a Go toolchain. The fields are those
// of objfile/object_text.h, all with defaults:
//
//   version: go1.27.4
//   main: true
//   autolibs: [ { path: fmt, fingerprint: 46b6c555e4ea75f0 } ]
//   symbols:
//     - name: main.main
//       kind: text
//       abi: 1
//       data: 02017f0b
//       relocs:
//         - { type: R_CALL, offset: 3, pkg: fmt, index: 46 }
//         - { type: R_ADDR, offset: 3, to: main.x, addend: 8 }
//       aux:
//         - { kind: pcsp, symbol: 2 }
//     - { name: main.x, kind: rodata, text: hello }
//     - { kind: rodata, group: hashed, data: '0001' }
//
// An archive is a list `members` of { name, object | data | text }. `faults` break the result on
// purpose: { block: relocidx, at: 4, bytes: ffffffff }, { block: data, starts_at: 7 }, { keep: 90
// }.
#pragma once

#include "objfile/object_text.h"

namespace wald::objfile {

// Errors carry the line of the YAML text where it is wrong.
llvm::Expected<ObjectText> parse_object_yaml(llvm::StringRef yaml);
llvm::Expected<ArchiveText> parse_archive_yaml(llvm::StringRef yaml);
std::string print_yaml(ObjectText object);
std::string print_yaml(ArchiveText archive);

llvm::Expected<std::vector<uint8_t>> object_from_yaml(llvm::StringRef yaml);
llvm::Expected<std::vector<uint8_t>> archive_from_yaml(llvm::StringRef yaml);
llvm::Expected<std::string> object_to_yaml(Bytes member, bool exact = false);
llvm::Expected<std::string> archive_to_yaml(Bytes file, bool exact = false);

} // namespace wald::objfile

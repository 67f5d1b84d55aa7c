// Go's package archives: the ar format of the compiler and `go tool pack`.
#pragma once

#include "objfile/support/bytes.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace wald::objfile {

struct ArchiveMember {
  llvm::StringRef name; // at most 16 bytes, as stored, without the padding
  Bytes contents;
  uint64_t file_offset; // of the contents
};

// How the linker treats a member (ref: loadobjfile in cmd/link/internal/ld/lib.go).
enum class MemberKind : uint8_t {
  kExportData,         // __.PKGDEF, for the compiler only
  kObject,             // a Go object, or something that must be one
  kForcesExternalLink, // a cgo note that wald cannot honour
  kNote,               // everything else
};
MemberKind classify_member(llvm::StringRef name);

bool is_archive(Bytes file);

// Lists the members. A file that is no archive is one member without a name. Errors name the
// offset. A header cut off at the end of the file is one too, although the reference takes it for
// the end of the archive: what is missing may be assembler code. `front` may be a copy of the first
// bytes of the file, which are then not touched; the first member's name may lie in it. With it,
// `file` may be without its first `skipped` bytes; what a member has of these is left out.
llvm::Expected<std::vector<ArchiveMember>> read_archive(Bytes file, Bytes front = {},
                                                        uint64_t skipped = 0);

// How many bytes of an archive stand before what a linker has a use for, by its first bytes: the
// compiler's export data usually comes first.
uint64_t size_of_export_data(Bytes front);

} // namespace wald::objfile

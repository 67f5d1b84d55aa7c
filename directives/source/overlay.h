// Files that stand for others in a build, as the go command's -overlay option names them in a JSON
// file: {"Replace": {"main.go": "other.go", "extra.go": "more.go", "gone.go": ""}}. The compiler
// reads the file on the right under the name on the left, which need not exist; an empty name
// deletes. Objects say the names on the left.
#pragma once

#include "directives/source/source_files.h"
#include "objfile/support/name_map.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace wald::directives {

// Where the text of an overlay is, and what its relative names are relative to: the directory of
// the go command. Without a file there is none.
struct OverlayPlace {
  std::string file, directory;
};

class Overlay {
public:
  // Reads the JSON text. Errors say what is wrong with it, not where it stands.
  static llvm::Expected<Overlay> parse(llvm::StringRef text, llvm::StringRef directory);

  bool empty() const { return replaced_.empty(); }

  // The file that counts as `path`; `path` itself where nothing stands for it, none if it is
  // deleted.
  std::optional<std::string> file_for(llvm::StringRef path) const;

  // The Go files that a directory has, of which `on_disk` are there.
  std::vector<std::string> list(llvm::StringRef directory, std::vector<std::string> on_disk) const;

private:
  objfile::NameMap<std::string> replaced_; // by absolute names; empty: deleted
};

// Access to files through an overlay.
FileAccess overlaid(FileAccess access, Overlay overlay);

// Access to the disk through the overlay at this place, if there is one. Errors name the file.
llvm::Expected<FileAccess> overlaid_disk(const OverlayPlace &place);

} // namespace wald::directives

// Go source files, each read and parsed once.
#pragma once

#include "directives/source/go_declarations.h"
#include "objfile/support/name_map.h"

#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/MemoryBuffer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wald::directives {

// How to get at files; tests have theirs in memory.
struct FileAccess {
  std::function<llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>(llvm::StringRef file)> read;
  // The names of the Go files in a directory, sorted.
  std::function<std::vector<std::string>(llvm::StringRef directory)> list;
};

FileAccess disk_access();

class SourceFiles {
public:
  struct File {
    std::string path;
    std::unique_ptr<llvm::MemoryBuffer> text;
    SourceFile declarations; // views into the text
    std::string error;       // why the file could not be read
  };

  explicit SourceFiles(FileAccess access = disk_access()) : access_(std::move(access)) {}

  // Lives as long as this.
  const File &get(llvm::StringRef path);
  // The text alone, which is not kept.
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> read(llvm::StringRef path) const {
    return access_.read(path);
  }
  std::vector<std::string> list(llvm::StringRef directory) const { return access_.list(directory); }

private:
  FileAccess access_;
  objfile::NameMap<std::unique_ptr<File>> files_;
};

} // namespace wald::directives

#include "directives/source/source_files.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace wald::directives {

namespace fs = llvm::sys::fs;

FileAccess disk_access() {
  FileAccess access;
  access.read = [](llvm::StringRef file) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
    // No device or pipe: reading one may not end.
    if (!fs::is_regular_file(file))
      return fs::exists(file) ? std::make_error_code(std::errc::invalid_argument)
                              : std::make_error_code(std::errc::no_such_file_or_directory);
    return llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                       /*IsVolatile=*/true); // read, not mapped
  };
  access.list = [](llvm::StringRef directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
      if (llvm::StringRef name = llvm::sys::path::filename(it->path()); name.ends_with(".go"))
        names.push_back(name.str());
    std::sort(names.begin(), names.end());
    return names;
  };
  return access;
}

const SourceFiles::File &SourceFiles::get(llvm::StringRef path) {
  std::unique_ptr<File> &file = files_[path];
  if (file)
    return *file;
  file = std::make_unique<File>();
  file->path = path.str();
  auto text = access_.read(path);
  if (!text) {
    file->error = "cannot read " + file->path + ": " + text.getError().message();
    return *file;
  }
  file->text = std::move(*text);
  file->declarations = read_declarations(file->text->getBuffer());
  return *file;
}

} // namespace wald::directives

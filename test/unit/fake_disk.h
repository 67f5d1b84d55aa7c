// A disk for tests: file names and contents, to be passed as a FileReader.
#pragma once

#include "linker/command_line/response_file.h"

#include <map>
#include <string>

struct FakeDisk {
  FakeDisk(std::initializer_list<std::pair<const std::string, std::string>> contents)
      : files(contents) {}

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> operator()(llvm::StringRef path) const {
    auto file = files.find(path.str());
    if (file == files.end())
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return llvm::MemoryBuffer::getMemBuffer(file->second, path, /*RequiresNullTerminator=*/false);
  }

  std::map<std::string, std::string> files;
};

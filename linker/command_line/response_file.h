// Response files: an argument @FILE stands for the arguments in FILE. Go has two encodings for them
// and no mark that tells them apart, so the reader decides by the Go version it serves.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace wald {

// How to get a file's contents; tests give one that has no disk.
using FileReader =
    llvm::function_ref<llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>(llvm::StringRef path)>;

enum class ResponseEncoding : uint8_t {
  kLines, // Go 1.24 to 1.26: one argument a line, \n and \\ are the only escapes
  kQuoted // Go 1.27 and later: separated by white space, quotes and backslashes as gcc has them
};

// The arguments in a file's text. kLines fails on a backslash before anything but n and backslash.
llvm::Expected<std::vector<std::string>> split_response_file(llvm::StringRef text,
                                                             ResponseEncoding encoding);

// `args` with every @FILE replaced, also inside the files; paths are relative to the current
// directory. Files that name each other in a circle are an error, and more than 64 MiB or a million
// arguments in all.
llvm::Expected<std::vector<std::string>> expand_response_files(llvm::ArrayRef<std::string> args,
                                                               ResponseEncoding encoding,
                                                               FileReader read_file);

bool has_response_file(llvm::ArrayRef<std::string> args);

// N of go1.N in the header line of a Go object or of the first member of an archive, 0 if `file`
// does not begin like one.
int go_minor_of_archive(llvm::StringRef file);

} // namespace wald

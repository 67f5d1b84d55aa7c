// What the commands need from the machine: files, other programs, the Go toolchain's place.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wald {

// "wald: error: FACT" on stderr and a line ">>> NOTE" for each note, all of it made printable.
void report_error(const llvm::Twine &fact, llvm::ArrayRef<std::string> notes = {});
void report_error(const Problem &problem);
// The same of an error, whose fact follows "WHERE: " if that is not empty.
void report_error(llvm::Error error, llvm::StringRef where = "");
void report_note(const llvm::Twine &fact, llvm::ArrayRef<std::string> notes = {});

// Read, not mapped: the bytes stay when the file becomes shorter.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> read_disk_file(llvm::StringRef path);

// Value of an environment variable, empty if unset.
std::string environment_value(const char *name);

// Path of the running wald.
std::string own_path();

// Path of a program found in PATH, or empty.
std::string find_in_path(llvm::StringRef program);

// Becomes `words[0]` (a path) with `words` as its arguments. Returns only if that fails, after
// reporting it: the exit status to end with.
int exec_program(llvm::ArrayRef<std::string> words);

// Runs a program and waits. Its exit status, 128 plus the signal that ended it, or 127 after
// reporting that it could not be started.
int run_program(llvm::ArrayRef<std::string> words);

// The standard output of a program that ended with status 0.
std::optional<std::string> output_of_program(llvm::ArrayRef<std::string> words);

} // namespace wald

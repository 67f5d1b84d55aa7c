// Programs are started with the environment as it is: callers change it with setenv before.
#include "objfile/system/process.h"

#include "objfile/support/printable.h"
#include "objfile/support/problem_error.h"
#include "objfile/system/color.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace wald {

namespace {

constexpr int kCannotStart = 127; // as shells have it

std::vector<char *> c_arguments(llvm::ArrayRef<std::string> words) {
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

// A pipe or device, up to a length that no text for wald has: some never end.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> read_stream(int file, llvm::StringRef path) {
  constexpr size_t kMostBytes = 16 << 20, kChunk = 64 << 10;
  llvm::SmallVector<char, 0> bytes;
  for (;;) {
    size_t used = bytes.size();
    bytes.resize_for_overwrite(used + kChunk);
    ssize_t count = ::read(file, bytes.data() + used, kChunk);
    bytes.truncate(used + std::max<ssize_t>(count, 0));
    if (count < 0 && errno != EINTR)
      return std::error_code(errno, std::generic_category());
    if (count == 0)
      return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes), path,
                                                             /*RequiresNullTerminator=*/false);
    if (bytes.size() > kMostBytes)
      return std::make_error_code(std::errc::file_too_large);
  }
}

} // namespace

static void report(llvm::StringRef severity, Color color, const llvm::Twine &fact,
                   llvm::ArrayRef<std::string> notes) {
  llvm::errs() << "wald: " << colored_for_stderr(severity, color) << ": "
               << wasm::printable(fact.str()) << '\n';
  for (const std::string &note : notes)
    llvm::errs() << ">>> " << wasm::printable(note) << '\n';
}

void report_error(const llvm::Twine &fact, llvm::ArrayRef<std::string> notes) {
  report("error", Color::kError, fact, notes);
}

void report_error(const Problem &problem) {
  report("error", Color::kError, problem.fact, problem.notes);
}

void report_error(llvm::Error error, llvm::StringRef where) {
  Problem problem = problem_of(std::move(error));
  report("error", Color::kError, where.empty() ? problem.fact : where + ": " + problem.fact,
         problem.notes);
}

void report_note(const llvm::Twine &fact, llvm::ArrayRef<std::string> notes) {
  report("note", Color::kNote, fact, notes);
}

llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> read_disk_file(llvm::StringRef path) {
  namespace fs = llvm::sys::fs;
  llvm::Expected<fs::file_t> opened = fs::openNativeFileForRead(path);
  if (!opened)
    return llvm::errorToErrorCode(opened.takeError());
  fs::file_status status;
  std::error_code error = fs::status(*opened, status);
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer = error;
  if (!error)
    buffer = fs::is_regular_file(status)
                 ? llvm::MemoryBuffer::getOpenFile(*opened, path, status.getSize(),
                                                   /*RequiresNullTerminator=*/false,
                                                   /*IsVolatile=*/true)
                 : read_stream(*opened, path);
  (void)fs::closeFile(*opened);
  return buffer;
}

std::string environment_value(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

std::string own_path() {
  return llvm::sys::fs::getMainExecutable(nullptr, nullptr);
}

std::string find_in_path(llvm::StringRef program) {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(program);
  return path ? *path : "";
}

int exec_program(llvm::ArrayRef<std::string> words) {
  std::vector<char *> arguments = c_arguments(words);
  llvm::outs().flush();
  // A tool is named by path; a bare name is looked up as a shell would.
  ::execvp(arguments[0], arguments.data());
  report_error("cannot run " + words[0] + ": " + std::strerror(errno));
  return kCannotStart;
}

int run_program(llvm::ArrayRef<std::string> words) {
  std::vector<char *> arguments = c_arguments(words);
  llvm::outs().flush();
  pid_t child = ::fork();
  if (child == 0) {
    ::execvp(arguments[0], arguments.data());
    report_error("cannot run " + words[0] + ": " + std::strerror(errno));
    ::_exit(kCannotStart);
  }
  int status = 0;
  pid_t ended = child;
  while (child > 0 && (ended = ::waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  if (ended < 0) {
    report_error("cannot run " + words[0] + ": " + std::strerror(errno));
    return kCannotStart;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::optional<std::string> output_of_program(llvm::ArrayRef<std::string> words) {
  int ends[2];
  if (::pipe(ends) != 0)
    return std::nullopt;
  std::vector<char *> arguments = c_arguments(words);
  pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execvp(arguments[0], arguments.data());
    ::_exit(kCannotStart);
  }
  ::close(ends[1]);
  std::string output;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::read(ends[0], buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR))
    output.append(buffer, count > 0 ? count : 0);
  ::close(ends[0]);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0)
    return std::nullopt;
  return output;
}

} // namespace wald

#include "wald/progress.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace wald {

namespace {

constexpr llvm::StringLiteral kClearLine = "\r\x1b[K";

size_t columns_of(int terminal) {
  winsize size = {};
  constexpr size_t kUsual = 80;
  return ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

} // namespace

void note_compilation(llvm::ArrayRef<std::string> tool_line) {
  if (tool_line.size() < 2 || tool_line[1].starts_with("-V") ||
      llvm::sys::path::stem(tool_line[0]) != "compile")
    return;
  const auto *flag = llvm::find(tool_line, "-p");
  if (flag != tool_line.end() && flag + 1 != tool_line.end())
    append_to_log(kProgressLog, *(flag + 1) + "\n");
}

std::string progress_line(llvm::StringRef log, size_t columns) {
  llvm::StringRef lines = log.rtrim('\n');
  if (lines.empty())
    return "";
  size_t count = lines.count('\n') + 1;
  std::string line = ("[" + llvm::Twine(count) + "] " + lines.substr(lines.rfind('\n') + 1)).str();
  // In the last column some terminals begin a new line.
  return line.substr(0, columns - 1);
}

ShownProgress::ShownProgress() {
  int ends[2];
  if (!log_.create(kProgressLog) || ::pipe2(ends, O_CLOEXEC) != 0)
    return;
  llvm::errs().flush();
  terminal_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (terminal_ < 0 || ::dup2(ends[1], STDERR_FILENO) < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return;
  }
  ::close(ends[1]);
  thread_ = std::thread([this, pipe = ends[0]] { show(pipe); });
}

ShownProgress::~ShownProgress() {
  if (terminal_ < 0)
    return;
  llvm::errs().flush();
  if (thread_.joinable()) {
    is_over_ = true;
    ::dup2(terminal_, STDERR_FILENO);
    thread_.join();
  }
  ::close(terminal_);
}

void ShownProgress::show(int pipe) const {
  constexpr int kMilliseconds = 100;
  llvm::raw_fd_ostream terminal(terminal_, /*shouldClose=*/false, /*unbuffered=*/true);
  std::string shown;
  auto replace_line = [&](std::string line) {
    if (line == shown)
      return;
    terminal << (kClearLine + line).str();
    shown = std::move(line);
  };
  while (true) {
    pollfd waits = {pipe, POLLIN, 0};
    int ready = ::poll(&waits, 1, kMilliseconds);
    if (ready == 0) {
      if (is_over_) // and a process that the go command left has the other end
        break;
      replace_line(progress_line(log_.text(), columns_of(terminal_)));
      continue;
    }
    std::array<char, 4096> buffer;
    ssize_t size = ready < 0 ? -1 : ::read(pipe, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      break;
    replace_line("");
    terminal << llvm::StringRef(buffer.data(), size);
  }
  replace_line("");
  terminal.clear_error(); // the terminal may be gone
  ::close(pipe);
}

} // namespace wald

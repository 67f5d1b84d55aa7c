// All three streams are files in memory, so that neither side ever waits for the other.
#include "objfile/system/limited_process.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace wald {

namespace {

constexpr int kCannotStart = 127; // as shells have it
constexpr rlim_t kMiB = 1 << 20;
constexpr int kMostIdleness = 10; // times the processor time

class MemoryFile {
public:
  explicit MemoryFile(const char *name) : fd_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0)
      close(fd_);
  }
  MemoryFile(const MemoryFile &) = delete;
  MemoryFile &operator=(const MemoryFile &) = delete;

  int fd() const { return fd_; }

  // False with errno set.
  bool fill(llvm::ArrayRef<uint8_t> bytes) {
    while (!bytes.empty()) {
      ssize_t count = write(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR)
        return false;
      bytes = bytes.drop_front(std::max<ssize_t>(count, 0));
    }
    return lseek(fd_, 0, SEEK_SET) == 0;
  }

  bool read_all(std::vector<uint8_t> &bytes, size_t most) const {
    struct stat info;
    if (fstat(fd_, &info) < 0)
      return false;
    bytes.resize(std::min<size_t>(info.st_size, most));
    for (size_t done = 0; done < bytes.size();) {
      ssize_t count = pread(fd_, bytes.data() + done, bytes.size() - done, done);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return false;
      done += count;
    }
    return true;
  }

private:
  int fd_;
};

// Between fork and exec, where nothing may allocate memory.
void lower_limit(int resource, rlim_t soft, rlim_t hard) {
  struct rlimit limit;
  if (getrlimit(__rlimit_resource_t(resource), &limit) < 0)
    return;
  limit.rlim_max = std::min(limit.rlim_max, hard);
  limit.rlim_cur = std::min({limit.rlim_cur, limit.rlim_max, soft});
  (void)setrlimit(__rlimit_resource_t(resource), &limit);
}

[[noreturn]] void become(char *const *arguments, const int (&streams)[3], pid_t parent,
                         const ProcessLimits &limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(kCannotStart);
  for (int i = 0; i < 3; i++)
    dup2(streams[i], i);
  lower_limit(RLIMIT_CORE, 0, 0);
  // A second later a program that takes no notice of the signal is killed.
  if (limits.cpu_seconds)
    lower_limit(RLIMIT_CPU, limits.cpu_seconds, rlim_t(limits.cpu_seconds) + 1);
  if (limits.data_mib)
    lower_limit(RLIMIT_DATA, limits.data_mib * kMiB, limits.data_mib * kMiB);
  execv(arguments[0], arguments);
  const char *reason = strerrordesc_np(errno);
  (void)!write(STDERR_FILENO, reason, strlen(reason));
  _exit(kCannotStart);
}

double seconds(const timeval &time) {
  return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

std::string first_line(const MemoryFile &file) {
  constexpr size_t kMost = 200;
  std::vector<uint8_t> bytes;
  if (!file.read_all(bytes, kMost))
    return "";
  return llvm::StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size())
      .ltrim()
      .split('\n')
      .first.rtrim()
      .str();
}

// Waits for it, and ends it where it waits for nothing: then no processor time comes to the limit.
// False with errno set. The time in which this process looks counts, not the clock: on a busy
// machine, neither of them may run for long.
bool wait_for(pid_t child, const ProcessLimits &limits, int &status, struct rusage &usage) {
  constexpr auto kPause = std::chrono::milliseconds(20);
  const auto most_pauses = kMostIdleness * std::chrono::seconds(limits.cpu_seconds) / kPause;
  clockid_t clock;
  bool has_clock = limits.cpu_seconds && clock_getcpuclockid(child, &clock) == 0;
  timespec used = {}, used_before = {};
  for (int64_t num_idle = 0;;) {
    pid_t ended = wait4(child, &status, has_clock ? WNOHANG : 0, &usage);
    if (ended == child)
      return true;
    if (ended < 0 && errno != EINTR)
      return false;
    if (!has_clock)
      continue;
    bool has_worked = clock_gettime(clock, &used) == 0 &&
                      (used.tv_sec != used_before.tv_sec || used.tv_nsec != used_before.tv_nsec);
    used_before = used;
    num_idle = has_worked ? 0 : num_idle + 1;
    if (num_idle > most_pauses)
      kill(child, SIGKILL);
    std::this_thread::sleep_for(kPause);
  }
}

// Empty for status 0.
std::string failure_of(int status, double cpu_seconds, const ProcessLimits &limits,
                       const MemoryFile &errors) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return "";
  int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  std::string most = std::to_string(limits.cpu_seconds) + " s of processor time, the limit";
  if (limits.cpu_seconds &&
      (signal == SIGXCPU || (signal == SIGKILL && cpu_seconds >= limits.cpu_seconds)))
    return "it took more than " + most;
  if (limits.cpu_seconds && signal == SIGKILL)
    return "it did nothing for " + std::to_string(kMostIdleness) + " times " + most;
  std::string how = signal ? "signal " + std::to_string(signal)
                           : "exit status " + std::to_string(WEXITSTATUS(status));
  if (limits.data_mib)
    how += ", with a limit of " + std::to_string(limits.data_mib) + " MiB";
  std::string line = first_line(errors);
  return line.empty() ? how : how + ": " + line;
}

} // namespace

FilterRun run_filter(llvm::ArrayRef<std::string> words, llvm::ArrayRef<uint8_t> input,
                     const ProcessLimits &limits) {
  FilterRun run;
  auto failed = [&](const char *what) {
    run.failure = std::string(what) + ": " + strerror(errno);
    return std::move(run);
  };
  MemoryFile in("stdin"), out("stdout"), errors("stderr");
  if (in.fd() < 0 || out.fd() < 0 || errors.fd() < 0 || !in.fill(input))
    return failed("cannot give it the module");
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  const int streams[] = {in.fd(), out.fd(), errors.fd()};
  pid_t self = getpid(), child = fork();
  if (child == 0)
    become(arguments.data(), streams, self, limits);
  if (child < 0)
    return failed("it cannot be started");
  int status = 0;
  struct rusage usage = {};
  if (!wait_for(child, limits, status, usage))
    return failed("it cannot be waited for");
  run.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  run.failure = failure_of(status, run.cpu_seconds, limits, errors);
  if (run.failure.empty() && !out.read_all(run.output, SIZE_MAX))
    return failed("its output cannot be read");
  return run;
}

} // namespace wald

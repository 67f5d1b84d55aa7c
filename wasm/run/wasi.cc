// WASI preview 1: look-up of functions, and those for arguments, environment, clocks and exit.
#include "wasm/run/wasi.h"

#include "wasm/run/wasi_host.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Errno.h"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

namespace wald::wasm {

namespace {

uint64_t strings_size_bytes(const std::vector<std::string> &strings) {
  uint64_t total = 0;
  for (const std::string &string : strings)
    total += string.size() + 1;
  return total;
}

WasiErrno write_string_sizes(const std::vector<std::string> &strings, const WasiCall &call) {
  bool is_written = call.write_u32(call.u32(0), static_cast<uint32_t>(strings.size())) &&
                    call.write_u32(call.u32(1), static_cast<uint32_t>(strings_size_bytes(strings)));
  return is_written ? WasiErrno::success : WasiErrno::fault;
}

// Pointers go to the first argument's array, the strings with their final zeros to the second's.
WasiErrno write_strings(const std::vector<std::string> &strings, const WasiCall &call) {
  uint8_t *pointers = call.memory.at(call.u32(0), strings.size() * 4);
  uint8_t *bytes = call.memory.at(call.u32(1), strings_size_bytes(strings));
  if (!pointers || !bytes)
    return WasiErrno::fault;
  uint32_t address = call.u32(1);
  for (const std::string &string : strings) {
    llvm::support::endian::write32le(pointers, address);
    std::copy(string.c_str(), string.c_str() + string.size() + 1, bytes);
    pointers += 4;
    bytes += string.size() + 1;
    address += static_cast<uint32_t>(string.size() + 1);
  }
  return WasiErrno::success;
}

WasiErrno args_sizes_get(Wasi &wasi, const WasiCall &call) {
  return write_string_sizes(wasi.config().args, call);
}
WasiErrno args_get(Wasi &wasi, const WasiCall &call) {
  return write_strings(wasi.config().args, call);
}
WasiErrno environ_sizes_get(Wasi &wasi, const WasiCall &call) {
  return write_string_sizes(wasi.config().env, call);
}
WasiErrno environ_get(Wasi &wasi, const WasiCall &call) {
  return write_strings(wasi.config().env, call);
}

using ClockReader = int (*)(clockid_t, timespec *);

WasiErrno read_clock(const WasiCall &call, ClockReader read, size_t result_arg) {
  // Clock numbers of preview 1, in their order.
  static constexpr clockid_t kClocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                                          CLOCK_THREAD_CPUTIME_ID};
  if (call.u32(0) >= std::size(kClocks))
    return WasiErrno::inval;
  timespec time;
  if (read(kClocks[call.u32(0)], &time) != 0)
    return to_wasi_errno(errno);
  uint64_t nanoseconds = static_cast<uint64_t>(time.tv_sec) * 1000000000 + time.tv_nsec;
  return call.write_u64(call.u32(result_arg), nanoseconds) ? WasiErrno::success : WasiErrno::fault;
}

WasiErrno clock_res_get(Wasi &, const WasiCall &call) {
  return read_clock(call, clock_getres, 1);
}
WasiErrno clock_time_get(Wasi &, const WasiCall &call) {
  return read_clock(call, clock_gettime, 2);
}

WasiErrno random_get(Wasi &, const WasiCall &call) {
  uint64_t left = call.u32(1);
  uint8_t *out = call.memory.at(call.u32(0), left);
  if (!out)
    return WasiErrno::fault;
  while (left > 0) {
    ssize_t count = ::getrandom(out, left, 0);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return to_wasi_errno(errno);
    out += count;
    left -= static_cast<uint64_t>(count);
  }
  return WasiErrno::success;
}

WasiErrno proc_exit(Wasi &wasi, const WasiCall &call) {
  wasi.set_exit_code(call.u32(0));
  return WasiErrno::success;
}

WasiErrno sched_yield(Wasi &, const WasiCall &) {
  ::sched_yield();
  return WasiErrno::success;
}

WasiErrno refuse(Wasi &, const WasiCall &) {
  return WasiErrno::notsup;
}

// Sockets and signals exist so that every module of preview 1 links; they always fail.
constexpr WasiFunction kFunctions[] = {
    {"args_get", "ii", args_get},           {"args_sizes_get", "ii", args_sizes_get},
    {"environ_get", "ii", environ_get},     {"environ_sizes_get", "ii", environ_sizes_get},
    {"clock_res_get", "ii", clock_res_get}, {"clock_time_get", "iIi", clock_time_get},
    {"random_get", "ii", random_get},       {"poll_oneoff", "iiii", poll_oneoff},
    {"proc_exit", "i", proc_exit},          {"proc_raise", "i", refuse},
    {"sched_yield", "", sched_yield},       {"sock_accept", "iii", refuse},
    {"sock_recv", "iiiiii", refuse},        {"sock_send", "iiiii", refuse},
    {"sock_shutdown", "ii", refuse},
};

llvm::Error preopen_error(const WasiConfig::Preopen &preopen, int host_errno) {
  return llvm::createStringError(llvm::errnoAsErrorCode(),
                                 "cannot open directory '" + llvm::Twine(preopen.host_path) +
                                     "': " + llvm::sys::StrError(host_errno));
}

} // namespace

Wasi::Wasi(WasiConfig config) : config_(std::move(config)), files_(std::make_unique<FileTable>()) {}

Wasi::~Wasi() = default;

llvm::Expected<std::unique_ptr<Wasi>> Wasi::create(WasiConfig config) {
  std::unique_ptr<Wasi> wasi(new Wasi(std::move(config)));
  for (int fd = 0; fd <= 2; ++fd) {
    OpenFile file;
    struct stat status;
    if (::fstat(fd, &status) == 0) {
      file.host_fd.reset(fd);
      file.type = to_wasi_file_type(status.st_mode);
    }
    // Programs take a character device that cannot seek for a terminal.
    if (file.type == WasiFileType::character_device)
      file.rights &= ~(kRightFdSeek | kRightFdTell);
    wasi->files().open.push_back(std::move(file));
  }
  for (const WasiConfig::Preopen &preopen : wasi->config().preopens) {
    OpenFile file;
    file.host_fd.reset(::open(preopen.host_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.host_fd.get() < 0)
      return preopen_error(preopen, errno);
    file.type = WasiFileType::directory;
    file.preopen_name = preopen.guest_path;
    wasi->files().add(std::move(file));
  }
  return wasi;
}

const WasiFunction *Wasi::find_function(llvm::StringRef name) {
  for (llvm::ArrayRef<WasiFunction> list :
       {llvm::ArrayRef<WasiFunction>(kFunctions), fd_functions(), path_functions()})
    for (const WasiFunction &function : list)
      if (name == function.name)
        return &function;
  return nullptr;
}

WasiErrno Wasi::call(const WasiFunction &function, GuestMemory memory,
                     llvm::ArrayRef<uint64_t> args) {
  return function.run(*this, WasiCall{memory, args});
}

uint32_t Wasi::FileTable::add(OpenFile file) {
  size_t guest_fd = 3;
  while (guest_fd < open.size() && open[guest_fd].host_fd.get() >= 0)
    ++guest_fd;
  if (guest_fd >= open.size())
    open.resize(guest_fd + 1);
  open[guest_fd] = std::move(file);
  return static_cast<uint32_t>(guest_fd);
}

} // namespace wald::wasm

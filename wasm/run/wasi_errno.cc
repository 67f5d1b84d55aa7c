// Translation of the host's error numbers, file kinds and times to those of WASI preview 1.
#include "wasm/run/wasi_host.h"

#include <cerrno>
#include <sys/stat.h>

namespace wald::wasm {

WasiErrno to_wasi_errno(int host_errno) {
  // The numbers are the positions in preview 1's list, which is alphabetical but for the last.
  static constexpr struct {
    int host;
    uint16_t wasi;
  } kNumbers[] = {
      {E2BIG, 1},      {EACCES, 2},     {EAGAIN, 6},        {EBADF, 8},    {EBUSY, 10},
      {EDQUOT, 19},    {EEXIST, 20},    {EFAULT, 21},       {EFBIG, 22},   {EILSEQ, 25},
      {EINTR, 27},     {EINVAL, 28},    {EIO, 29},          {EISDIR, 31},  {ELOOP, 32},
      {EMFILE, 33},    {EMLINK, 34},    {ENAMETOOLONG, 37}, {ENFILE, 41},  {ENODEV, 43},
      {ENOENT, 44},    {ENOLCK, 46},    {ENOMEM, 48},       {ENOSPC, 51},  {ENOSYS, 52},
      {ENOTDIR, 54},   {ENOTEMPTY, 55}, {ENOTSUP, 58},      {ENOTTY, 59},  {ENXIO, 60},
      {EOVERFLOW, 61}, {EPERM, 63},     {EPIPE, 64},        {ERANGE, 68},  {EROFS, 69},
      {ESPIPE, 70},    {ESTALE, 72},    {ETIMEDOUT, 73},    {ETXTBSY, 74}, {EXDEV, 75},
  };
  for (const auto &number : kNumbers)
    if (number.host == host_errno)
      return static_cast<WasiErrno>(number.wasi);
  return WasiErrno::io;
}

WasiFileType to_wasi_file_type(uint32_t host_mode) {
  switch (host_mode & S_IFMT) {
  case S_IFBLK:
    return WasiFileType::block_device;
  case S_IFCHR:
    return WasiFileType::character_device;
  case S_IFDIR:
    return WasiFileType::directory;
  case S_IFREG:
    return WasiFileType::regular_file;
  case S_IFLNK:
    return WasiFileType::symbolic_link;
  case S_IFSOCK:
    return WasiFileType::socket_stream;
  default:
    return WasiFileType::unknown; // preview 1 has no number for a pipe
  }
}

static uint64_t nanoseconds(const timespec &time) {
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

void encode_filestat(const struct stat &host_stat, uint8_t *out) {
  const uint64_t fields[] = {
      static_cast<uint64_t>(host_stat.st_dev),
      static_cast<uint64_t>(host_stat.st_ino),
      static_cast<uint64_t>(to_wasi_file_type(host_stat.st_mode)), // one byte and padding
      static_cast<uint64_t>(host_stat.st_nlink),
      static_cast<uint64_t>(host_stat.st_size),
      nanoseconds(host_stat.st_atim),
      nanoseconds(host_stat.st_mtim),
      nanoseconds(host_stat.st_ctim),
  };
  for (uint64_t field : fields) {
    llvm::support::endian::write64le(out, field);
    out += 8;
  }
}

WasiErrno decode_times(uint64_t access_ns, uint64_t modify_ns, uint32_t flags, timespec out[2]) {
  const uint64_t values[] = {access_ns, modify_ns};
  for (unsigned i = 0; i < 2; ++i) {
    // Two bits for each time: set it to the value given, or to now.
    uint32_t how = (flags >> (2 * i)) & 3;
    if (how == 3)
      return WasiErrno::inval;
    out[i].tv_sec = static_cast<time_t>(values[i] / 1000000000);
    out[i].tv_nsec = static_cast<long>(values[i] % 1000000000);
    if (how == 0)
      out[i].tv_nsec = UTIME_OMIT;
    if (how == 2)
      out[i].tv_nsec = UTIME_NOW;
  }
  return WasiErrno::success;
}

} // namespace wald::wasm

// WASI preview 1: the functions on open files, fd_*.
#include "wasm/run/wasi_host.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>

namespace wald::wasm {

namespace {

using namespace llvm::support::endian;

// One host call takes this many buffers; a guest that passes more sees a partial transfer.
constexpr uint32_t kMaxBuffers = 1024;
constexpr uint64_t kDirentSize = 24;

// The function's file, and the errno to return when there is none.
WasiErrno find_file(Wasi &wasi, const WasiCall &call, OpenFile *&out) {
  out = wasi.files().find(call.u32(0));
  return out ? WasiErrno::success : WasiErrno::badf;
}

WasiErrno host_result(int status) {
  return status == 0 ? WasiErrno::success : to_wasi_errno(errno);
}

WasiErrno decode_buffers(const WasiCall &call, std::vector<iovec> &out) {
  const uint8_t *records = call.memory.at(call.u32(1), uint64_t(call.u32(2)) * 8);
  if (!records)
    return WasiErrno::fault;
  uint32_t count = std::min(call.u32(2), kMaxBuffers);
  for (uint32_t i = 0; i < count; ++i, records += 8) {
    uint32_t length = read32le(records + 4);
    uint8_t *bytes = call.memory.at(read32le(records), length);
    if (!bytes)
      return WasiErrno::fault;
    out.push_back({bytes, length});
  }
  return WasiErrno::success;
}

// Runs readv, writev, preadv or pwritev as `transfer` and stores the count at argument `result`.
template <typename Transfer>
WasiErrno transfer_buffers(const WasiCall &call, size_t result, Transfer transfer) {
  std::vector<iovec> buffers;
  if (WasiErrno error = decode_buffers(call, buffers); error != WasiErrno::success)
    return error;
  if (!call.memory.at(call.u32(result), 4))
    return WasiErrno::fault;
  ssize_t count;
  do
    count = transfer(buffers.data(), static_cast<int>(buffers.size()));
  while (count < 0 && errno == EINTR);
  if (count < 0)
    return to_wasi_errno(errno);
  call.write_u32(call.u32(result), static_cast<uint32_t>(count));
  return WasiErrno::success;
}

WasiErrno fd_read(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  int fd = file->host_fd.get();
  // The host's descriptor stays blocking: it may be a terminal that other processes share. A
  // program that asked for non-blocking reads (as Go does) is told when a read would wait.
  pollfd poll_fd = {fd, POLLIN, 0};
  if ((file->flags & kFdNonblock) && ::poll(&poll_fd, 1, 0) == 0)
    return WasiErrno::again;
  return transfer_buffers(call, 3,
                          [&](const iovec *list, int count) { return ::readv(fd, list, count); });
}

// Writes always wait: Go's runtime takes a refused write to standard error for a fatal failure.
WasiErrno fd_write(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  int fd = file->host_fd.get();
  return transfer_buffers(call, 3,
                          [&](const iovec *list, int count) { return ::writev(fd, list, count); });
}

WasiErrno fd_pread(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return transfer_buffers(call, 4, [&](const iovec *list, int count) {
    return ::preadv(file->host_fd.get(), list, count, static_cast<off_t>(call.u64(3)));
  });
}

WasiErrno fd_pwrite(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return transfer_buffers(call, 4, [&](const iovec *list, int count) {
    return ::pwritev(file->host_fd.get(), list, count, static_cast<off_t>(call.u64(3)));
  });
}

WasiErrno fd_close(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  *file = OpenFile();
  return WasiErrno::success;
}

WasiErrno fd_renumber(Wasi &wasi, const WasiCall &call) {
  OpenFile *from, *to = wasi.files().find(call.u32(1));
  if (WasiErrno error = find_file(wasi, call, from); error != WasiErrno::success)
    return error;
  if (!to)
    return WasiErrno::badf;
  if (from != to) {
    *to = std::move(*from);
    *from = OpenFile();
  }
  return WasiErrno::success;
}

WasiErrno seek(Wasi &wasi, const WasiCall &call, off_t offset, int whence, size_t result) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  off_t position = ::lseek(file->host_fd.get(), offset, whence);
  if (position < 0)
    return to_wasi_errno(errno);
  return call.write_u64(call.u32(result), static_cast<uint64_t>(position)) ? WasiErrno::success
                                                                           : WasiErrno::fault;
}

WasiErrno fd_seek(Wasi &wasi, const WasiCall &call) {
  static constexpr int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (call.u32(2) >= std::size(kWhence))
    return WasiErrno::inval;
  return seek(wasi, call, static_cast<off_t>(call.u64(1)), kWhence[call.u32(2)], 3);
}

WasiErrno fd_tell(Wasi &wasi, const WasiCall &call) {
  return seek(wasi, call, 0, SEEK_CUR, 1);
}

WasiErrno fd_fdstat_get(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  uint8_t *out = call.memory.at(call.u32(1), 24);
  if (!out)
    return WasiErrno::fault;
  std::fill(out, out + 24, 0);
  out[0] = static_cast<uint8_t>(file->type);
  write16le(out + 2, file->flags);
  write64le(out + 8, file->rights);
  write64le(out + 16, kAllRights);
  return WasiErrno::success;
}

WasiErrno fd_fdstat_set_flags(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  uint32_t flags = call.u32(1);
  if (flags & ~uint32_t(kFdAppend | kFdNonblock))
    return WasiErrno::inval;
  // Standard input, output and error are shared with other processes; their mode stays.
  if (file->host_fd.get() > 2 && file->type == WasiFileType::regular_file) {
    int status = ::fcntl(file->host_fd.get(), F_SETFL, flags & kFdAppend ? O_APPEND : 0);
    if (status != 0)
      return to_wasi_errno(errno);
  }
  file->flags = static_cast<uint16_t>(flags);
  return WasiErrno::success;
}

WasiErrno fd_fdstat_set_rights(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return WasiErrno::notsup;
}

WasiErrno fd_filestat_get(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  uint8_t *out = call.memory.at(call.u32(1), 64);
  if (!out)
    return WasiErrno::fault;
  struct stat status;
  if (::fstat(file->host_fd.get(), &status) != 0)
    return to_wasi_errno(errno);
  encode_filestat(status, out);
  return WasiErrno::success;
}

WasiErrno fd_filestat_set_size(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return host_result(::ftruncate(file->host_fd.get(), static_cast<off_t>(call.u64(1))));
}

WasiErrno fd_filestat_set_times(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  timespec times[2];
  WasiErrno error = decode_times(call.u64(1), call.u64(2), call.u32(3), times);
  return error != WasiErrno::success ? error : host_result(::futimens(file->host_fd.get(), times));
}

WasiErrno fd_sync(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return host_result(::fsync(file->host_fd.get()));
}

WasiErrno fd_datasync(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  return host_result(::fdatasync(file->host_fd.get()));
}

// Advice may be ignored.
WasiErrno fd_advise(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  return find_file(wasi, call, file);
}

WasiErrno fd_allocate(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  // Unlike most functions, posix_fallocate returns the error number.
  int status = ::posix_fallocate(file->host_fd.get(), static_cast<off_t>(call.u64(1)),
                                 static_cast<off_t>(call.u64(2)));
  return status == 0 ? WasiErrno::success : to_wasi_errno(status);
}

WasiErrno fd_prestat_get(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  if (!file->preopen_name)
    return WasiErrno::badf;
  bool is_written =
      call.write_u32(call.u32(1), 0) && // the tag: a directory
      call.write_u32(call.u32(1) + 4, static_cast<uint32_t>(file->preopen_name->size()));
  return is_written ? WasiErrno::success : WasiErrno::fault;
}

WasiErrno fd_prestat_dir_name(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  if (!file->preopen_name)
    return WasiErrno::badf;
  const std::string &name = *file->preopen_name;
  if (call.u32(2) < name.size())
    return WasiErrno::nametoolong;
  uint8_t *out = call.memory.at(call.u32(1), name.size());
  if (!out)
    return WasiErrno::fault;
  std::copy(name.begin(), name.end(), out);
  return WasiErrno::success;
}

WasiErrno read_listing(OpenFile &file) {
  // A second descriptor: closedir closes the one it is given.
  int fd = ::openat(file.host_fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return to_wasi_errno(errno);
  DIR *directory = ::fdopendir(fd);
  if (!directory) {
    int error = errno;
    ::close(fd);
    return to_wasi_errno(error);
  }
  file.listing.clear();
  while (const dirent *entry = ::readdir(directory))
    file.listing.push_back({entry->d_name, entry->d_ino, to_wasi_file_type(DTTOIF(entry->d_type))});
  ::closedir(directory);
  return WasiErrno::success;
}

// Fills the buffer to its end, if need be with a part of the last entry: that tells the guest that
// there is more.
WasiErrno fd_readdir(Wasi &wasi, const WasiCall &call) {
  OpenFile *file;
  if (WasiErrno error = find_file(wasi, call, file); error != WasiErrno::success)
    return error;
  if (file->type != WasiFileType::directory)
    return WasiErrno::notdir;
  uint64_t capacity = call.u32(2), used = 0, cookie = call.u64(3);
  uint8_t *out = call.memory.at(call.u32(1), capacity);
  if (!out || !call.memory.at(call.u32(4), 4))
    return WasiErrno::fault;
  if (cookie == 0)
    if (WasiErrno error = read_listing(*file); error != WasiErrno::success)
      return error;
  for (; cookie < file->listing.size() && used < capacity; ++cookie) {
    const DirectoryEntry &entry = file->listing[cookie];
    std::string record(kDirentSize, '\0');
    uint8_t *fields = reinterpret_cast<uint8_t *>(record.data());
    write64le(fields, cookie + 1);
    write64le(fields + 8, entry.inode);
    write32le(fields + 16, static_cast<uint32_t>(entry.name.size()));
    fields[20] = static_cast<uint8_t>(entry.type);
    record += entry.name;
    uint64_t length = std::min<uint64_t>(record.size(), capacity - used);
    std::copy_n(record.begin(), length, out + used);
    used += length;
  }
  call.write_u32(call.u32(4), static_cast<uint32_t>(used));
  return WasiErrno::success;
}

constexpr WasiFunction kFunctions[] = {
    {"fd_advise", "iIIi", fd_advise},
    {"fd_allocate", "iII", fd_allocate},
    {"fd_close", "i", fd_close},
    {"fd_datasync", "i", fd_datasync},
    {"fd_fdstat_get", "ii", fd_fdstat_get},
    {"fd_fdstat_set_flags", "ii", fd_fdstat_set_flags},
    {"fd_fdstat_set_rights", "iII", fd_fdstat_set_rights},
    {"fd_filestat_get", "ii", fd_filestat_get},
    {"fd_filestat_set_size", "iI", fd_filestat_set_size},
    {"fd_filestat_set_times", "iIIi", fd_filestat_set_times},
    {"fd_pread", "iiiIi", fd_pread},
    {"fd_prestat_dir_name", "iii", fd_prestat_dir_name},
    {"fd_prestat_get", "ii", fd_prestat_get},
    {"fd_pwrite", "iiiIi", fd_pwrite},
    {"fd_read", "iiii", fd_read},
    {"fd_readdir", "iiiIi", fd_readdir},
    {"fd_renumber", "ii", fd_renumber},
    {"fd_seek", "iIii", fd_seek},
    {"fd_sync", "i", fd_sync},
    {"fd_tell", "ii", fd_tell},
    {"fd_write", "iiii", fd_write},
};

} // namespace

llvm::ArrayRef<WasiFunction> fd_functions() {
  return kFunctions;
}

} // namespace wald::wasm

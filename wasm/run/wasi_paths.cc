// WASI preview 1: the functions on paths, path_*.
//
// The sandbox: a path is walked here, one name at a time, with O_NOFOLLOW and from descriptors that
// are already open, so that neither "..", nor an absolute name, nor a symbolic link (also one that
// another process puts there meanwhile) leads out of the directory the path is relative to. What is
// left for the host's call is one name in one open directory, and links are not followed there.
#include "wasm/run/wasi_host.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/stat.h>

namespace wald::wasm {

namespace {

constexpr unsigned kMaxLinks = 40; // as Linux
constexpr uint32_t kLookupFollow = 1;

// Bits of oflags.
constexpr uint32_t kOpenCreate = 1;
constexpr uint32_t kOpenDirectory = 2;
constexpr uint32_t kOpenExclusive = 4;
constexpr uint32_t kOpenTruncate = 8;

WasiErrno host_result(int status) {
  return status == 0 ? WasiErrno::success : to_wasi_errno(errno);
}

// A walk from one directory. After success, `directory()` and `name()` are for the host's *at
// calls.
class PathWalk {
public:
  explicit PathWalk(int base_fd) : base_fd_(base_fd) {}

  WasiErrno walk(llvm::StringRef path, bool follows_last_link) {
    if (path.empty())
      return WasiErrno::noent;
    if (path.contains('\0'))
      return WasiErrno::inval;
    if (path.size() >= PATH_MAX)
      return WasiErrno::nametoolong;
    if (WasiErrno error = push_path(path); error != WasiErrno::success)
      return error;
    while (!todo_.empty()) {
      std::string name = std::move(todo_.back());
      todo_.pop_back();
      if (WasiErrno error = step(std::move(name), follows_last_link); error != WasiErrno::success)
        return error;
    }
    return check_is_directory();
  }

  int directory() const { return open_.empty() ? base_fd_ : open_.back().get(); }
  const char *name() const { return name_.c_str(); }
  // The path ended in a slash or the like: it can only mean a directory.
  bool must_be_directory() const { return must_be_directory_; }

private:
  WasiErrno push_path(llvm::StringRef path) {
    if (path.starts_with("/"))
      return WasiErrno::notcapable;
    llvm::SmallVector<llvm::StringRef, 16> names;
    path.split(names, '/', -1, /*KeepEmpty=*/false);
    if (todo_.empty()) {
      llvm::StringRef last = names.empty() ? "." : names.back();
      must_be_directory_ |= path.ends_with("/") || last == "." || last == "..";
    }
    for (llvm::StringRef name : llvm::reverse(names))
      todo_.push_back(name.str());
    return WasiErrno::success;
  }

  WasiErrno step(std::string name, bool follows_last_link) {
    if (name == ".")
      return WasiErrno::success;
    if (name == "..") {
      if (open_.empty())
        return WasiErrno::notcapable;
      open_.pop_back();
      return WasiErrno::success;
    }
    bool is_last = todo_.empty();
    if (!is_last) {
      int fd = ::openat(directory(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (fd >= 0) {
        open_.emplace_back(fd);
        return WasiErrno::success;
      }
      if (errno != ENOTDIR && errno != ELOOP)
        return to_wasi_errno(errno);
    }
    if (!is_last || follows_last_link || must_be_directory_) {
      char target[PATH_MAX];
      ssize_t length = ::readlinkat(directory(), name.c_str(), target, sizeof target);
      if (length >= 0)
        return follow(llvm::StringRef(target, static_cast<size_t>(length)));
      if (!is_last)
        return WasiErrno::notdir;
    }
    name_ = std::move(name);
    return WasiErrno::success;
  }

  WasiErrno follow(llvm::StringRef target) {
    if (++link_count_ > kMaxLinks)
      return WasiErrno::loop;
    if (target.empty())
      return WasiErrno::noent;
    return push_path(target);
  }

  WasiErrno check_is_directory() const {
    struct stat status;
    if (!must_be_directory_ || ::fstatat(directory(), name(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return WasiErrno::success; // the host's own call will say what is wrong
    return S_ISDIR(status.st_mode) ? WasiErrno::success : WasiErrno::notdir;
  }

  int base_fd_;
  std::vector<OwnedFd> open_;     // the directories below the base, down to the current one
  std::vector<std::string> todo_; // names still to walk, the next one last
  std::string name_ = ".";
  bool must_be_directory_ = false;
  unsigned link_count_ = 0;
};

bool read_path(const WasiCall &call, size_t address_arg, llvm::StringRef &out) {
  uint32_t length = call.u32(address_arg + 1);
  const uint8_t *bytes = call.memory.at(call.u32(address_arg), length);
  out = llvm::StringRef(reinterpret_cast<const char *>(bytes), bytes ? length : 0);
  return bytes != nullptr;
}

// Walks the path whose address is argument `path_arg`, from the directory in argument `fd_arg`, and
// calls `action` with the walk's end.
template <typename Action>
WasiErrno with_path(Wasi &wasi, const WasiCall &call, size_t fd_arg, size_t path_arg,
                    bool follows_last_link, Action action) {
  OpenFile *base = wasi.files().find(call.u32(fd_arg));
  if (!base)
    return WasiErrno::badf;
  llvm::StringRef path;
  if (!read_path(call, path_arg, path))
    return WasiErrno::fault;
  if (base->type != WasiFileType::directory)
    return WasiErrno::notdir;
  PathWalk walk(base->host_fd.get());
  if (WasiErrno error = walk.walk(path, follows_last_link); error != WasiErrno::success)
    return error;
  return action(walk);
}

WasiErrno path_create_directory(Wasi &wasi, const WasiCall &call) {
  return with_path(wasi, call, 0, 1, false, [&](const PathWalk &walk) {
    return host_result(::mkdirat(walk.directory(), walk.name(), 0777));
  });
}

WasiErrno path_filestat_get(Wasi &wasi, const WasiCall &call) {
  uint8_t *out = call.memory.at(call.u32(4), 64);
  if (!out)
    return WasiErrno::fault;
  return with_path(wasi, call, 0, 2, call.u32(1) & kLookupFollow, [&](const PathWalk &walk) {
    struct stat status;
    if (::fstatat(walk.directory(), walk.name(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return to_wasi_errno(errno);
    encode_filestat(status, out);
    return WasiErrno::success;
  });
}

WasiErrno path_filestat_set_times(Wasi &wasi, const WasiCall &call) {
  timespec times[2];
  WasiErrno error = decode_times(call.u64(4), call.u64(5), call.u32(6), times);
  if (error != WasiErrno::success)
    return error;
  return with_path(wasi, call, 0, 2, call.u32(1) & kLookupFollow, [&](const PathWalk &walk) {
    return host_result(::utimensat(walk.directory(), walk.name(), times, AT_SYMLINK_NOFOLLOW));
  });
}

WasiErrno path_link(Wasi &wasi, const WasiCall &call) {
  return with_path(wasi, call, 0, 2, call.u32(1) & kLookupFollow, [&](const PathWalk &from) {
    return with_path(wasi, call, 4, 5, false, [&](const PathWalk &to) {
      return host_result(::linkat(from.directory(), from.name(), to.directory(), to.name(), 0));
    });
  });
}

int host_open_flags(uint32_t oflags, uint64_t rights, uint32_t fdflags) {
  int flags = O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
  if ((rights & kRightFdWrite) && (rights & kRightFdRead))
    flags |= O_RDWR;
  else if (rights & kRightFdWrite)
    flags |= O_WRONLY;
  flags |= oflags & kOpenCreate ? O_CREAT : 0;
  flags |= oflags & kOpenDirectory ? O_DIRECTORY : 0;
  flags |= oflags & kOpenExclusive ? O_EXCL : 0;
  flags |= oflags & kOpenTruncate ? O_TRUNC : 0;
  flags |= fdflags & kFdAppend ? O_APPEND : 0;
  flags |= fdflags & kFdDsync ? O_DSYNC : 0;
  flags |= fdflags & (kFdSync | kFdRsync) ? O_SYNC : 0;
  return flags;
}

WasiErrno open_at(Wasi &wasi, const WasiCall &call, const PathWalk &walk) {
  uint32_t oflags = call.u32(4), fdflags = call.u32(7);
  if (walk.must_be_directory()) {
    if (oflags & kOpenCreate)
      return WasiErrno::isdir;
    oflags |= kOpenDirectory;
  }
  OpenFile file;
  int flags = host_open_flags(oflags, call.u64(5), fdflags);
  file.host_fd.reset(::openat(walk.directory(), walk.name(), flags, 0666));
  if (file.host_fd.get() < 0)
    return to_wasi_errno(errno);
  struct stat status;
  if (::fstat(file.host_fd.get(), &status) != 0)
    return to_wasi_errno(errno);
  file.type = to_wasi_file_type(status.st_mode);
  file.flags = static_cast<uint16_t>(fdflags);
  file.rights = call.u64(5);
  call.write_u32(call.u32(8), wasi.files().add(std::move(file)));
  return WasiErrno::success;
}

WasiErrno path_open(Wasi &wasi, const WasiCall &call) {
  if (!call.memory.at(call.u32(8), 4))
    return WasiErrno::fault;
  if (call.u32(4) > 15 || call.u32(7) > 31)
    return WasiErrno::inval;
  // An exclusive creation must not go through a link, not even a dangling one.
  bool is_exclusive = (call.u32(4) & kOpenCreate) && (call.u32(4) & kOpenExclusive);
  bool follows_last_link = (call.u32(1) & kLookupFollow) && !is_exclusive;
  return with_path(wasi, call, 0, 2, follows_last_link,
                   [&](const PathWalk &walk) { return open_at(wasi, call, walk); });
}

WasiErrno path_readlink(Wasi &wasi, const WasiCall &call) {
  uint8_t *out = call.memory.at(call.u32(3), call.u32(4));
  if (!out || !call.memory.at(call.u32(5), 4))
    return WasiErrno::fault;
  return with_path(wasi, call, 0, 1, false, [&](const PathWalk &walk) {
    ssize_t length =
        ::readlinkat(walk.directory(), walk.name(), reinterpret_cast<char *>(out), call.u32(4));
    if (length < 0)
      return to_wasi_errno(errno);
    call.write_u32(call.u32(5), static_cast<uint32_t>(length));
    return WasiErrno::success;
  });
}

WasiErrno path_remove_directory(Wasi &wasi, const WasiCall &call) {
  return with_path(wasi, call, 0, 1, false, [&](const PathWalk &walk) {
    return host_result(::unlinkat(walk.directory(), walk.name(), AT_REMOVEDIR));
  });
}

WasiErrno path_rename(Wasi &wasi, const WasiCall &call) {
  return with_path(wasi, call, 0, 1, false, [&](const PathWalk &from) {
    return with_path(wasi, call, 3, 4, false, [&](const PathWalk &to) {
      return host_result(::renameat(from.directory(), from.name(), to.directory(), to.name()));
    });
  });
}

WasiErrno path_symlink(Wasi &wasi, const WasiCall &call) {
  llvm::StringRef target;
  if (!read_path(call, 0, target))
    return WasiErrno::fault;
  if (target.empty())
    return WasiErrno::noent;
  if (target.contains('\0'))
    return WasiErrno::inval;
  // It would mean another file to the host than to the guest.
  if (target.starts_with("/"))
    return WasiErrno::notcapable;
  return with_path(wasi, call, 2, 3, false, [&](const PathWalk &walk) {
    return host_result(::symlinkat(target.str().c_str(), walk.directory(), walk.name()));
  });
}

WasiErrno path_unlink_file(Wasi &wasi, const WasiCall &call) {
  return with_path(wasi, call, 0, 1, false, [&](const PathWalk &walk) {
    return host_result(::unlinkat(walk.directory(), walk.name(), 0));
  });
}

constexpr WasiFunction kFunctions[] = {
    {"path_create_directory", "iii", path_create_directory},
    {"path_filestat_get", "iiiii", path_filestat_get},
    {"path_filestat_set_times", "iiiiIIi", path_filestat_set_times},
    {"path_link", "iiiiiii", path_link},
    {"path_open", "iiiiiIIii", path_open},
    {"path_readlink", "iiiiii", path_readlink},
    {"path_remove_directory", "iii", path_remove_directory},
    {"path_rename", "iiiiii", path_rename},
    {"path_symlink", "iiiii", path_symlink},
    {"path_unlink_file", "iii", path_unlink_file},
};

} // namespace

llvm::ArrayRef<WasiFunction> path_functions() {
  return kFunctions;
}

} // namespace wald::wasm

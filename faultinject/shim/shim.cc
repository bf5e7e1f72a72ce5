// libbd-fault.so: stands between a program and the C library (LD_PRELOAD), asks the rules of a plan about
// each call, and makes it, or not. What the library calls within itself (fopen, for one) is not seen.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "faultinject/shim/rules.h"

namespace {

using fault::shim::Call;
using fault::shim::Rules;
using fault::shim::Verdict;

// Made at the first call, which may be before any constructor, and never destroyed: calls are made to the
// end.
Rules& TheRules() {
  static Rules* const rules = new Rules;
  return *rules;
}

// The library's own; `like` is ours and gives the type.
template <typename Function>
Function* Real(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Makes the call as the rules have it; `failure` is what it returns if they let it fail, after `failing`.
template <typename Failure, typename Make, typename Failing>
auto Judge(const Call& call, Failure failure, Make make, Failing failing) {
  Rules& rules = TheRules();
  if (rules.empty()) return make(int64_t{-1});
  const Verdict verdict = rules.Before(call);
  decltype(make(int64_t{0})) result = failure;
  if (verdict.error == 0) {
    result = make(verdict.limit);
  } else {
    failing();
    errno = verdict.error;
  }
  rules.After(verdict);
  return result;
}

template <typename Failure, typename Make>
auto Judge(const Call& call, Failure failure, Make make) {
  return Judge(call, failure, make, [] {});
}

size_t Limited(size_t count, int64_t limit) {
  return limit < 0 ? count : std::min(count, static_cast<size_t>(limit));
}

const char* PathOf(const sockaddr* address) {
  return address != nullptr && address->sa_family == AF_UNIX
             ? reinterpret_cast<const sockaddr_un*>(address)->sun_path
             : nullptr;
}

bool IsLocking(int command) {
  return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

}  // namespace

#define REAL(name) Real(&name, #name)
#define SHIM extern "C" __attribute__((visibility("default")))

// --- Files

#define SHIM_OPEN(name)                                                                  \
  SHIM int name(const char* path, int flags, ...) {                                      \
    va_list rest;                                                                        \
    va_start(rest, flags);                                                               \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                                        \
    const Call call{"open", path, nullptr, -1, (flags & (O_CREAT | O_TRUNC)) != 0};      \
    return Judge(call, -1, [&](int64_t) { return REAL(name)(path, flags, mode); });      \
  }
SHIM_OPEN(open)
SHIM_OPEN(open64)
#define SHIM_OPENAT(name)                                                                      \
  SHIM int name(int directory, const char* path, int flags, ...) {                             \
    va_list rest;                                                                              \
    va_start(rest, flags);                                                                     \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;       \
    va_end(rest);                                                                              \
    const Call call{"open", path, nullptr, -1, (flags & (O_CREAT | O_TRUNC)) != 0};            \
    return Judge(call, -1, [&](int64_t) { return REAL(name)(directory, path, flags, mode); }); \
  }
SHIM_OPENAT(openat)
SHIM_OPENAT(openat64)
// What the compiler makes of an open without a mode.
SHIM int __open_2(const char* path, int flags) {
  return Judge({"open", path}, -1, [&](int64_t) { return REAL(open)(path, flags); });
}
SHIM int __open64_2(const char* path, int flags) {
  return Judge({"open", path}, -1, [&](int64_t) { return REAL(open64)(path, flags); });
}

// Whatever error it tells, the descriptor is gone, as on Linux.
SHIM int close(int fd) {
  auto* const real = REAL(close);
  return Judge(
      {"close", nullptr, nullptr, fd}, -1, [&](int64_t) { return real(fd); }, [&] { real(fd); });
}

#define SHIM_TRANSFER(name, op, Bytes)                                                         \
  SHIM ssize_t name(int fd, Bytes bytes, size_t count) {                                       \
    return Judge({op, nullptr, nullptr, fd}, ssize_t{-1},                                      \
                 [&](int64_t limit) { return REAL(name)(fd, bytes, Limited(count, limit)); }); \
  }
SHIM_TRANSFER(read, "read", void*)
SHIM_TRANSFER(write, "write", const void*)
#define SHIM_TRANSFER_AT(name, op, Bytes, Offset)                                                      \
  SHIM ssize_t name(int fd, Bytes bytes, size_t count, Offset offset) {                                \
    return Judge({op, nullptr, nullptr, fd}, ssize_t{-1},                                              \
                 [&](int64_t limit) { return REAL(name)(fd, bytes, Limited(count, limit), offset); }); \
  }
SHIM_TRANSFER_AT(pread, "read", void*, off_t)
SHIM_TRANSFER_AT(pread64, "read", void*, off64_t)
SHIM_TRANSFER_AT(pwrite, "write", const void*, off_t)
SHIM_TRANSFER_AT(pwrite64, "write", const void*, off64_t)

SHIM ssize_t copy_file_range(int from, off64_t* from_at, int to, off64_t* to_at, size_t count,
                             unsigned flags) {
  return Judge({"copy", nullptr, nullptr, to}, ssize_t{-1}, [&](int64_t limit) {
    return REAL(copy_file_range)(from, from_at, to, to_at, Limited(count, limit), flags);
  });
}

#define SHIM_FD(name, op)                                                                  \
  SHIM int name(int fd) {                                                                  \
    return Judge({op, nullptr, nullptr, fd}, -1, [&](int64_t) { return REAL(name)(fd); }); \
  }
SHIM_FD(fsync, "fsync")
SHIM_FD(fdatasync, "fsync")
#define SHIM_FD_WITH(name, op, Type)                                                              \
  SHIM int name(int fd, Type value) {                                                             \
    return Judge({op, nullptr, nullptr, fd}, -1, [&](int64_t) { return REAL(name)(fd, value); }); \
  }
SHIM_FD_WITH(ftruncate, "truncate", off_t)
SHIM_FD_WITH(ftruncate64, "truncate", off64_t)
SHIM_FD_WITH(fchmod, "chmod", mode_t)
SHIM_FD_WITH(futimens, "utime", const timespec*)
SHIM_FD_WITH(flock, "flock", int)
SHIM_FD_WITH(listen, "listen", int)
SHIM_FD_WITH(shutdown, "shutdown", int)
SHIM_FD_WITH(fstat, "stat", struct stat*)
SHIM_FD_WITH(fstat64, "stat", struct stat64*)

#define SHIM_FCNTL(name)                                                   \
  SHIM int name(int fd, int command, ...) {                                \
    va_list rest;                                                          \
    va_start(rest, command);                                               \
    void* value = va_arg(rest, void*);                                     \
    va_end(rest);                                                          \
    if (!IsLocking(command)) return REAL(name)(fd, command, value);        \
    return Judge({"lock", nullptr, nullptr, fd}, -1,                       \
                 [&](int64_t) { return REAL(name)(fd, command, value); }); \
  }
SHIM_FCNTL(fcntl)
SHIM_FCNTL(fcntl64)

#define SHIM_MAP(name, Offset)                                                                  \
  SHIM void* name(void* at, size_t size, int protection, int flags, int fd, Offset offset) {    \
    if (fd < 0) return REAL(name)(at, size, protection, flags, fd, offset);                     \
    return Judge({"mmap", nullptr, nullptr, fd}, MAP_FAILED,                                    \
                 [&](int64_t) { return REAL(name)(at, size, protection, flags, fd, offset); }); \
  }
SHIM_MAP(mmap, off_t)
SHIM_MAP(mmap64, off64_t)

// --- Names

#define SHIM_PATH(name, op)                                                  \
  SHIM int name(const char* path) {                                          \
    return Judge({op, path}, -1, [&](int64_t) { return REAL(name)(path); }); \
  }
SHIM_PATH(unlink, "unlink")
SHIM_PATH(rmdir, "rmdir")
#define SHIM_PATH_WITH(name, op, Type)                                              \
  SHIM int name(const char* path, Type value) {                                     \
    return Judge({op, path}, -1, [&](int64_t) { return REAL(name)(path, value); }); \
  }
SHIM_PATH_WITH(mkdir, "mkdir", mode_t)
SHIM_PATH_WITH(chmod, "chmod", mode_t)
SHIM_PATH_WITH(truncate, "truncate", off_t)
SHIM_PATH_WITH(stat, "stat", struct stat*)
SHIM_PATH_WITH(stat64, "stat", struct stat64*)
SHIM_PATH_WITH(lstat, "stat", struct stat*)
SHIM_PATH_WITH(lstat64, "stat", struct stat64*)

SHIM int unlinkat(int directory, const char* path, int flags) {
  const char* op = (flags & AT_REMOVEDIR) != 0 ? "rmdir" : "unlink";
  return Judge({op, path}, -1, [&](int64_t) { return REAL(unlinkat)(directory, path, flags); });
}
SHIM int utimensat(int directory, const char* path, const timespec* times, int flags) {
  return Judge({"utime", path}, -1, [&](int64_t) { return REAL(utimensat)(directory, path, times, flags); });
}
SHIM int rename(const char* from, const char* to) {
  return Judge({"rename", from, to}, -1, [&](int64_t) { return REAL(rename)(from, to); });
}
SHIM int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  const char* op = (flags & RENAME_EXCHANGE) != 0 ? "exchange" : "rename";
  return Judge({op, from, to}, -1, [&](int64_t) { return REAL(renameat2)(from_at, from, to_at, to, flags); });
}
SHIM int link(const char* from, const char* to) {
  return Judge({"link", from, to}, -1, [&](int64_t) { return REAL(link)(from, to); });
}
SHIM ssize_t readlink(const char* path, char* into, size_t size) {
  return Judge({"readlink", path}, ssize_t{-1}, [&](int64_t) { return REAL(readlink)(path, into, size); });
}
SHIM DIR* opendir(const char* path) {
  return Judge({"list", path}, static_cast<DIR*>(nullptr), [&](int64_t) { return REAL(opendir)(path); });
}

// --- Sockets, processes, time

SHIM int socket(int family, int type, int protocol) {
  return Judge({"socket"}, -1, [&](int64_t) { return REAL(socket)(family, type, protocol); });
}
SHIM int bind(int fd, const sockaddr* address, socklen_t size) {
  return Judge({"bind", PathOf(address)}, -1, [&](int64_t) { return REAL(bind)(fd, address, size); });
}
SHIM int connect(int fd, const sockaddr* address, socklen_t size) {
  return Judge({"connect", PathOf(address)}, -1, [&](int64_t) { return REAL(connect)(fd, address, size); });
}
SHIM int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  return Judge({"accept", nullptr, nullptr, fd}, -1,
               [&](int64_t) { return REAL(accept4)(fd, address, size, flags); });
}
SHIM ssize_t send(int fd, const void* bytes, size_t count, int flags) {
  return Judge({"send", nullptr, nullptr, fd}, ssize_t{-1},
               [&](int64_t limit) { return REAL(send)(fd, bytes, Limited(count, limit), flags); });
}
SHIM ssize_t recv(int fd, void* bytes, size_t count, int flags) {
  return Judge({"recv", nullptr, nullptr, fd}, ssize_t{-1},
               [&](int64_t limit) { return REAL(recv)(fd, bytes, Limited(count, limit), flags); });
}
SHIM int kill(pid_t pid, int number) {
  return Judge({"signal"}, -1, [&](int64_t) { return REAL(kill)(pid, number); });
}
SHIM int pidfd_send_signal(int fd, int number, siginfo_t* info, unsigned flags) {
  using Function = int(int, int, siginfo_t*, unsigned);
  return Judge({"signal", nullptr, nullptr, fd}, -1, [&](int64_t) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, "pidfd_send_signal"))(fd, number, info, flags);
  });
}
SHIM int poll(pollfd* watched, nfds_t count, int ms) {
  return Judge({"poll"}, -1, [&](int64_t) { return REAL(poll)(watched, count, ms); });
}
SHIM int nanosleep(const timespec* time, timespec* left) {
  return Judge({"sleep"}, -1, [&](int64_t) { return REAL(nanosleep)(time, left); });
}
SHIM ssize_t getrandom(void* bytes, size_t count, unsigned flags) {
  return Judge({"random"}, ssize_t{-1},
               [&](int64_t limit) { return REAL(getrandom)(bytes, Limited(count, limit), flags); });
}
// Returns the error, and sets none.
SHIM int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                     const posix_spawnattr_t* attributes, char* const* words, char* const* environment) {
  errno = 0;
  const int result = Judge({"spawn", path}, -1, [&](int64_t) {
    return REAL(posix_spawn)(pid, path, actions, attributes, words, environment);
  });
  return result == -1 ? errno : result;
}

// Descriptors and bytes.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

int Open(const char* path, int flags, unsigned mode) {
  const int fd =
      static_cast<int>(Syscall({Op::kOpen, path, {}, flags}, [&](Process& process, const Verdict&) {
        return TheWorld().kernel().Open(process, path, flags, mode);
      }));
  if (fd >= 0) TheWorld().running().paths[fd] = path;
  return fd;
}

// What was written to a standard stream is taken out of its pipe at once: nobody reads the other end.
void DrainOutput(int fd) {
  Task& task = TheWorld().running();
  const auto at = task.process->files.find(fd);
  if (at == task.process->files.end() || at->second.file->inode->kind != InodeKind::kPipe) return;
  std::deque<char>& bytes = at->second.file->inode->pipe->bytes;
  (fd == 1 ? task.output : task.errors).append(bytes.begin(), bytes.end());
  bytes.clear();
}

bool IsRandom(Process& process, int fd) {
  const auto at = process.files.find(fd);
  return at != process.files.end() && at->second.file->inode->kind == InodeKind::kRandom;
}

Outcome FillRandom(void* to, size_t count) {
  for (size_t i = 0; i < count; ++i) static_cast<char*>(to)[i] = static_cast<char>(TheWorld().data().Next());
  return static_cast<Outcome>(count);
}

int64_t Limited(size_t count, const Verdict& verdict) {
  return std::min(static_cast<int64_t>(count), verdict.limit);
}

int StatPath(const char* path, struct stat* out, bool follow) {
  return static_cast<int>(Syscall({Op::kStat, path, {}, follow}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Stat(process, path, *out, follow);
  }));
}

// These errors are of the disk: the pages that it did not take count as clean from now on.
bool LosesPages(int error) { return error == EIO || error == ENOSPC || error == EDQUOT; }

int SyncFd(int fd) {
  Kernel& kernel = TheWorld().kernel();
  return static_cast<int>(Syscall(
      {Op::kSync, PathOf(fd), {}, fd},
      [&](Process& process, const Verdict&) { return kernel.Sync(process, fd); },
      [&](Process& process, int error) {
        if (LosesPages(error)) kernel.FailSync(process, fd);
      }));
}

int TruncateFd(int fd, int64_t size) {
  return static_cast<int>(Syscall(
      {Op::kTruncate, PathOf(fd), {}, fd, size},
      [&](Process& process, const Verdict&) { return TheWorld().kernel().Truncate(process, fd, size); }));
}

}  // namespace

extern "C" {

int sim_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const unsigned mode = (flags & O_CREAT) ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}
int sim_open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const unsigned mode = (flags & O_CREAT) ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}
int sim___open_2(const char* path, int flags) { return Open(path, flags, 0); }

// Whatever error it tells, the descriptor is gone, and so are its locks: so it is on Linux.
int sim_close(int fd) {
  Kernel& kernel = TheWorld().kernel();
  const int64_t result = Syscall(
      {Op::kClose, PathOf(fd), {}, fd},
      [&](Process& process, const Verdict&) { return kernel.Close(process, fd); },
      [&](Process& process, int) { kernel.Close(process, fd); });
  TheWorld().running().paths.erase(fd);
  return static_cast<int>(result);
}

ssize_t sim_read(int fd, void* to, size_t count) {
  const int64_t got = Syscall({Op::kRead, PathOf(fd), {}, fd, static_cast<int64_t>(count)},
                              [&](Process& process, const Verdict& verdict) {
                                if (IsRandom(process, fd)) return FillRandom(to, count);
                                return TheWorld().kernel().Read(process, fd, to, Limited(count, verdict));
                              });
  if (got > 0) TheWorld().Note(to, static_cast<size_t>(got));
  return got;
}

ssize_t sim_pread64(int fd, void* to, size_t count, off64_t offset) {
  const int64_t got =
      Syscall({Op::kRead, PathOf(fd), {}, fd, offset}, [&](Process& process, const Verdict& verdict) {
        return TheWorld().kernel().Pread(process, fd, to, Limited(count, verdict), offset);
      });
  if (got > 0) TheWorld().Note(to, static_cast<size_t>(got));
  return got;
}
ssize_t sim_pread(int fd, void* to, size_t count, off_t offset) { return sim_pread64(fd, to, count, offset); }

ssize_t sim_write(int fd, const void* from, size_t count) {
  TheWorld().Note(from, count);
  const int64_t written =
      Syscall({Op::kWrite, PathOf(fd), {}, fd, static_cast<int64_t>(count)},
              [&](Process& process, const Verdict& verdict) {
                return TheWorld().kernel().Write(process, fd, from, Limited(count, verdict));
              });
  if (fd == 1 || fd == 2) DrainOutput(fd);
  return written;
}

ssize_t sim_pwrite64(int fd, const void* from, size_t count, off64_t offset) {
  TheWorld().Note(from, count);
  return Syscall({Op::kWrite, PathOf(fd), {}, fd, offset}, [&](Process& process, const Verdict& verdict) {
    return TheWorld().kernel().Pwrite(process, fd, from, Limited(count, verdict), offset);
  });
}

ssize_t sim_pwrite(int fd, const void* from, size_t count, off_t offset) {
  return sim_pwrite64(fd, from, count, offset);
}

int sim_fsync(int fd) { return SyncFd(fd); }
int sim_fdatasync(int fd) { return SyncFd(fd); }
int sim_ftruncate(int fd, off_t size) { return TruncateFd(fd, size); }
int sim_ftruncate64(int fd, off64_t size) { return TruncateFd(fd, size); }

ssize_t sim_copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t count,
                            unsigned) {
  return Syscall({Op::kCopy, PathOf(to), PathOf(from), to, static_cast<int64_t>(count)},
                 [&](Process& process, const Verdict& verdict) {
                   return TheWorld().kernel().CopyRange(process, from, from_offset, to, to_offset,
                                                        Limited(count, verdict));
                 });
}

int sim_stat(const char* path, struct stat* out) { return StatPath(path, out, true); }
int sim_stat64(const char* path, struct stat64* out) {
  return StatPath(path, reinterpret_cast<struct stat*>(out), true);
}
int sim_lstat(const char* path, struct stat* out) { return StatPath(path, out, false); }
int sim_lstat64(const char* path, struct stat64* out) {
  return StatPath(path, reinterpret_cast<struct stat*>(out), false);
}
int sim_fstat(int fd, struct stat* out) {
  return static_cast<int>(Syscall({Op::kStat, PathOf(fd), {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().StatFd(process, fd, *out);
  }));
}
int sim_fstat64(int fd, struct stat64* out) { return sim_fstat(fd, reinterpret_cast<struct stat*>(out)); }

int sim_statfs(const char* path, struct statfs* out) {
  return static_cast<int>(Syscall({Op::kStat, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Statfs(process, path, *out);
  }));
}

int sim_access(const char* path, int mode) {
  return static_cast<int>(Syscall({Op::kStat, path, {}, mode}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Access(process, path, mode);
  }));
}

int sim_fchmod(int fd, mode_t mode) {
  return static_cast<int>(Syscall(
      {Op::kMode, PathOf(fd), {}, fd, mode},
      [&](Process& process, const Verdict&) { return TheWorld().kernel().ChangeModeFd(process, fd, mode); }));
}

int sim_fchown(int fd, uid_t user, gid_t group) {
  return static_cast<int>(Syscall({Op::kMode, PathOf(fd), {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().ChangeOwnerFd(process, fd, user, group);
  }));
}

void* sim_mmap64(void*, size_t length, int protection, int flags, int fd, off64_t offset) {
  if (fd < 0 || !(flags & MAP_SHARED)) TheWorld().Unknown("mmap of something else than a shared file");
  const auto bytes = static_cast<int64_t>(length);
  const auto map = [&](Process& process) {
    return TheWorld().kernel().Map(process, fd, offset, bytes, (protection & PROT_WRITE) != 0);
  };
  // The trace must not know addresses.
  const int64_t outcome =
      Syscall({Op::kMap, PathOf(fd), {}, bytes, offset},
              [&](Process& process, const Verdict&) { return std::min<Outcome>(map(process), 0); });
  if (outcome < 0) return MAP_FAILED;
  TheWorld().running().shares_memory = true;
  return reinterpret_cast<void*>(map(*TheWorld().running().process));
}

int sim_munmap(void*, size_t) { return 0; }  // a mapping stays as long as its file

int sim_isatty(int) {
  errno = ENOTTY;
  return 0;
}

int sim_ioctl(int, unsigned long, ...) {
  errno = ENOTTY;
  return -1;
}

}  // extern "C"

}  // namespace sim

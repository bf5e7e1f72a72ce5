// Locks, and the other uses of fcntl.
#include <fcntl.h>
#include <sys/file.h>

#include <cstdarg>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

bool IsLock(int command) {
  return command == F_GETLK || command == F_SETLK || command == F_SETLKW || command == F_OFD_GETLK ||
         command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

int64_t Descriptor(int fd, int command, long argument) {
  Kernel& kernel = TheWorld().kernel();
  Process& process = *TheWorld().running().process;
  switch (command) {
    case F_GETFD: return Result(kernel.GetFdFlags(process, fd));
    case F_SETFD: return Result(kernel.SetFdFlags(process, fd, static_cast<int>(argument)));
    case F_GETFL: return Result(kernel.GetFlags(process, fd));
    case F_SETFL: return Result(kernel.SetFlags(process, fd, static_cast<int>(argument)));
    case F_DUPFD: return Result(kernel.Dup(process, fd, static_cast<int>(argument), false));
    case F_DUPFD_CLOEXEC: return Result(kernel.Dup(process, fd, static_cast<int>(argument), true));
    default: TheWorld().Unknown("fcntl with an unknown command");
  }
}

int64_t Fcntl(int fd, int command, void* argument) {
  if (!IsLock(command)) return Descriptor(fd, command, reinterpret_cast<long>(argument));
  auto& lock = *static_cast<struct flock*>(argument);
  return Syscall({Op::kRecordLock, PathOf(fd), {}, command * 16 + lock.l_type, lock.l_start},
                 [&](Process& process, const Verdict&) {
                   return TheWorld().kernel().RecordLockCall(process, fd, command, lock);
                 });
}

}  // namespace

extern "C" {

int sim_fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return static_cast<int>(Fcntl(fd, command, argument));
}
int sim_fcntl64(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return static_cast<int>(Fcntl(fd, command, argument));
}

int sim_flock(int fd, int operation) {
  return static_cast<int>(Syscall(
      {Op::kFlock, PathOf(fd), {}, fd, operation},
      [&](Process& process, const Verdict&) { return TheWorld().kernel().Flock(process, fd, operation); }));
}

}  // extern "C"

}  // namespace sim

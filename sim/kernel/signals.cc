// Signals, and descriptors for signals and processes.
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "sim/kernel/kernel.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

uint64_t BitOf(int signal) { return uint64_t{1} << (signal - 1); }

}  // namespace

Outcome Kernel::MakeSignals(Process& process, uint64_t set, bool close_on_exec) {
  return AddAnonymous(process, InodeKind::kSignals, set, close_on_exec);
}

Outcome Kernel::OpenProcess(Process& process, int pid) {
  const Process* target = FindFor(process, pid);
  if (target == nullptr || target->exited) return -ESRCH;
  return AddAnonymous(process, InodeKind::kProcess, static_cast<uint64_t>(target->pid), true);
}

Outcome Kernel::Signal(Process& process, int pid, int signal, Process*& ends) {
  return SignalTo(process, FindFor(process, pid), signal, ends);
}

Outcome Kernel::SignalTo(const Process& process, Process* target, int signal, Process*& ends) {
  if (target == nullptr || target->exited) return -ESRCH;
  if (process.uid != 0 && process.uid != target->uid) return -EPERM;
  if (signal == 0) return 0;
  if (signal != SIGKILL) {
    if ((target->ignored & BitOf(signal)) != 0) return 0;
    if ((target->blocked & BitOf(signal)) != 0) {
      target->pending |= BitOf(signal);
      Wake(&target->pending, target->signals_awaited);
      return 0;
    }
  }
  ends = target;
  return 0;
}

Outcome Kernel::SignalByFd(Process& process, int fd, int signal, Process*& ends) {
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr || file->inode->kind != InodeKind::kProcess) return -EBADF;
  return SignalTo(process, FindProcess(static_cast<int>(file->inode->subject)), signal, ends);
}

Outcome Kernel::TakeSignal(Process& process, uint64_t set, void* to, int64_t count) {
  if (count < static_cast<int64_t>(sizeof(signalfd_siginfo))) return -EINVAL;
  const uint64_t found = process.pending & set;
  if (found == 0) return -EAGAIN;
  const int signal = std::countr_zero(found) + 1;
  process.pending &= ~BitOf(signal);
  signalfd_siginfo info{};
  info.ssi_signo = static_cast<uint32_t>(signal);
  memcpy(to, &info, sizeof info);
  return sizeof info;
}

}  // namespace sim

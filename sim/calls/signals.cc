// Signals.
#include <signal.h>
#include <unistd.h>

#include <cstring>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

uint64_t SetOf(const sigset_t* signals) {
  uint64_t set = 0;
  memcpy(&set, signals, sizeof set);
  return set;
}

// Of the process that the descriptor holds; 0 if it holds none.
int64_t PidOf(int fd) {
  const std::map<int, Descriptor>& files = TheWorld().running().process->files;
  const auto at = files.find(fd);
  const bool holds = at != files.end() && at->second.file->inode->kind == InodeKind::kProcess;
  return holds ? static_cast<int64_t>(at->second.file->inode->subject) : 0;
}

// Whoever does not receive it in another way ends by it.
template <typename TargetOf, typename Send>
int SendSignal(int64_t to, int signal, TargetOf&& target_of, Send&& send) {
  return static_cast<int>(Syscall({Op::kSignal, {}, {}, to, signal}, [&](Process& process, const Verdict&) {
    Process* ends = nullptr;
    const Process* target = target_of();
    if (target != nullptr && !target->exited) {
      if (const int error = TheWorld().SignalErrorInside(*target); error != 0) return Outcome{-error};
    }
    const Outcome sent = send(process, ends);
    if (ends == &process) TheWorld().Unknown("a signal to oneself");
    if (ends != nullptr) TheWorld().EndBySignal(*ends, signal);
    return sent;
  }));
}

// With all of its group: of a child, for nobody's else are known here.
int SignalGroup(int leader, int signal) {
  return static_cast<int>(
      Syscall({Op::kSignal, {}, {}, -leader, signal}, [&](Process&, const Verdict&) -> Outcome {
        const std::map<int, const Task*>& children = TheWorld().running().children;
        const auto at = children.find(leader);
        if (at == children.end() || at->second->dead()) return -ESRCH;
        if (const int error = TheWorld().SignalErrorInside(*at->second->process); error != 0) return -error;
        TheWorld().EndGroupBySignal(*at->second, signal);
        return 0;
      }));
}

}  // namespace

extern "C" {

// SIGALRM is caught by a handler that does nothing: a wait ends early (Task::timer_ns). SIGVTALRM is that of
// the guard against hanging (Task::guard).
int sim_sigaction(int signal, const struct sigaction* action, struct sigaction* before) {
  if (signal != SIGALRM && signal != SIGVTALRM) TheWorld().Unknown("sigaction for another signal");
  if (signal == SIGVTALRM) TheWorld().running().guard.handler = action->sa_sigaction;
  if (before != nullptr) *before = {};
  return 0;
}

void (*sim_signal(int signal, void (*handler)(int)))(int) {
  if ((signal != SIGPIPE && signal != SIGXFSZ) || handler != SIG_IGN)
    TheWorld().Unknown("signal for something else than to ignore SIGPIPE or SIGXFSZ");
  TheWorld().running().process->ignored |= uint64_t{1} << (signal - 1);
  return SIG_DFL;
}

int sim_sigprocmask(int how, const sigset_t* signals, sigset_t* before) {
  if (how != SIG_BLOCK || before != nullptr) TheWorld().Unknown("sigprocmask that does not block");
  TheWorld().running().process->blocked |= SetOf(signals);
  return 0;
}

int sim_signalfd(int fd, const sigset_t* signals, int) {
  if (fd != -1) TheWorld().Unknown("signalfd that changes one");
  return static_cast<int>(Syscall({Op::kOpen}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().MakeSignals(process, SetOf(signals), true);
  }));
}

int sim_kill(pid_t pid, int signal) {
  if (pid == 0 || pid == -1) TheWorld().Unknown("a signal to the own group, or to everybody");
  if (pid < 0) return SignalGroup(-pid, signal);
  return SendSignal(
      pid, signal, [&] { return TheWorld().kernel().FindFor(*TheWorld().running().process, pid); },
      [&](Process& process, Process*& ends) {
        return TheWorld().kernel().Signal(process, pid, signal, ends);
      });
}

int sim_pidfd_open(pid_t pid, unsigned) {
  return static_cast<int>(Syscall({Op::kOpen, {}, {}, 0, pid}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().OpenProcess(process, pid);
  }));
}

int sim_pidfd_send_signal(int fd, int signal, siginfo_t*, unsigned) {
  return SendSignal(
      PidOf(fd), signal, [&] { return TheWorld().kernel().FindProcess(static_cast<int>(PidOf(fd))); },
      [&](Process& process, Process*& ends) {
        return TheWorld().kernel().SignalByFd(process, fd, signal, ends);
      });
}

}  // extern "C"

}  // namespace sim

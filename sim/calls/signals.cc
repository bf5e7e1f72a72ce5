// Signals.
#include <signal.h>
#include <unistd.h>

#include "sim/calls/syscall.h"

namespace sim {

extern "C" {

// Only SIGALRM is ever caught, by a handler that does nothing: a wait ends early (Task::timer_ns).
int sim_sigaction(int signal, const struct sigaction*, struct sigaction* before) {
  if (signal != SIGALRM) TheWorld().Unknown("sigaction for another signal than SIGALRM");
  if (before != nullptr) *before = {};
  return 0;
}

// Dispositions are not kept: a process of the world gets no other signals than those of plans.
void (*sim_signal(int signal, void (*)(int)))(int) {
  if (signal != SIGPIPE && signal != SIGXFSZ)
    TheWorld().Unknown("signal for another one than SIGPIPE, SIGXFSZ");
  return SIG_DFL;
}

int sim_sigprocmask(int, const sigset_t*, sigset_t*) { return 0; }
int sim_signalfd(int, const sigset_t*, int) { return static_cast<int>(Result(-EPERM)); }
int sim_kill(pid_t, int) { return static_cast<int>(Result(-EPERM)); }
int sim_pidfd_open(pid_t, unsigned) { return static_cast<int>(Result(-EPERM)); }
int sim_pidfd_send_signal(int, int, siginfo_t*, unsigned) { return static_cast<int>(Result(-EPERM)); }

}  // extern "C"

}  // namespace sim

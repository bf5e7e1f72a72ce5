#include "engine/os/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

namespace bd::os {

Result<Fd> ReceiveSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  signal(SIGPIPE, SIG_IGN);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return SystemError(errno, "block", "signals");
  Fd made(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!made) return SystemError(errno, "receive", "signals");
  return made;
}

Signal NextSignal(const Fd& signals) {
  signalfd_siginfo info{};
  if (read(signals.get(), &info, sizeof info) != sizeof info) return Signal::kNone;
  return info.ssi_signo == SIGHUP ? Signal::kHangUp : Signal::kStop;
}

}  // namespace bd::os

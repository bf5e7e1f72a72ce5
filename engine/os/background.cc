#include "engine/os/background.h"

#include <signal.h>
extern "C" {
#include <sys/pidfd.h>
}
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/poll.h"

namespace bd::os {

namespace {

constexpr size_t kWordsMax = 16384;

int NumberOf(EndSignal signal) { return signal == EndSignal::kKill ? SIGKILL : SIGTERM; }

}  // namespace

Result<std::optional<std::string>> WordsWithin(const Started& started, int64_t timeout_ms) {
  const int64_t deadline = MonotonicMs() + timeout_ms;
  std::string text;
  std::vector<Watched> watched = {WatchRead(started.words)};
  while (text.size() < kWordsMax) {
    const int64_t left = deadline - MonotonicMs();
    if (left <= 0) return std::optional<std::string>();
    TRY(Poll(watched, left));
    if (!watched[0].can_read) continue;
    char buffer[1024];
    const size_t got = TRY(Read(started.words.get(), buffer, sizeof buffer));
    if (got == 0) break;
    text.append(buffer, got);
  }
  return std::optional<std::string>(std::move(text));
}

Status SignalStarted(const Started& started, EndSignal signal) {
  const int number = NumberOf(signal);
  const bool sent = started.process ? pidfd_send_signal(started.process.get(), number, nullptr, 0) == 0
                                    : kill(static_cast<pid_t>(started.pid), number) == 0;
  if (!sent) return SystemError(errno, "signal", Cat("process ", started.pid));
  return Ok();
}

Status SignalGroup(const Started& started, EndSignal signal) {
  if (kill(static_cast<pid_t>(-started.pid), NumberOf(signal)) == 0) return Ok();
  return SystemError(errno, "signal", Cat("the group of process ", started.pid));
}

void TellStarter(Fd words, const std::string& text) { (void)Write(words, text); }

std::string OwnProgram() {
  char path[4096];
  const ssize_t got = readlink("/proc/self/exe", path, sizeof path);
  return got > 0 ? std::string(path, static_cast<size_t>(got)) : "";
}

}  // namespace bd::os

// Apart from the rest of background.h: a simulated machine starts programs in its own way.
#include <fcntl.h>
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/background.h"

namespace bd::os {

Result<Started> StartInBackground(const BackgroundOptions& options) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return SystemError(errno, "make", "a pipe");
  Fd words(ends[0]), speaks(ends[1]);
  const Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) return SystemError(errno, "open", "/dev/null");
  Started started;
  started.pid = TRY(
      Spawn({options.arguments, options.environment, "/", {&nothing, &nothing, &nothing, &speaks}, true}));
  started.words = std::move(words);
  started.process = Fd(pidfd_open(static_cast<pid_t>(started.pid), 0));
  return started;
}

Result<std::optional<int>> EndOf(const Started& started) {
  int status = 0;
  const pid_t got = waitpid(static_cast<pid_t>(started.pid), &status, WNOHANG);
  if (got < 0) return SystemError(errno, "wait for", Cat("process ", started.pid));
  if (got == 0) return std::optional<int>();
  return std::optional<int>(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

}  // namespace bd::os

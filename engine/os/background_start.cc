// Apart from the rest of background.h and running_process.h: a simulated machine starts programs in its own
// way.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/background.h"
#include "engine/os/running_process.h"

namespace bd::os {

Result<Started> StartInBackground(const BackgroundOptions& options) {
  Pipe words = TRY(MakePipe());
  const Fd nothing = TRY(OpenReadWrite("/dev/null", 0666));
  Started started;
  started.pid = TRY(
      Spawn({options.arguments, options.environment, "/", {&nothing, &nothing, &nothing, &words.in}, true}));
  started.words = std::move(words.out);
  started.process = Fd(pidfd_open(static_cast<pid_t>(started.pid), 0));
  return started;
}

Result<Started> StartBeside(const ProcessOptions& options) {
  Pipe output = TRY(MakePipe()), errors = TRY(MakePipe());
  const Fd nothing = TRY(OpenReadWrite("/dev/null", 0666));
  Started started;
  started.pid = TRY(Spawn({options.arguments,
                           options.environment,
                           options.directory,
                           {&nothing, &output.in, &errors.in},
                           false}));
  started.words = std::move(output.out);
  started.errors = std::move(errors.out);
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

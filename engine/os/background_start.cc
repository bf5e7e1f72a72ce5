// Apart from the rest of background.h: a simulated machine starts programs in its own way.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

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
  return started;
}

}  // namespace bd::os

#include "engine/os/background.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/poll.h"

namespace bd::os {

namespace {

constexpr size_t kWordsMax = 16384;

}  // namespace

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

void TellStarter(Fd words, const std::string& text) { (void)Write(words, text); }

std::string OwnProgram() {
  char path[4096];
  const ssize_t got = readlink("/proc/self/exe", path, sizeof path);
  return got > 0 ? std::string(path, static_cast<size_t>(got)) : "";
}

}  // namespace bd::os

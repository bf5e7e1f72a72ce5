#include "engine/os/background.h"

#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/poll.h"

namespace bd::os {

namespace {

constexpr size_t kWordsMax = 16384;

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

void TellStarter(Fd words, const std::string& text) { (void)Write(words, text); }

std::string OwnProgram() {
  char path[4096];
  const ssize_t got = readlink("/proc/self/exe", path, sizeof path);
  return got > 0 ? std::string(path, static_cast<size_t>(got)) : "";
}

}  // namespace bd::os

#include "engine/daemon/silence.h"

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd {

void NoteSilence(const DaemonPlace& place, const Time& now) {
  Result<os::FileInfo> socket = os::Stat(place.socket);
  if (!socket) return;
  (void)os::OverwriteFile(place.Silence(), Cat(socket->inode, " ", now.UnixNanos() / 1'000'000, "\n"), 0600);
}

bool IsKnownSilent(const DaemonPlace& place, const Time& now) {
  Result<std::string> text = os::ReadFile(place.Silence(), 4096);
  if (!text) return false;
  const std::vector<std::string> words = Split(std::string_view(*text).substr(0, text->find('\n')), ' ');
  if (words.size() != 2) return false;
  const int64_t age = now.UnixNanos() / 1'000'000 - ParseInt(words[1]).value_or(0);
  if (age < 0 || age > kSilenceMs) return false;
  Result<os::FileInfo> socket = os::Stat(place.socket);
  return socket && Cat(socket->inode) == words[0];
}

}  // namespace bd

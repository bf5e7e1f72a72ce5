#include "engine/os/poll.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace bd::os {

Status Poll(std::vector<Watched>& watched, int64_t timeout_ms) {
  std::vector<pollfd> sets;
  sets.reserve(watched.size());
  for (Watched& one : watched) {
    one.can_read = one.can_write = false;
    const int events = (one.wants_read ? POLLIN : 0) | (one.wants_write ? POLLOUT : 0);
    sets.push_back({one.number, static_cast<short>(events), 0});
  }
  const int64_t limit = std::clamp<int64_t>(timeout_ms, -1, std::numeric_limits<int>::max());
  if (poll(sets.data(), sets.size(), static_cast<int>(limit)) < 0) {
    if (errno == EINTR) return Ok();
    return SystemError(errno, "wait for", "connections");
  }
  for (size_t i = 0; i < watched.size(); ++i) {
    const bool broken = (sets[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    watched[i].can_read = watched[i].wants_read && (broken || (sets[i].revents & POLLIN) != 0);
    watched[i].can_write = watched[i].wants_write && (broken || (sets[i].revents & POLLOUT) != 0);
  }
  return Ok();
}

}  // namespace bd::os

// daemon.last.json: what the daemon was doing when it was last heard of. Replaced at each transition, and at
// every heartbeat; whoever starts next reads it before overwriting it, and says how the last life ended.
//
//   starting -> running -> stopping -> stopped
//       \__________\___________\____ (no more words): crashed, killed, or the machine lost power
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/daemon/authority.h"

namespace bd {

struct LastState {
  std::string status;  // starting, running, stopping, stopped, failed
  std::string instance, boot, version, started_at, heartbeat, last_operation, reason;
  std::string forced_by;  // who ended the daemon before this one by force
  bool auto_commit = false;
  int64_t pid = 0, requests = 0, commits = 0, exports = 0;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("status", self.status);
    visit("reason", self.reason, kOmitEmpty);
    visit("instance", self.instance);
    visit("pid", self.pid);
    visit("boot_id", self.boot);
    visit("version", self.version);
    visit("started_at", self.started_at);
    visit("heartbeat", self.heartbeat);
    visit("last_operation", self.last_operation, kOmitEmpty);
    visit("forced_by", self.forced_by, kOmitEmpty);
    visit("auto_commit", self.auto_commit, kOmitEmpty);
    visit("requests", self.requests);
    visit("commits", self.commits);
    visit("exports", self.exports);
  }
};

std::optional<LastState> LoadLastState(const DaemonPlace& place);
Status SaveLastState(const DaemonPlace& place, const LastState& state);

// How the life that `state` tells of ended, in words; empty while it may still go on. `boot` is that of now,
// `stalled` what the progress file says.
std::string VerdictOn(const LastState& state, OwnerLook::Owner owner, const std::string& boot,
                      bool stalled = false);

}  // namespace bd

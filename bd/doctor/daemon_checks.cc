// The daemon, as far as a look can tell: it is asked one question over its socket, and sent no signal.
#include "bd/doctor/check.h"
#include "engine/base/text.h"
#include "engine/daemon/authority.h"

namespace bd {

namespace {

constexpr const char* kRuntime = "Runtime";

}  // namespace

Check CheckDaemon(const Seen& seen) {
  const DaemonReport& daemon = seen.daemon;
  Check check{.name = "Daemon", .category = kRuntime};
  if (daemon.status == "running") {
    check.message = Cat("running (PID ", daemon.pid, ", v", daemon.version, ")");
  } else if (daemon.status == "outdated") {
    check.status = "warning";
    check.fails = true;
    check.message = Cat("version ", daemon.version, " runs, and this program is another one");
    check.fix = "bd daemon restart";
  } else if (daemon.status == "not_running") {
    check.message = "not running; every command works without it";
  } else {
    check.status = "warning";
    check.fails = daemon.status == "unresponsive" && !daemon.is_denied;  // that is no fault in a sandbox
    check.message = daemon.finding;
    check.fix = daemon.remedy;
  }
  return check;
}

Check CheckDaemonLock(const Seen& seen) {
  const DaemonPlace place = DaemonPlace::Of(seen.workspace.database);
  const OwnerLook look = LookForOwner(place);
  Check check{.name = "Daemon Lock", .category = kRuntime};
  switch (look.owner) {
    case OwnerLook::Owner::kNone: check.message = "free: no daemon serves this database"; break;
    case OwnerLook::Owner::kPresent:
      check.message = seen.daemon.pid > 0 ? Cat("held, by its own account by PID ", seen.daemon.pid) : "held";
      break;
    case OwnerLook::Owner::kUnknown:
      check.status = "warning";
      check.message = Cat("cannot be looked at: ", look.reason);
      check.detail =
          "whether a daemon runs is not known, so nothing is done about it; commands work directly";
      check.fix = Cat("nothing in a sandbox; else look at the owner and mode of ", place.Owner());
  }
  return check;
}

Check CheckDaemonStarts(const Seen& seen) {
  const DaemonReport& daemon = seen.daemon;
  Check check{.name = "Daemon Starts", .message = "no start has failed", .category = kRuntime};
  if (daemon.next_start_in_seconds <= 0 && daemon.last_error.empty()) return check;
  check.status = "warning";
  check.message = daemon.next_start_in_seconds > 0
                      ? Cat("none is tried for another ", daemon.next_start_in_seconds, " s")
                      : std::string("the last one failed");
  check.detail = daemon.last_error.empty() ? "" : Cat("the last error: ", daemon.last_error);
  check.fix = "mend the reason; 'bd daemon reset' lets the next one be tried at once";
  return check;
}

Check CheckLastDaemon(const Seen& seen) {
  const DaemonReport& daemon = seen.daemon;
  Check check{.name = "Last Daemon", .category = kRuntime};
  check.message = daemon.verdict.empty() ? "nothing to report" : daemon.verdict;
  if (daemon.verdict.empty() || daemon.verdict.starts_with("stopped")) return check;
  check.status = "warning";
  check.detail = "what it had acknowledged is in the database";
  check.fix = "bd daemon logs";
  return check;
}

}  // namespace bd

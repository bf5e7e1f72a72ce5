#include "bd/daemon/report.h"

#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/daemon/progress_file.h"
#include "engine/daemon/registry.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/session/workspace.h"

namespace bd {

namespace {

// Each finding has a text of its own, and an advice: what is to be done about it differs.
struct Words {
  std::string text, advice;
};
Words WordsOn(const DaemonView& view) {
  switch (view.finding) {
    case rpc::Finding::kAnswered: return {};
    case rpc::Finding::kDenied:
      return {"permission denied: a sandbox, or the mode of the socket; commands work directly",
              "nothing in a sandbox; else look at the owner and mode of the socket"};
    case rpc::Finding::kSilent:
      return {"it does not answer: it is stopped, hung, or busy for long; commands work directly",
              "wait, or 'bd daemon stop', and only if that fails 'bd daemon stop --force'"};
    case rpc::Finding::kRefused:
      return {"nobody listens on its socket, though its lock is held; commands work directly",
              "wait 5 s: it makes a new socket"};
    case rpc::Finding::kNotThere:
      return {"its lock is held, but its socket is missing; it makes a new one within 5 s", "wait 5 s"};
    case rpc::Finding::kLost: return {"it hung up", "bd daemon logs"};
    case rpc::Finding::kBusy: return {"too many clients wait for it", "wait"};
    case rpc::Finding::kUnsuitable: return {view.trouble, ""};
  }
  return {view.trouble, ""};
}

// The lock cannot be looked at.
Words WordsOnUnknown(const DaemonView& view) {
  const std::string why = view.finding == rpc::Finding::kDenied
                              ? Cat("permission denied: ", view.trouble)
                              : Cat("it cannot be told whether one runs: ", view.owner.reason);
  return {Cat(why, "; commands work directly"),
          "nothing in a sandbox; else look at the owners and modes of the daemon's files"};
}

std::string StatusOf(const DaemonView& view) {
  if (view.answers()) return view.version == kVersion ? "running" : "outdated";
  if (view.owner.owner == OwnerLook::Owner::kPresent) return "unresponsive";
  return view.owner.owner == OwnerLook::Owner::kUnknown ? "unknown" : "not_running";
}

}  // namespace

DaemonReport ReportOn(const std::string& database) {
  const DaemonPlace place = DaemonPlace::Of(database);
  const DaemonView view = LookAtDaemon(place);
  DaemonReport report;
  report.workspace = os::DirectoryOf(place.directory);
  report.database = database;
  report.socket = place.socket;
  report.status = StatusOf(view);
  const bool is_unknown = view.owner.owner == OwnerLook::Owner::kUnknown;
  report.is_denied = view.finding == rpc::Finding::kDenied && (view.present() || is_unknown);
  if (view.present() || is_unknown) {
    Words words = view.present() ? WordsOn(view) : WordsOnUnknown(view);
    report.finding = std::move(words.text);
    report.remedy = std::move(words.advice);
  }
  if (view.present()) {
    report.pid = view.pid();
    report.version = view.version;
    report.started = view.record ? view.record->started_at : "";
    report.uptime_seconds = view.uptime_seconds;
    report.managed_by = view.record ? view.record->managed_by : "";
  }
  if (os::Exists(place.Log())) report.log_path = place.Log();
  const std::optional<LastState> last = LoadLastState(place);
  if (last && view.present()) {
    report.forced_by = last->forced_by;
    report.auto_commit = last->auto_commit;
  }
  if (last && !view.present()) {
    report.verdict =
        VerdictOn(*last, view.owner.owner, os::OwnIdentity().boot, ProgressFile::IsStalled(place));
  }
  if (Result<std::string> failure = os::ReadFile(place.Failure(), 65536)) report.last_error = Trim(*failure);
  if (!view.present()) {
    report.next_start_in_seconds = (StartState::WaitMs(place.StartState(), os::Now()) + 999) / 1000;
  }
  return report;
}

void PrintReport(const DaemonReport& report, Output& out) {
  if (report.is_running()) {
    out.Line(Cat(report.status == "running" ? "✓ running" : "⚠ outdated", " (PID ", report.pid, ", v",
                 report.version, ")"));
  } else if (report.status == "unresponsive") {
    out.Line(Cat("⚠ running (PID ", report.pid, "), but not to be talked to"));
  } else {
    out.Line(report.status == "unknown" ? "? unknown" : "○ not running");
  }
  out.Line(Cat("  Workspace: ", report.workspace));
  auto row = [&out](std::string_view name, const std::string& value) {
    if (!value.empty()) out.Line(Cat("  ", name, value));
  };
  row("Started:   ", report.started);
  if (report.is_running()) row("Sync:      ", report.auto_commit ? "✓ commit" : "none");
  row("Forced by: ", report.forced_by);
  row("Managed by: ", report.managed_by);
  row("Log:       ", report.log_path);
  row("Finding:   ", report.finding);
  row("Advice:    ", report.remedy);
  row("Last run:  ", report.verdict);
  row("Last start failed: ", report.last_error);
  if (report.next_start_in_seconds > 0) {
    out.Line(Cat("  Next start: not for another ", report.next_start_in_seconds,
                 " s ('bd daemon reset' lifts that)"));
  }
  if (report.status == "not_running") out.Line("  To start:   bd daemon start");
}

Result<std::string> DatabaseOfTarget(const std::string& target) {
  const std::optional<int64_t> pid = ParseInt(target);
  for (const RegistryEntry& entry : ReadRegistry()) {
    if ((pid && entry.pid == *pid) || entry.workspace == target || entry.database == target)
      return entry.database;
  }
  if (!pid && os::IsDirectory(target)) {
    Result<Workspace> found = FindWorkspace({target, ""});
    if (found && found->HasDatabase()) return found->database;
  }
  return NotFound(Cat("daemon not found for ", target));
}

}  // namespace bd

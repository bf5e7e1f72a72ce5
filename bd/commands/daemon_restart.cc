// bd daemon restart: stops the daemon and starts another one; no failed start counts against it.
#include "bd/daemon/daemon_args.h"
#include "engine/base/text.h"
#include "engine/daemon/progress_file.h"
#include "engine/os/path.h"

namespace bd {
namespace {

constexpr int64_t kHungMs = 30'000;

struct Body {
  std::string workspace, action = "restarted";
  int64_t pid = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("action", self.action);
    visit("pid", self.pid);
  }
};

Result<Body> Run(const DaemonArgs& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  // The next one is to be as this one was.
  const std::optional<DaemonRecord> record = ReadRecord(place);
  // One that hangs, and is proven to be the one on record, is killed if it does not end when asked.
  StopPatience patience;
  patience.kills = ProgressFile::StoodMs(place) >= kHungMs;
  Result<int64_t> stopped = StopDaemon(place, patience);
  if (!stopped && stopped.error().code != Code::kNotFound) return std::move(stopped).error();
  return Body{os::DirectoryOf(place.directory), "restarted",
              TRY(StartDaemon(place, record ? record->options : DaemonOptions()))};
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("Restarted daemon for ", body.workspace, " (PID ", body.pid, ")"));
}

}  // namespace

extern const Command kCommand_daemon_restart = {
    .name = "daemon restart",
    .summary = "Stop the daemon and start it again",
    .arguments = "[workspace-path|pid]",
    .arity = {0, 1},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<DaemonArgs, Body, PrepareDaemonArgs, Run, Print>(),
};

}  // namespace bd

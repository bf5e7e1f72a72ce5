// bd daemon restart: stops the daemon and starts another one; no failed start counts against it.
#include "bd/command.h"
#include "bd/daemon/report.h"
#include "engine/base/text.h"
#include "engine/os/path.h"

namespace bd {
namespace {

struct Args {
  std::string database;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("database", self.database);
  }
};

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

Result<Args> Prepare(Invocation& invocation) {
  const bool here = invocation.arguments.empty();
  return Args{here ? invocation.workspace->database : TRY(DatabaseOfTarget(invocation.arguments[0]))};
}

Result<Body> Run(const Args& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  Result<int64_t> stopped = StopDaemon(place, false);
  if (!stopped && stopped.error().code != Code::kNotFound) return std::move(stopped).error();
  return Body{os::DirectoryOf(place.directory), "restarted", TRY(StartDaemon(place, {}))};
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
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd

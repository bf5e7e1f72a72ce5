// bd daemon stop: asks a daemon to end, and waits until it has.
#include "bd/daemon/daemon_args.h"
#include "engine/base/text.h"
#include "engine/os/path.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {{"force", kBool, "Kill it if it does not end"}};

struct Args : DaemonArgs {
  bool force = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    DaemonArgs::Describe(visit, self);
    visit("force", self.force);
  }
};

struct Body {
  std::string workspace;
  int64_t pid = 0;
  bool stopped = true;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("pid", self.pid);
    visit("stopped", self.stopped);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  return Args{TRY(PrepareDaemonArgs(invocation)), invocation.flags.Bool("force")};
}

Result<Body> Run(const Args& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  return Body{os::DirectoryOf(place.directory), TRY(StopDaemon(place, {.kills = args.force})), true};
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("Stopped daemon for ", body.workspace, " (PID ", body.pid, ")"));
}

}  // namespace

extern const Command kCommand_daemon_stop = {
    .name = "daemon stop",
    .summary = "Stop the daemon of this workspace, or of the one that is named",
    .arguments = "[workspace-path|pid]",
    .flags = kFlags,
    .arity = {0, 1},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd

// bd daemon killall: stops all daemons of this user.
#include "bd/command.h"
#include "bd/daemon/control.h"
#include "engine/base/text.h"
#include "engine/daemon/registry.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {{"force", kBool, "Kill those that do not end"}};

struct Args {
  bool force = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("force", self.force);
  }
};

struct FailedStop {
  std::string workspace, error;
  int64_t pid = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("pid", self.pid);
    visit("error", self.error);
  }
};

struct Body {
  int64_t stopped = 0, failed = 0;
  std::vector<FailedStop> failures;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("stopped", self.stopped);
    visit("failed", self.failed);
    visit("failures", self.failures, kOmitEmpty);
  }
  bool Fails() const { return failed > 0; }
  std::string FailureLine() const { return Cat("Error: ", failed, " daemons could not be stopped"); }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.flags.Bool("force")}; }

Result<Body> Run(const Args& args) {
  Body body;
  for (const RegistryEntry& entry : ReadRegistry()) {
    Result<int64_t> stopped = StopDaemon(DaemonPlace::Of(entry.database), {.kills = args.force});
    if (stopped) {
      ++body.stopped;
    } else if (stopped.error().code == Code::kNotFound) {
      Unregister(entry.database);
    } else {
      ++body.failed;
      body.failures.push_back({entry.workspace, stopped.error().message, entry.pid});
    }
  }
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("Stopped: ", body.stopped));
  if (body.failed > 0) out.Line(Cat("Failed:  ", body.failed));
  for (const FailedStop& failure : body.failures) out.Line(Cat("  ", failure.workspace, ": ", failure.error));
}

}  // namespace

extern const Command kCommand_daemon_killall = {
    .name = "daemon killall",
    .summary = "Stop all daemons",
    .flags = kFlags,
    .arity = {0, 0},
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd

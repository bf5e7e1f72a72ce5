// bd daemon list: the daemons of this user.
#include "bd/command.h"
#include "bd/daemon/report.h"
#include "engine/base/text.h"
#include "engine/daemon/registry.h"

namespace bd {
namespace {

struct Body {
  std::vector<DaemonReport> daemons;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("daemons", self.daemons);
  }
  // The names of members are those of 0.49.6.
  void PrintJson(JsonWriter& out) const {
    out.BeginArray();
    for (const DaemonReport& daemon : daemons) {
      out.BeginObject();
      auto text = [&out](std::string_view key, const std::string& value) {
        out.Key(key);
        out.String(value);
      };
      text("WorkspacePath", daemon.workspace);
      text("DatabasePath", daemon.database);
      text("SocketPath", daemon.socket);
      out.Key("PID");
      out.Int(daemon.pid);
      text("Version", daemon.version);
      out.Key("UptimeSeconds");
      out.Double(daemon.uptime_seconds);
      out.Key("Alive");
      out.Bool(daemon.is_running());
      text("Error", daemon.finding);
      out.EndObject();
    }
    out.EndArray();
  }
};

Result<Body> Run(const NoArgs&) {
  Body body;
  for (const RegistryEntry& entry : ReadRegistry()) {
    DaemonReport report = ReportOn(entry.database);
    if (report.status == "not_running") {
      Unregister(entry.database);
    } else {
      body.daemons.push_back(std::move(report));
    }
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.daemons.empty()) return out.Line("No running daemons found");
  for (const DaemonReport& daemon : body.daemons) PrintReport(daemon, out);
}

}  // namespace

extern const Command kCommand_daemon_list = {
    .name = "daemon list",
    .summary = "List the daemons that run",
    .arity = {0, 0},
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd

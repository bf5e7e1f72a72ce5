// bd daemon health: which daemons of this user are well, and which are not.
#include <algorithm>

#include "bd/command.h"
#include "bd/daemon/report.h"
#include "engine/base/text.h"
#include "engine/daemon/registry.h"

namespace bd {
namespace {

struct Body {
  int64_t total = 0, healthy = 0, stale = 0, mismatched = 0, unresponsive = 0;
  std::vector<DaemonReport> daemons;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("total", self.total);
    visit("healthy", self.healthy);
    visit("stale", self.stale);
    visit("mismatched", self.mismatched);
    visit("unresponsive", self.unresponsive);
    visit("daemons", self.daemons);
  }
  bool Fails() const { return healthy < total; }
  std::string FailureLine() const { return Cat("Error: ", total - healthy, " daemons are not well"); }
};

Result<Body> Run(const NoArgs&) {
  Body body;
  for (const RegistryEntry& entry : ReadRegistry()) {
    body.daemons.push_back(ReportOn(entry.database));
    const std::string& status = body.daemons.back().status;
    ++body.total;
    body.healthy += status == "running";
    body.mismatched += status == "outdated";
    body.stale += status == "not_running";
    body.unresponsive += status == "unresponsive" || status == "unknown";
  }
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("Total: ", body.total, ", healthy: ", body.healthy, ", stale: ", body.stale,
               ", mismatched: ", body.mismatched, ", unresponsive: ", body.unresponsive));
  for (const DaemonReport& daemon : body.daemons) PrintReport(daemon, out);
}

}  // namespace

extern const Command kCommand_daemon_health = {
    .name = "daemon health",
    .summary = "Check the daemons of this user",
    .arity = {0, 0},
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd

// bd daemon status: whether there is one, whether it can be talked to, and how the last one ended.
#include "bd/command.h"
#include "bd/daemon/report.h"

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

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.workspace->database}; }
Result<DaemonReport> Run(const Args& args) { return ReportOn(args.database); }
void Print(const DaemonReport& report, Output& out) { PrintReport(report, out); }

}  // namespace

extern const Command kCommand_daemon_status = {
    .name = "daemon status",
    .summary = "Show whether the daemon runs and how it is",
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<Args, DaemonReport, Prepare, Run, Print>(),
};

}  // namespace bd

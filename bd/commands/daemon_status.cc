// bd daemon status: whether there is one, whether it can be talked to, and how the last one ended.
#include "bd/daemon/daemon_args.h"

namespace bd {
namespace {

Result<DaemonReport> Run(const DaemonArgs& args) { return ReportOn(args.database); }
void Print(const DaemonReport& report, Output& out) { PrintReport(report, out); }

}  // namespace

extern const Command kCommand_daemon_status = {
    .name = "daemon status",
    .summary = "Show whether the daemon runs and how it is",
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<DaemonArgs, DaemonReport, PrepareDaemonArgs, Run, Print>(),
};

}  // namespace bd

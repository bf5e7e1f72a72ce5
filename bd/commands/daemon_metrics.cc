// bd daemon metrics: what the daemon was asked for since it started.
#include "bd/daemon/control.h"
#include "bd/daemon/daemon_args.h"
#include "bd/wire.h"

namespace bd {
namespace {

struct Body {
  RawJson metrics;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("metrics", self.metrics);
  }
  void PrintJson(JsonWriter& out) const { out.Raw(metrics.text); }
};

Result<Body> Run(const DaemonArgs& args) {
  return Body{TRY(AskDaemon(DaemonPlace::Of(args.database), "metrics"))};
}
void Print(const Body& body, Output& out) { out.Line(body.metrics.text); }

}  // namespace

extern const Command kCommand_daemon_metrics = {
    .name = "daemon metrics",
    .summary = "Show what the daemon was asked for",
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<DaemonArgs, Body, PrepareDaemonArgs, Run, Print>(),
};

}  // namespace bd

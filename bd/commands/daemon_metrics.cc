// bd daemon metrics: what the daemon was asked for since it started.
#include "bd/command.h"
#include "bd/daemon/control.h"
#include "bd/wire.h"

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
  RawJson metrics;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("metrics", self.metrics);
  }
  void PrintJson(JsonWriter& out) const { out.Raw(metrics.text); }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.workspace->database}; }
Result<Body> Run(const Args& args) { return Body{TRY(AskDaemon(DaemonPlace::Of(args.database), "metrics"))}; }
void Print(const Body& body, Output& out) { out.Line(body.metrics.text); }

}  // namespace

extern const Command kCommand_daemon_metrics = {
    .name = "daemon metrics",
    .summary = "Show what the daemon was asked for",
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd

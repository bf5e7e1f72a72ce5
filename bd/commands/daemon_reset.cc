// bd daemon reset: forgets that starts have failed, so that the next one need not wait.
#include "bd/daemon/daemon_args.h"
#include "engine/base/text.h"
#include "engine/daemon/place.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"

namespace bd {
namespace {

struct Body {
  int64_t failed_starts = 0;
  std::string last_error;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("failed_starts", self.failed_starts);
    visit("last_error", self.last_error, kOmitEmpty);
  }
};

Result<Body> Run(const DaemonArgs& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  Body body;
  if (const auto state = StartState::Load(place.StartState(), os::Now())) {
    body = {state->attempt_count, state->last_error};
  }
  StartState::Clear(place.StartState());
  (void)os::Unlink(place.Failure());
  (void)os::Unlink(place.Told());
  (void)os::Unlink(place.Silence());
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line(body.failed_starts == 0
               ? "No start has failed"
               : Cat("Forgot ", body.failed_starts, body.failed_starts == 1 ? " start" : " starts"));
  if (!body.last_error.empty()) out.Line(Cat("  the last one: ", body.last_error));
}

}  // namespace

extern const Command kCommand_daemon_reset = {
    .name = "daemon reset",
    .summary = "Let the daemon be started at once, whatever failed before",
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<DaemonArgs, Body, PrepareDaemonArgs, Run, Print>(),
};

}  // namespace bd

// bd sync mode current: the mode that is set.
#include "bd/sync_mode_body.h"
#include "engine/base/text.h"

namespace bd {
namespace {

Result<SyncModeBody> Run(Session& session, const NoArgs&) {
  return SyncModeBody::Of(TRY(PresentSyncMode(session)));
}

void Print(const SyncModeBody& body, Output& out) {
  out.Line(Cat("Current sync mode: ", body.mode, "\n  ", body.description));
}

}  // namespace

extern const Command kCommand_sync_mode_current = {
    .name = "sync mode current",
    .summary = "Show the sync mode",
    .needs = Needs::kRead,
    .handlers = Handle<NoArgs, SyncModeBody, PrepareNothing, Run, Print>(),
};

}  // namespace bd

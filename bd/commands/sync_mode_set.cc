// bd sync mode set: another mode.
#include "bd/sync_mode_body.h"
#include "engine/base/text.h"

namespace bd {
namespace {

struct Args {
  std::string mode;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("mode", self.mode);
  }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.arguments[0]}; }

Result<SyncModeBody> Run(Session& session, const Args& args) {
  TRY(SetSyncMode(session, args.mode));
  return SyncModeBody::Of(*FindSyncMode(args.mode));
}

void Print(const SyncModeBody& body, Output& out) {
  out.Line(Cat("Sync mode set to: ", body.mode, "\n  ", body.description));
}

}  // namespace

extern const Command kCommand_sync_mode_set = {
    .name = "sync mode set",
    .summary = "Set the sync mode",
    .arguments = "<mode>",
    .arity = kExactly(1),
    .needs = Needs::kWrite,
    .write_name = "sync mode set",
    .handlers = Handle<Args, SyncModeBody, Prepare, Run, Print>(),
};

}  // namespace bd

// bd sync mode list: the modes there are.
#include "bd/sync_mode_body.h"
#include "engine/base/text.h"

namespace bd {
namespace {

struct Body {
  std::vector<SyncModeBody> modes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("modes", self.modes);
  }
};

Result<Body> Run(const NoArgs&) {
  Body body;
  for (const SyncMode& mode : SyncModes()) body.modes.push_back(SyncModeBody::Of(mode));
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line("Available sync modes:");
  for (const SyncModeBody& mode : body.modes) out.Line(Cat("  ", mode.mode, ": ", mode.description));
}

}  // namespace

extern const Command kCommand_sync_mode_list = {
    .name = "sync mode list",
    .summary = "List the sync modes",
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd

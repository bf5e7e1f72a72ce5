#include "bd/concurrent_access.h"

#include "engine/base/text.h"
#include "engine/daemon/authority.h"
#include "engine/os/files.h"

namespace bd {

Result<OthersRule> OthersRuleOf(const Config& config) {
  const std::string value = config.Get("daemon.concurrent-access");
  if (value.empty() || value == "warn") return OthersRule::kWarn;
  if (value == "refuse") return OthersRule::kRefuse;
  if (value == "ignore") return OthersRule::kIgnore;
  return Invalid(Cat("invalid daemon.concurrent-access ", Quote(value), " (warn, refuse, ignore)"));
}

bool HasDaemon(const Workspace& workspace) {
  return LookForOwner(DaemonPlace::Of(workspace.database)).owner == OwnerLook::Owner::kPresent;
}

std::optional<std::string> NoteOnOthers(const Workspace& workspace) {
  const DaemonPlace place = DaemonPlace::Of(workspace.database);
  if (HasDaemon(workspace) || !os::CreateNew(place.OthersNoted(), 0600)) return std::nullopt;
  return "Multiple bd processes detected, consider using daemon";
}

}  // namespace bd

// The database of a workspace that has none: made from its shared file, under a prefix that is looked for.
#pragma once

#include <functional>
#include <string>

#include "engine/base/result.h"
#include "engine/session/config.h"
#include "engine/session/workspace.h"
#include "engine/storage/store.h"
#include "engine/sync/shared_file.h"

namespace bd {

// Makes the database of a workspace that has none, with the issues of its shared file and whatever
// `fill` adds. The prefix comes from the argument, the settings, the issues, or the directory's name.
struct NewDatabase {
  std::string prefix;
  int64_t lock_timeout_ms = kLockTimeoutMs;
  std::function<Status(Tx&)> fill = {};
  Progress progress = {};
};
Result<ImportReport> CreateDatabase(const Workspace& workspace, const Config& config,
                                    const NewDatabase& request);
// Which prefix new issues get; see above.
std::string ChoosePrefix(const Workspace& workspace, const Config& config, const std::string& wanted);

}  // namespace bd

// `bd daemon start --auto-commit`: commits the shared file, and nothing else, when it has changed.
//
// All changes of an interval go into one commit. It is made by the user's git, of the file's path alone: what
// else is staged stays staged, and hooks that look at a commit are not run. One git operation at a time: it
// is done under .sync.lock, and not while git has its own index.lock or a merge is under way - then it is
// tried again a second later. Git has a deadline.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bd/daemon/log.h"
#include "engine/os/files.h"
#include "engine/session/config.h"
#include "engine/session/workspace.h"
#include "engine/sync/git_sync.h"

namespace bd {

class AutoCommit {
 public:
  // Nothing is committed where the file is in no repository.
  AutoCommit(const Workspace& workspace, const Config& config, int64_t interval_ms, DaemonLog& log);

  // Notices whether the file has changed, by whomever.
  void Look();
  // Milliseconds until there is something to commit; negative: nothing.
  int64_t NextMs() const;
  void CommitIfDue();
  // Whatever is left, once.
  void CommitAll();

 private:
  Result<bool> Commit();

  GitSyncOptions options_;
  std::string file_, lock_path_;
  int64_t interval_ms_;
  DaemonLog& log_;
  bool has_repository_ = false;
  std::optional<os::FileInfo> seen_;  // as it was last committed, or looked at for that
  int64_t due_ms_ = 0;                // 0: nothing is to be committed
};

}  // namespace bd
